"""The proved holders and author of a credential, by name."""

from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.access_list import TO_MEMBER, TO_TEAM, WRITE
from nexcred.vault.authority import VerifiedList
from nexcred.vault.roster import Roster
from nexcred.vault.vault import Vault


class Holder(NamedTuple):
    """Somebody who holds the values; who is not a writer may not change them.

    `teams` are the names of those through which they hold them so; none where they are named themselves.
    """

    id: bytes
    full_name: str
    is_writer: bool
    teams: tuple[str, ...]


class Proof(NamedTuple):
    """Who holds it, the writers first, and names of people; `pinned_by` answers for who may not write any more.

    `teams` are the names of those on the list. `author` is None for values from before the vault was upgraded.
    """

    holders: tuple[Holder, ...]
    teams: tuple[str, ...]
    author: str | None
    pinned_by: str | None


def proof_of(vault: Vault, credential: Credential) -> Proof | None:
    """Return what is proved of a credential; None in a vault of version 1. Raises Disputed."""
    proved, roster = vault.proved(credential), vault.state.roster
    if proved is None:
        return None
    holders = _holders(proved.list, roster)
    return Proof(
        tuple(sorted(holders, key=lambda holder: not holder.is_writer)),
        tuple(roster.teams[one].name for one in _granted(proved.list, TO_TEAM) if one in roster.teams),
        None if proved.author is None else roster.name_of(proved.author),
        None if proved.pinned_by is None else roster.name_of(proved.pinned_by),
    )


def _holders(proved: VerifiedList, roster: Roster) -> list[Holder]:
    """Return them in the order of joining."""
    held, named, by_team = proved.holders(), _granted(proved, TO_MEMBER), _granted(proved, TO_TEAM)
    found = []
    for one, member in roster.members.items():
        if one in held:
            is_named = named.get(one, 0) >= held[one]
            teams = [] if is_named else [team for team, may in by_team.items() if may >= held[one]]
            through = tuple(roster.teams[team].name for team in teams if one in _members(roster, team))
            found.append(Holder(one, member.full_name, held[one] == WRITE, through))
    return found


def _granted(proved: VerifiedList, kind: int) -> dict[bytes, int]:
    return {to: may for what, to, may in proved.access.grants if what == kind}


def _members(roster: Roster, team_id: bytes) -> frozenset[bytes]:
    team = roster.teams.get(team_id)
    return frozenset() if team is None else team.members
