"""Saying that a record is the one that is meant, or that values from before an upgrade are right."""

from nexcred.model.credential import Credential, Details
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.vault import Vault


class Doubted(NamedTuple):
    """A credential to look at before it is trusted, with what is proved of it.

    `author` wrote its values, None where nobody says so; `present` is what its details hold, `is_moved` says that the
    name led elsewhere on this machine, to what is called `former` now, if it still stands.
    """

    credential: Credential
    author: str | None
    present: Details
    is_moved: bool
    former: str | None
    may_write: bool


def look_at(vault: Vault, name: str) -> Doubted:
    """Return what trusting this name comes to; raise CredentialNotFound, NotPermitted, Disputed."""
    credential = vault.find(name)
    proved, details = vault.examine(credential)
    roster = vault.state.roster
    known = vault.remembered.record_under(credential.name)
    is_moved = known is not None and known.hex() != credential.id
    return Doubted(
        credential,
        None if proved.author is None else roster.name_of(proved.author),
        details,
        is_moved,
        vault.name_now(known) if is_moved and known is not None else None,
        proved.list.may_write(vault.state.me.id),
    )


def trust(vault: Vault, doubted: Doubted) -> bool:
    """Let the name lead to this record on this machine, and fields that it names itself be variables of those names.

    Returns True where the values were confirmed for everybody.
    """
    confirms = doubted.author is None and doubted.may_write
    if confirms:
        vault.edit(lambda edit: edit.confirm_inherited(doubted.credential))
    vault.trust(doubted.credential)
    vault.keep_field_names([(doubted.credential, doubted.present)])
    return confirms
