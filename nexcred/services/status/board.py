"""The board itself: every kind of trouble has a function that yields its rows."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from nexcred.model.name import name_order
from nexcred.services.status import credentials, hints, rotations
from nexcred.services.status.row import FAILING, BoardRow, Look, Trouble

Finder = Callable[[Look], Iterator[BoardRow]]
FINDERS: tuple[Finder, ...] = (
    credentials.refused_or_ending,
    credentials.due,
    credentials.exposed,
    rotations.half_rotated,
    credentials.candidates,
    credentials.superseded,
    hints.not_proved,
    hints.no_recovery_key,
    hints.no_backup,
)


def board(look: Look, finders: Iterable[Finder] = FINDERS) -> list[BoardRow]:
    """Return every row, the worst trouble first, then by name. Raises Disputed, RolledBack, Tampered, StoreFailed."""
    return sorted((row for find in finders for row in find(look)), key=place_of)


def place_of(row: BoardRow) -> tuple[int, object]:
    """Return what rows are sorted by."""
    return list(Trouble).index(row.trouble), name_order(row.name)


def counts(rows: Iterable[BoardRow]) -> dict[Trouble, int]:
    """Return how many there are of each kind that there is, the worst first."""
    found = Counter(row.trouble for row in rows)
    return {trouble: found[trouble] for trouble in Trouble if found[trouble]}


def counts_line(rows: Iterable[BoardRow]) -> str:
    """Say how many there are of each kind: 2 refused, 1 due, 1 hint."""
    return ", ".join(f"{count} {_word(trouble, count)}" for trouble, count in counts(rows).items())


def _word(trouble: Trouble, count: int) -> str:
    word = trouble.value.replace("_", " ")
    return f"{word}s" if count > 1 and trouble in (Trouble.CANDIDATE, Trouble.HINT) else word


def fails(rows: Iterable[BoardRow]) -> bool:
    """True where `--fail` ends with 7."""
    return any(row.trouble in FAILING for row in rows)
