"""The board: what is wrong or soon will be, what mends it, and when what is in order ends."""

from datetime import datetime, timedelta

from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.server.call import Call, Reply
from nexcred.server.page.handling import render
from nexcred.server.page.site import PageSite
from nexcred.services.status.board import board, counts_line
from nexcred.services.status.look import look_at
from nexcred.services.status.row import BoardRow
from nexcred.vault.vault import Vault

# The parts of the time line, each up to so many days from now; what ends later is in the last.
_SPANS = (
    ("Over", timedelta(0)),
    ("Within a week", timedelta(days=7)),
    ("Within a month", timedelta(days=30)),
    ("Within three months", timedelta(days=91)),
    ("Within a year", timedelta(days=366)),
)
_LATER = "Later"


class EndOnLine(NamedTuple):
    """One moment of the time line: when a credential ends, or when its secret is due."""

    at: datetime
    record: str
    name: str
    is_due: bool

    def __repr__(self) -> str:
        return repr_of(self, "at", "name", "is_due")


def show_board(site: PageSite, call: Call) -> Reply:
    """Show what `nexcred status` says, and the ends of all credentials in their order."""
    now = site.means.now()
    rows, credentials = call.access.read(lambda vault: _look(vault, site, now))
    allowed = call.principal.among("list", credentials)
    records = {one.name: one.id for one in allowed}
    rows = [row for row in rows if not row.name or row.name in records]
    line = time_line(allowed, now)
    return render(
        site,
        "board.html",
        at="board",
        rows=rows,
        told=counts_line(rows),
        records=records,
        line=line,
        total=len(allowed),
    )


def _look(vault: Vault, site: PageSite, now: datetime) -> tuple[list[BoardRow], list[Credential]]:
    seen = look_at(vault, site.means.state_folder, now)
    return board(seen), list(seen.credentials)


def time_line(credentials: list[Credential], now: datetime) -> list[tuple[str, list[EndOnLine]]]:
    """Return the parts of the line that hold something, and what, each in its order."""
    ends = [EndOnLine(one.expires_at, one.id, one.name, False) for one in credentials if one.expires_at is not None]
    due = [
        EndOnLine(one.terms.due_at, one.id, one.name, True)
        for one in credentials
        if one.terms is not None and one.terms.due_at is not None
    ]
    parts: dict[str, list[EndOnLine]] = {}
    for one in sorted([*ends, *due], key=lambda one: one.at):
        span = next((name for name, within in _SPANS if one.at - now <= within), _LATER)
        parts.setdefault(span, []).append(one)
    return list(parts.items())
