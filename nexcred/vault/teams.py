"""Teams: named sets of members in the roster, expanded when sealing. Who joins gets what the actor holds.

The format knows them and every reader expands them; commands that make one there are not yet.
"""

from contextlib import suppress

from nexcred.errors import Conflict, Damaged, NotPermitted
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.access_list import TO_TEAM, AccessList
from nexcred.vault.membership import Departure, take_away
from nexcred.vault.roster import OWNER, Roster
from nexcred.vault.roster_replay import TEAM, TEAM_ADD, TEAM_REMOVE
from nexcred.vault.sharing import complete
from nexcred.vault.transaction import Transaction


class Joined(NamedTuple):
    """Names of what was sealed to who joined a team, and of what waits for somebody who holds it."""

    sealed: tuple[str, ...]
    waiting: tuple[str, ...]


def find_team(roster: Roster, name: str) -> bytes | None:
    """Return the id of the team of this name."""
    folded = name.casefold()
    return next((one for one, team in roster.teams.items() if team.name.casefold() == folded), None)


def make_team(copy: Transaction, name: str) -> bytes:
    """Begin a team; return its id, which is never used again. Raise Conflict, NotPermitted."""
    _require_owner(copy)
    if find_team(copy.roster, name) is not None:
        raise Conflict(f"there is a team named '{name}' already")
    before = set(copy.roster.teams)
    copy.roster = copy.roster.append(copy.author, copy.author.public, {"op": TEAM, "name": name})
    return next(one for one in copy.roster.teams if one not in before)


def join_team(copy: Transaction, team_id: bytes, member_id: bytes) -> Joined:
    """Add a member to a team, and seal what it holds to them. Comes before anything else in this change."""
    _require_owner(copy)
    every = copy.everything()
    copy.put_in_order(every)
    member = copy.roster.members[member_id]
    copy.roster = copy.roster.append(copy.author, member.public, {"op": TEAM_ADD, "team": team_id.hex()})
    sealed: list[str] = []
    waiting: list[str] = []
    for found in every.credentials:
        overview = found.overview
        access = overview.access
        if not isinstance(access, AccessList) or not any(
            (grant.kind, grant.to) == (TO_TEAM, team_id) for grant in access.grants
        ):
            continue
        with suppress(Damaged):
            completed = complete(copy, overview, copy.prove(overview))
            copy.put(completed, found.revision + 1, instead_of=found)
            (waiting if completed is overview else sealed).append(overview.name)
    return Joined(tuple(sorted(sealed)), tuple(sorted(waiting)))


def leave_team(copy: Transaction, team_id: bytes, member_id: bytes) -> Departure:
    """Take a member out of a team; what they signed by it is pinned as it stands. Comes before anything else."""
    _require_owner(copy)
    every = copy.everything()
    copy.put_in_order(every)
    known = copy.roster.known[member_id]
    copy.roster = copy.roster.append(copy.author, known.public, {"op": TEAM_REMOVE, "team": team_id.hex()})
    return take_away(copy, every, (member_id,))


def end_team(copy: Transaction, team_id: bytes) -> Departure:
    """End a team; what rested on a member's word by it is pinned as it stands. Before anything else."""
    _require_owner(copy)
    every, members = copy.everything(), copy.roster.teams[team_id].members
    copy.put_in_order(every)
    body = {"op": TEAM_REMOVE, "team": team_id.hex(), "whole": True}
    copy.roster = copy.roster.append(copy.author, copy.author.public, body)
    return take_away(copy, every, members)


def _require_owner(copy: Transaction) -> None:
    if copy.state.me.role != OWNER:
        raise NotPermitted("only an owner of the vault changes its teams", hint="see who is: nexcred member list")
