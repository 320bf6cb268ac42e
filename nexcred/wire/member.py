"""The JSON of the `member` commands."""

from collections.abc import Iterable
from typing import NotRequired, TypedDict

from nexcred.model.times import to_rfc3339
from nexcred.vault.listed_holders import ListedHolders
from nexcred.vault.member_info import MemberInfo, TeamInfo
from nexcred.vault.membership import Departure


class MemberShape(TypedDict):
    """Somebody who belongs to the vault; `id` stays, `fingerprint` and `public` are of the present keys.

    `waiting`, only of `list`, names what is shared with them and not sealed to them yet.
    """

    id: str
    fingerprint: str
    full_name: str
    role: str
    public: str
    until: str | None
    you: bool
    teams: list[str]
    waiting: NotRequired[list[str]]


class DepartureShape(TypedDict):
    """Who was removed, and what stays to be done: `exposed` are the names of what they know, `to_rotate` those that
    are still in the vault. `orphaned` nobody else opens, `disputed` opens for nobody until it is settled, and `pinned`
    rests on what they had signed."""

    full_name: str
    id: str
    role: str
    epoch: int
    exposed: list[str]
    to_rotate: list[str]
    orphaned: list[str]
    disputed: list[str]
    pinned: list[str]


def departure_shape(member: MemberInfo, departure: Departure, epoch: int) -> DepartureShape:
    return {
        "full_name": member.full_name,
        "id": member.id.hex(),
        "role": member.role,
        "epoch": epoch,
        "exposed": list(departure.exposed),
        "to_rotate": sorted(credential.name for credential in departure.to_rotate),
        "orphaned": list(departure.orphaned),
        "disputed": list(departure.disputed),
        "pinned": list(departure.pinned),
    }


def member_shape(member: MemberInfo, teams: Iterable[TeamInfo], *, you: bool) -> MemberShape:
    return {
        "id": member.id.hex(),
        "fingerprint": member.fingerprint.hex(),
        "full_name": member.full_name,
        "role": member.role,
        "public": member.public,
        "until": None if member.until is None else to_rfc3339(member.until),
        "you": you,
        "teams": [team.name for team in teams if member in team.members],
    }


def listed_member_shape(
    member: MemberInfo, teams: Iterable[TeamInfo], listed: Iterable[ListedHolders], *, you: bool
) -> MemberShape:
    """Add what is shared with somebody and not sealed to them yet."""
    waiting = [one.name for one in listed if member.id in one.waiting]
    return {**member_shape(member, teams, you=you), "waiting": waiting}
