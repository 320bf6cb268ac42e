"""Teams, for people."""

from collections.abc import Iterable, Sequence

from nexcred.cli.app.context import Context
from nexcred.cli.render.departure import tell_known, tell_pinned
from nexcred.cli.render.member import names_of
from nexcred.cli.render.style import BOLD, QUIET, Cell
from nexcred.model.text import make_visible
from nexcred.services.vaults.members import exposed_by
from nexcred.vault.member_info import MemberInfo
from nexcred.vault.membership import Departure
from nexcred.vault.teams import Joined
from nexcred.wire.team import TeamShape

HEADINGS = ("NAME", "MEMBERS", "CREDENTIALS", "")
NOTHING_JOINED = Joined((), ())
_MOST_NAMED = 12


def team_rows(teams: Iterable[TeamShape]) -> list[list[Cell]]:
    return [
        [
            Cell(team["name"], BOLD),
            Cell(", ".join(team["members"])),
            Cell(str(team["credentials"])),
            Cell("shared with by default" if team["shared_by_default"] else "", QUIET),
        ]
        for team in teams
    ]


def counted(names: Sequence[str]) -> str:
    """Name credentials, or of many the first."""
    if not names:
        return "nothing"
    shown = ", ".join(f"'{name}'" for name in names[:_MOST_NAMED])
    more = len(names) - _MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown


def tell_joined(context: Context, newcomers: Sequence[MemberInfo], joined: Joined) -> None:
    """Say what was sealed to who joined, and what waits for somebody who holds it."""
    who = names_of(newcomers)
    if joined.sealed:
        context.streams.note(make_visible(f"sealed to {who}: {counted(joined.sealed)}"))
    if joined.waiting:
        told = f"not sealed to {who} yet: {counted(joined.waiting)}; the next write by somebody who holds it does that"
        context.streams.note(make_visible(f"{told}, or at once: nexcred share --complete"))


def tell_left(context: Context, leavers: Sequence[MemberInfo], departure: Departure) -> None:
    """Say what they know still, and what nobody holds any more."""
    who = names_of(leavers)
    tell_pinned(context, who, departure)
    if departure.exposed:
        exposed = exposed_by(departure)
        tell_known(context, f"{who} may have read what it held", exposed.to_rotate)
        for name in exposed.removed:
            context.streams.plain_error_line(make_visible(f"  {name}, which is in the trash"))
    if departure.orphaned:
        names = counted(departure.orphaned)
        context.streams.warn(make_visible(f"nobody holds {names} any more: remove them, and add them with new values"))
