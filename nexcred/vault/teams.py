"""Teams: named sets of members in the roster, expanded when sealing. Who joins gets what the actor holds."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from nexcred.errors import ChangedMeanwhile, Damaged, NexcredError, NotPermitted
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.access_list import TO_TEAM, AccessList
from nexcred.vault.exposures import hold_again
from nexcred.vault.membership import Departure, take_away
from nexcred.vault.names_of_people import refuse_confusable
from nexcred.vault.overview import Overview
from nexcred.vault.roster import GUEST, OWNER, Team
from nexcred.vault.roster_replay import TEAM, TEAM_ADD, TEAM_REMOVE
from nexcred.vault.sharing import complete
from nexcred.vault.signatures import Claim, claims_of
from nexcred.vault.transaction import Transaction
from nexcred.vault.transaction_tree import Lookup

if TYPE_CHECKING:
    from nexcred.vault.vault import Vault


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


def join_teams(copy: Transaction, team_ids: Iterable[bytes], member_ids: Iterable[bytes]) -> Joined:
    """Add members to teams, and seal what those hold to them. No record was written before in this change.

    Raises NotPermitted, and ChangedMeanwhile where a team or one of them is gone.
    """
    _require_owner(copy)
    members = copy.roster.members
    pairs = [(team, one) for team in team_ids for one in member_ids if one not in _present(copy, team).members]
    for team_id, one in pairs:
        if one not in members:
            raise _gone(copy.roster.name_of(one))
        copy.roster = copy.roster.append(copy.author, members[one].public, {"op": TEAM_ADD, "team": team_id.hex()})
    if not pairs:
        return Joined((), ())
    every = copy.everything()
    copy.put_in_order(every)
    joined_to = {team_id for team_id, _ in pairs}
    held = [found for found in every.credentials if _names_any(found.overview, joined_to)]
    is_guest_among = any(members[one].role == GUEST for _, one in pairs)
    joined: dict[bool, list[str]] = {True: [], False: []}
    for found in copy.with_work_ahead(held, lambda overview: _claims_of(copy, overview), with_parts=True):
        with suppress(Damaged):
            is_sealed = _seal(copy, found, is_guest_among=is_guest_among, is_joined=True)
            if is_sealed is not None:
                joined[is_sealed].append(found.overview.name)
    return Joined(tuple(sorted(joined[True])), tuple(sorted(joined[False])))


def seal_to_teams(copy: Transaction) -> bool:
    """Seal what this identity holds to members of teams who have no key to it yet, as each write does to its record."""
    every = copy.everything()
    copy.put_in_order(every)
    held = [found for found in every.credentials if _names_any(found.overview, copy.roster.teams)]
    for found in copy.with_work_ahead(held, lambda _: (), with_parts=True):
        with suppress(Damaged):
            if not copy.seems_complete(found.overview):
                _seal(copy, found)
    return True


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


def _seal(copy: Transaction, found: Lookup, *, is_guest_among: bool = False, is_joined: bool = False) -> bool | None:
    """Seal a record to those on its list without a key; False where this identity cannot, None where none lacks one.

    Raises Damaged. Guests read overviews by grants of their own, also of what waits. Where somebody `is_joined`, by an
    owner, what they know of it they may know again.
    """
    overview = found.overview
    proved = copy.prove(overview)
    completed = complete(copy, overview, proved)
    is_sealed = completed is not overview
    if is_joined and overview.policy is not None:
        completed = hold_again(copy, completed, proved, copy.verified_list(overview).holders())
    if completed is not overview or is_guest_among:
        copy.put(completed, found.revision + 1, instead_of=found)
    if is_sealed:
        return True
    return False if copy.lacks_recipients(overview.details, overview) else None


def _claims_of(copy: Transaction, overview: Overview) -> Iterator[Claim]:
    return claims_of(overview, copy.state.roster)


def _names_any(overview: Overview, team_ids: Collection[bytes]) -> bool:
    access = overview.access
    return isinstance(access, AccessList) and any(kind == TO_TEAM and to in team_ids for kind, to, _ in access.grants)


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


def seal_since(vault: "Vault") -> None:
    """Seal for teams as `seal_to_teams` does; the write before is done, and where this fails the next tries again."""
    roster = vault.state.roster
    with suppress(NexcredError):
        if vault.try_to_write(seal_to_teams) is not None:
            vault.remembered.keep_teams(roster)
