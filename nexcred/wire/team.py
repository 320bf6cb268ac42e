"""The JSON of the `team` commands."""

from collections.abc import Sequence
from typing import TypedDict

from nexcred.vault.listed_holders import ListedHolders
from nexcred.vault.member_info import MemberInfo, TeamInfo
from nexcred.vault.membership import Departure
from nexcred.vault.teams import Joined


class TeamShape(TypedDict):
    """A team. `credentials` counts what is shared with it, and `waiting` names what is not sealed to all of it yet, as
    the overviews say. With `shared_by_default`, whatever is added is shared with it."""

    id: str
    name: str
    members: list[str]
    credentials: int
    waiting: list[str]
    shared_by_default: bool


class TeamJoinedShape(TypedDict):
    """Who joined a team just now; `sealed` names what they can open by it now, and `waiting` what somebody who holds it
    seals to them later."""

    id: str
    name: str
    made: bool
    joined: list[str]
    members: list[str]
    sealed: list[str]
    waiting: list[str]


class TeamLeftShape(TypedDict):
    """Who left a team just now, or with `ended` was in it until now, and what stays to be done: `exposed` are the names
    of what they held by it and may know. `orphaned` nobody holds now, `disputed` opens for nobody until it is settled,
    and `pinned` rests on what they had signed."""

    id: str
    name: str
    ended: bool
    left: list[str]
    exposed: list[str]
    orphaned: list[str]
    disputed: list[str]
    pinned: list[str]


def team_shape(team: TeamInfo, listed: Sequence[ListedHolders], *, shared_by_default: bool) -> TeamShape:
    held = [one for one in listed if team.id in one.teams]
    ids = {member.id for member in team.members}
    return {
        "id": team.id.hex(),
        "name": team.name,
        "members": [member.full_name for member in team.members],
        "credentials": len(held),
        "waiting": [one.name for one in held if not ids.isdisjoint(one.waiting)],
        "shared_by_default": shared_by_default,
    }


def team_joined_shape(team: TeamInfo, who: Sequence[MemberInfo], joined: Joined, *, made: bool) -> TeamJoinedShape:
    return {
        "id": team.id.hex(),
        "name": team.name,
        "made": made,
        "joined": [member.full_name for member in who],
        "members": [member.full_name for member in team.members],
        "sealed": list(joined.sealed),
        "waiting": list(joined.waiting),
    }


def team_left_shape(team: TeamInfo, who: Sequence[MemberInfo], departure: Departure, *, ended: bool) -> TeamLeftShape:
    return {
        "id": team.id.hex(),
        "name": team.name,
        "ended": ended,
        "left": [member.full_name for member in who],
        "exposed": list(departure.exposed),
        "orphaned": list(departure.orphaned),
        "disputed": list(departure.disputed),
        "pinned": list(departure.pinned),
    }
