"""Members and teams of a vault, as the layers above see them."""

from datetime import UTC, datetime, timedelta

from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.roster import Member, Roster

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class MemberInfo(NamedTuple):
    """Somebody who belongs to the vault. `id` stays; `fingerprint` and `public` are of the keys of now.

    `until` is when a guest ends.
    """

    id: bytes
    fingerprint: bytes
    full_name: str
    role: str
    public: str
    until: datetime | None = None


def info_of(member: Member) -> MemberInfo:
    return MemberInfo(
        member.id,
        member.public.fingerprint,
        member.full_name,
        member.role,
        member.public.text,
        None if member.until_ms is None else _BEGINNING + timedelta(milliseconds=member.until_ms),
    )


class TeamInfo(NamedTuple):
    """A team, and who is in it, in the order of joining the vault."""

    id: bytes
    name: str
    members: tuple[MemberInfo, ...]


def teams_of(roster: Roster) -> list[TeamInfo]:
    """Return the teams in the order in which they were made."""
    return [
        TeamInfo(
            one, team.name, tuple(info_of(member) for member in roster.members.values() if member.id in team.members)
        )
        for one, team in roster.teams.items()
    ]
