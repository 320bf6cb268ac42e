"""The JSON of `status`."""

from collections.abc import Sequence
from typing import TypedDict

from nexcred.model.times import to_rfc3339
from nexcred.services.status.board import counts
from nexcred.services.status.row import Row


class TroubleShape(TypedDict):
    """One trouble: `trouble` is refused, expired, ending, due, exposed, half_rotated, candidate, superseded or hint.

    `name` is null where it is of no single credential. `at` is when it began, or for an end when it is. `command` mends
    it.
    """

    trouble: str
    name: str | None
    detail: str
    at: str | None
    command: str


class BoardShape(TypedDict):
    """How many credentials there are, how many troubles of each kind, and each, the worst first."""

    credentials: int
    counts: dict[str, int]
    rows: list[TroubleShape]


def board_shape(rows: Sequence[Row], credentials: int) -> BoardShape:
    return {
        "credentials": credentials,
        "counts": {trouble.value: count for trouble, count in counts(rows).items()},
        "rows": [
            {
                "trouble": row.trouble.value,
                "name": row.name or None,
                "detail": row.detail,
                "at": to_rfc3339(row.at) if row.at else None,
                "command": row.command,
            }
            for row in rows
        ],
    }
