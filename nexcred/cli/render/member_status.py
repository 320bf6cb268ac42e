"""What one person knows, for people."""

from collections.abc import Iterable
from datetime import datetime

from nexcred.cli.render.style import BOLD, QUIET, RED, Cell
from nexcred.model.moments import ago
from nexcred.services.credentials.exposed import who_and_why
from nexcred.services.status.member_status import KnownRow, MemberStatus

HEADINGS = ("NAME", "REVISION", "EXPOSED", "SINCE", "STATE", "RUN")


def working_line(status: MemberStatus) -> str:
    """Say how much of what somebody knows still works: bob, who left: 2 of 7 secrets still work."""
    person, count = status.person, len(status.rows)
    who = f"{person.full_name}{'' if person.belongs else ', who left'}"
    if not count:
        return f"{who}: knows nothing that they should not, as far as is known"
    secrets = "secret" if count == 1 else "secrets"
    return f"{who}: {status.working} of {count} {secrets} still work{'s' if count == 1 else ''}"


def known_rows(rows: Iterable[KnownRow], now: datetime) -> list[list[Cell]]:
    return [
        [
            Cell(row.name, BOLD),
            Cell(str(row.exposure.revision)),
            Cell(who_and_why(row.exposure)),
            Cell(ago(row.at, now), QUIET),
            Cell(_state(row), RED if row.works else QUIET),
            Cell(row.command),
        ]
        for row in rows
    ]


def _state(row: KnownRow) -> str:
    """Name its state, and why somebody said that it does not count."""
    cleared = f": {row.exposure.cleared_reason}" if row.state == "cleared" else ""
    return f"{row.state}{cleared}{', in the trash' if row.is_removed else ''}"
