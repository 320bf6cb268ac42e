"""Describe for people what an import would do. The failure itself has room to say what is in its way."""

from collections.abc import Sequence

from nexcred.cli.render.style import BOLD, GREEN, QUIET, RED, YELLOW, Cell
from nexcred.services.importing.plan import Item, Outcome

HEADINGS = ("NAME", "CONNECTOR", "PLAN", "FROM")
_FATES = {
    Outcome.ADDED: Cell("add", GREEN),
    Outcome.UPDATED: Cell("update", YELLOW),
    Outcome.IDENTICAL: Cell("there already", QUIET),
    Outcome.CONFLICT: Cell("conflict", YELLOW),
    Outcome.REFUSED: Cell("refused", RED),
    Outcome.REJECTED: Cell("rejected", RED),
}


def rows(items: Sequence[Item]) -> list[list[Cell]]:
    return [[Cell(item.name, BOLD), Cell(item.connector), _FATES[item.fate], Cell(item.place, QUIET)] for item in items]
