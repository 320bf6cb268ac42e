"""The board of `status` for people."""

from collections.abc import Sequence
from datetime import datetime

from nexcred.cli.render.style import BOLD, QUIET, RED, YELLOW, Cell
from nexcred.model.moments import ago, day, until
from nexcred.services.status.row import BoardRow, Trouble

HEADINGS = ("TROUBLE", "NAME", "DETAIL", "RUN")
HEADINGS_OF_SEVERAL = ("TROUBLE", "NAME", "VAULT", "DETAIL", "RUN")
_STYLES = {Trouble.REFUSED: RED, Trouble.EXPIRED: RED, Trouble.EXPOSED: RED, Trouble.HINT: QUIET}


def board_rows(rows: Sequence[BoardRow], now: datetime) -> list[list[Cell]]:
    return [
        [
            Cell(row.trouble.value.replace("_", " "), _STYLES.get(row.trouble, YELLOW)),
            Cell(row.name, BOLD),
            Cell(_detail(row, now)),
            Cell(row.command),
        ]
        for row in rows
    ]


def rows_of_several(pairs: Sequence[tuple[BoardRow, str]], now: datetime) -> list[list[Cell]]:
    """Lay out rows with the vault that each is of."""
    rows = board_rows([row for row, _ in pairs], now)
    for cells, (_, vault) in zip(rows, pairs, strict=True):
        cells.insert(2, Cell(vault))
    return rows


def _detail(row: BoardRow, now: datetime) -> str:
    if row.at is None or row.trouble is Trouble.HINT:
        return row.detail
    if row.trouble is Trouble.DUE:
        when = f"since {day(row.at)}"
    elif row.trouble in (Trouble.EXPIRED, Trouble.ENDING) and not row.detail:
        when = until(row.at, now)
    else:
        when = ago(row.at, now)
    return f"{row.detail}, {when}" if row.detail else when
