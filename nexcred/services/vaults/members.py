"""The members of a vault: admitting and removing them."""

from collections.abc import Sequence
from datetime import datetime

from nexcred.errors import InvalidData, Problem
from nexcred.model.name import normalise_name
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.text import make_visible
from nexcred.services.credentials.remove import Removal, removals_of
from nexcred.vault.identity import PublicIdentity
from nexcred.vault.member_info import MemberInfo, TeamInfo
from nexcred.vault.membership import Departure
from nexcred.vault.membership import admit as admit_member
from nexcred.vault.roster import GUEST, MEMBER, OWNER, READER, ROLES
from nexcred.vault.teams import Joined, join_teams
from nexcred.vault.transaction import Transaction
from nexcred.vault.vault import Vault

# What a role lets somebody do, for people.
MAY = {
    OWNER: "sees every overview, adds and changes credentials, and says who belongs to the vault",
    MEMBER: "sees every overview, and adds and changes credentials",
    READER: "sees every overview, and changes nothing",
    GUEST: "sees what is shared with it, and changes nothing",
}


def check_role(role: str) -> str:
    if role not in ROLES:
        problem = f"must be one of: {', '.join(ROLES)}"
        raise InvalidData(
            f"'{make_visible(role[:40])}' is not a role", hint=f"it is one of: {', '.join(ROLES)}",
            problems=(Problem("role", problem, "--role …"),),
        )  # fmt: skip
    return role


def admit(
    vault: Vault,
    public: PublicIdentity,
    full_name: str,
    role: str,
    *,
    until: datetime | None = None,
    teams: Sequence[TeamInfo] = (),
) -> Joined:
    """Admit somebody, to these teams too; return what those let them hold.

    Raises InvalidData, NotPermitted, ChangedMeanwhile, and Conflict for keys or a name that are there already.
    """
    name, checked = normalise_name(full_name), check_role(role)
    until_ms = None if until is None else int(until.timestamp() * 1000)

    def apply(copy: Transaction) -> Joined:
        admit_member(copy, public, name, checked, until_ms)
        return join_teams(copy, [team.id for team in teams], [public.fingerprint])

    return vault.change(apply)


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
