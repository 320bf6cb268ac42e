"""The JSON of `status`."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

from nexcred.model.times import to_rfc3339
from nexcred.services.status.board import counts
from nexcred.services.status.member_status import KnownRow, MemberStatus
from nexcred.services.status.row import BoardRow


class TroubleShape(TypedDict):
    """One trouble: `trouble` is refused, expired, ending, due, exposed, half_rotated, candidate, superseded or hint.

    `name` is null where it is of no single credential. `at` is when it began, or for an end when it is. `command` mends
    it. `vault`, what you call it, is there only where several were given.
    """

    trouble: str
    name: str | None
    detail: str
    at: str | None
    command: str
    vault: NotRequired[str]


class BoardShape(TypedDict):
    """How many credentials there are, how many troubles of each kind, and each, the worst first."""

    credentials: int
    counts: dict[str, int]
    rows: list[TroubleShape]


class KnownShape(TypedDict):
    """One secret that somebody knows who should not: `why` is left, unshared or restored.

    `state` is present, alive, revoked, unknown, dead, gone or cleared; `works` where it may still work. `command` ends
    that, null where it has ended, or where the credential is `removed` and lies in the trash.
    """

    name: str
    revision: int
    why: str
    at: str
    state: str
    works: bool
    removed: bool
    command: str | None


class MemberStatusShape(TypedDict):
    """What somebody knows who should not, how much there is, and how much of it may still work.

    `belongs` is false for who left the vault.
    """

    id: str
    full_name: str
    belongs: bool
    known: int
    working: int
    rows: list[KnownShape]


def member_status_shape(status: MemberStatus) -> MemberStatusShape:
    person = status.person
    return {
        "id": person.id.hex(),
        "full_name": person.full_name,
        "belongs": person.belongs,
        "known": len(status.rows),
        "working": status.working,
        "rows": [_known_shape(row) for row in status.rows],
    }


def _known_shape(row: KnownRow) -> KnownShape:
    return {
        "name": row.name,
        "revision": row.exposure.revision,
        "why": row.exposure.why,
        "at": to_rfc3339(row.at),
        "state": row.state,
        "works": row.works,
        "removed": row.is_removed,
        "command": row.command or None,
    }


def board_shape(rows: Sequence[BoardRow], credentials: int) -> BoardShape:
    return {
        "credentials": credentials,
        "counts": {trouble.value: count for trouble, count in counts(rows).items()},
        "rows": [_trouble_shape(row) for row in rows],
    }


def board_of_several_shape(pairs: Sequence[tuple[BoardRow, str]], credentials: int) -> BoardShape:
    """The same of several vaults: each row with that which it is of."""
    shape = board_shape([row for row, _ in pairs], credentials)
    for trouble, (_, vault) in zip(shape["rows"], pairs, strict=True):
        trouble["vault"] = vault
    return shape


def _trouble_shape(row: BoardRow) -> TroubleShape:
    return {
        "trouble": row.trouble.value,
        "name": row.name or None,
        "detail": row.detail,
        "at": to_rfc3339(row.at) if row.at else None,
        "command": row.command,
    }
