"""Making a new identity, such as for a CI job: admitted and shared with in one write."""

from collections.abc import Callable, Sequence
from datetime import datetime

from nexcred.model.credential import Credential
from nexcred.model.name import fold_name, normalise_name
from nexcred.services.vaults.members import check_role
from nexcred.vault.edit import Edit
from nexcred.vault.floor import pair_of
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault


def make_identity(
    vault: Vault,
    full_name: str,
    role: str,
    names: Sequence[str],
    hand_out: Callable[[Identity], None],
    *,
    until: datetime | None = None,
) -> list[Credential]:
    """Return the credentials that the new identity holds.

    `hand_out` gets the identity once nothing speaks against it, and before anything is written: one that nobody got
    must not be let in. Raises InvalidData, CredentialNotFound, Conflict, NotPermitted, and what `hand_out` raises.
    """
    full_name, role = normalise_name(full_name), check_role(role)
    found = {credential.id: credential for credential in map(vault.find, names)}
    for credential in found.values():
        vault.expect(credential)
    pairs = [pair_of(vault.vault_id, bytes.fromhex(one.id), fold_name(one.name)) for one in found.values()]
    identity = Identity.generate().bind(vault.vault_id, vault.floor.with_pairs(pairs))
    is_out = False
    until_ms = None if until is None else int(until.timestamp() * 1000)

    def apply(edit: Edit) -> None:
        nonlocal is_out
        edit.admit(identity.public, full_name, role, until_ms)
        for credential in found.values():
            edit.share(edit.find_same(credential), [identity.fingerprint])
        if not is_out:
            hand_out(identity)
            is_out = True

    vault.edit(apply)
    return list(found.values())
