"""The members of a vault: finding, admitting and removing them."""

from datetime import datetime

from nexcred.errors import InvalidData, MemberNotFound, Problem
from nexcred.model.name import fold_name, normalise_name
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.suggest import suggest
from nexcred.model.text import make_visible
from nexcred.services.credentials.remove import Removal, removals_of
from nexcred.vault.identity import PublicIdentity
from nexcred.vault.member_info import MemberInfo
from nexcred.vault.membership import Departure
from nexcred.vault.roster import GUEST, MEMBER, OWNER, READER, ROLES
from nexcred.vault.vault import Vault

# What a role lets somebody do, for people.
MAY = {
    OWNER: "sees every overview, adds and changes credentials, and says who belongs to the vault",
    MEMBER: "sees every overview, and adds and changes credentials",
    READER: "sees every overview, and changes nothing",
    GUEST: "sees what is shared with it, and changes nothing",
}


def find_member(vault: Vault, said: str) -> MemberInfo:
    """Return who has this name, fingerprint or public identity; raise MemberNotFound with the name perhaps meant."""
    members, folded = vault.members, fold_name(said)
    for member in members:
        if fold_name(member.full_name) == folded or said in (member.id.hex(), member.fingerprint.hex(), member.public):
            return member
    meant = suggest(said, [member.full_name for member in members])
    raise MemberNotFound(
        f"nobody named '{make_visible(said[:64])}' belongs to this vault",
        hint=f"did you mean '{meant}'?" if meant else "see who does with: nexcred member list",
    )


def check_role(role: str) -> str:
    if role not in ROLES:
        problem = f"must be one of: {', '.join(ROLES)}"
        raise InvalidData(
            f"'{make_visible(role[:40])}' is not a role", hint=f"it is one of: {', '.join(ROLES)}",
            problems=(Problem("role", problem, "--role …"),),
        )  # fmt: skip
    return role


def admit(vault: Vault, public: PublicIdentity, full_name: str, role: str, *, until: datetime | None = None) -> None:
    """Admit somebody; raise InvalidData, Conflict for keys or a name that are there already, NotPermitted."""
    name, checked = normalise_name(full_name), check_role(role)
    until_ms = None if until is None else int(until.timestamp() * 1000)
    vault.edit(lambda edit: edit.admit(public, name, checked, until_ms))


def dismiss(vault: Vault, member: MemberInfo, *, is_compromised: bool = False) -> Departure:
    """Remove somebody, who reads nothing that is written from now on; raise NotPermitted.

    With `is_compromised` what rests on that word alone is not pinned, but disputed until somebody settles it.
    """
    return vault.edit(lambda edit: edit.dismiss(member.id, is_compromised=is_compromised))


def change_role(vault: Vault, member: MemberInfo, role: str) -> Departure:
    """Give somebody another role; raise InvalidData, NotPermitted."""
    checked = check_role(role)
    return vault.edit(lambda edit: edit.change_role(member.id, checked))


class Exposed(NamedTuple):
    """The credentials that a removed member knows: those to make anew, and the names of those in the trash."""

    to_rotate: tuple[Removal, ...]
    removed: tuple[str, ...]

    def __repr__(self) -> str:
        return repr_of(self)


def exposed_by(departure: Departure) -> Exposed:
    """Return the credentials that a removed member knows, and where they are revoked."""
    standing = sorted(departure.to_rotate, key=lambda credential: credential.name)
    names = {credential.name for credential in standing}
    return Exposed(removals_of(standing), tuple(name for name in departure.exposed if name not in names))
