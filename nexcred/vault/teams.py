"""Teams: named sets of members in the roster, expanded when sealing. Who joins gets what the actor holds."""

from collections.abc import Iterator
from contextlib import suppress

from nexcred.errors import ChangedMeanwhile, Damaged, NotPermitted
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.access_list import TO_TEAM, AccessList
from nexcred.vault.membership import Departure, take_away
from nexcred.vault.names_of_people import refuse_confusable
from nexcred.vault.overview import Overview
from nexcred.vault.roster import GUEST, OWNER, Team
from nexcred.vault.roster_replay import TEAM, TEAM_ADD, TEAM_REMOVE
from nexcred.vault.sharing import complete
from nexcred.vault.signatures import Claim, claims_of
from nexcred.vault.transaction import Transaction
from nexcred.vault.transaction_tree import Lookup


class Joined(NamedTuple):
    """Names of what was sealed to who joined a team, and of what waits for somebody who holds it."""

    sealed: tuple[str, ...]
    waiting: tuple[str, ...]


def make_team(copy: Transaction, name: str) -> bytes:
    """Begin a team; return its id, which is never used again. Raise Conflict, InvalidData, NotPermitted."""
    _require_owner(copy)
    refuse_confusable(copy.roster, name)
    before = set(copy.roster.teams)
    copy.roster = copy.roster.append(copy.author, copy.author.public, {"op": TEAM, "name": name})
    return next(one for one in copy.roster.teams if one not in before)


def join_team(copy: Transaction, team_id: bytes, *member_ids: bytes) -> Joined:
    """Add members to a team, and seal what it holds to them. No record was written before in this change.

    Raises NotPermitted, and ChangedMeanwhile where the team or one of them is gone.
    """
    _require_owner(copy)
    team, members = _present(copy, team_id), copy.roster.members
    newcomers = [one for one in dict.fromkeys(member_ids) if one not in team.members]
    if not newcomers:
        return Joined((), ())
    for one in newcomers:
        if one not in members:
            raise _gone(copy.roster.name_of(one))
        copy.roster = copy.roster.append(copy.author, members[one].public, {"op": TEAM_ADD, "team": team_id.hex()})
    every = copy.everything()
    copy.put_in_order(every)
    held = [found for found in every.credentials if _names_team(found.overview, team_id)]
    is_guest_among = any(members[one].role == GUEST for one in newcomers)
    joined: dict[bool, list[str]] = {True: [], False: []}
    for found in copy.with_work_ahead(held, lambda overview: _claims_of(copy, overview)):
        with suppress(Damaged):
            is_sealed = _seal(copy, found, is_guest_among=is_guest_among)
            if is_sealed is not None:
                joined[is_sealed].append(found.overview.name)
    return Joined(tuple(sorted(joined[True])), tuple(sorted(joined[False])))


def leave_team(copy: Transaction, team_id: bytes, *member_ids: bytes) -> Departure:
    """Take members out of a team; what they signed by it is pinned as it stands. Comes before anything else.

    Raises NotPermitted, and ChangedMeanwhile where the team is gone.
    """
    _require_owner(copy)
    leaving = [one for one in member_ids if one in _present(copy, team_id).members]
    if not leaving:
        return Departure((), ())
    every = copy.everything()
    copy.put_in_order(every)
    for one in leaving:
        public = copy.roster.known[one].public
        copy.roster = copy.roster.append(copy.author, public, {"op": TEAM_REMOVE, "team": team_id.hex()})
    return take_away(copy, every, leaving)


def end_team(copy: Transaction, team_id: bytes) -> Departure:
    """End a team; what rested on a member's word by it is pinned as it stands. Before anything else."""
    _require_owner(copy)
    members = _present(copy, team_id).members
    every = copy.everything()
    copy.put_in_order(every)
    body = {"op": TEAM_REMOVE, "team": team_id.hex(), "whole": True}
    copy.roster = copy.roster.append(copy.author, copy.author.public, body)
    return take_away(copy, every, members)


def _seal(copy: Transaction, found: Lookup, *, is_guest_among: bool) -> bool | None:
    """Seal a record to those on its list without a key; False where this identity cannot, None where none lacks one.

    Raises Damaged. Guests read overviews by grants of their own, also of what waits.
    """
    overview = found.overview
    completed = complete(copy, overview, copy.prove(overview))
    is_sealed = completed is not overview
    if is_sealed or is_guest_among:
        copy.put(completed, found.revision + 1, instead_of=found)
    if is_sealed:
        return True
    return False if copy.lacks_recipients(overview.details, overview) else None


def _claims_of(copy: Transaction, overview: Overview) -> Iterator[Claim]:
    return claims_of(overview, copy.state.roster)


def _names_team(overview: Overview, team_id: bytes) -> bool:
    access = overview.access
    return isinstance(access, AccessList) and any((kind, to) == (TO_TEAM, team_id) for kind, to, _ in access.grants)


def _present(copy: Transaction, team_id: bytes) -> Team:
    team = copy.roster.teams.get(team_id)
    if team is None:
        raise _gone("the team")
    return team


def _gone(who: str) -> ChangedMeanwhile:
    return ChangedMeanwhile(f"{who} does not belong to the vault any more", hint="see: nexcred team list")


def _require_owner(copy: Transaction) -> None:
    if copy.state.me.role != OWNER:
        raise NotPermitted("only an owner of the vault changes its teams", hint="see who is: nexcred member list")
