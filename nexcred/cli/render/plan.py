"""What an import would do, for people. Why something is in the way is told by the failure, where there is room."""

from collections.abc import Sequence

from nexcred.cli.render.ink import BOLD, GREEN, QUIET, RED, YELLOW, Cell
from nexcred.services.importing.plan import Fate, Item

HEADINGS = ("NAME", "CONNECTOR", "PLAN", "FROM")
_FATES = {
    Fate.ADDED: Cell("add", GREEN),
    Fate.IDENTICAL: Cell("there already", QUIET),
    Fate.CONFLICT: Cell("conflict", YELLOW),
    Fate.REFUSED: Cell("cannot be", RED),
    Fate.REJECTED: Cell("rejected", RED),
}


def rows(items: Sequence[Item]) -> list[list[Cell]]:
    return [[Cell(item.name, BOLD), Cell(item.connector), _FATES[item.fate], Cell(item.place, QUIET)] for item in items]
