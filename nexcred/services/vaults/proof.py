"""The proved holders and author of a credential, by name."""

from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.access_list import WRITE
from nexcred.vault.vault import Vault


class Proof(NamedTuple):
    """Names of people. `readers` hold the values and may not change them; `pinned_by` answers for who may not any more.

    `author` is None for values from before the vault was upgraded.
    """

    holders: tuple[str, ...]
    readers: tuple[str, ...]
    author: str | None
    pinned_by: str | None


def proof_of(vault: Vault, credential: Credential) -> Proof | None:
    """Return what is proved of a credential; None in a vault of version 1. Raises Disputed."""
    proved, roster = vault.proved(credential), vault.state.roster
    if proved is None:
        return None
    holders = proved.list.holders()
    granted = {one: holders[one] for one in roster.members if one in holders}  # in the order of joining
    return Proof(
        tuple(roster.name_of(one) for one, may in granted.items() if may == WRITE),
        tuple(roster.name_of(one) for one, may in granted.items() if may != WRITE),
        None if proved.author is None else roster.name_of(proved.author),
        None if proved.pinned_by is None else roster.name_of(proved.pinned_by),
    )
