"""Read the table: TOML files, a row for each answer, what a whole file shares said once at its top."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent
KINDS = ("http", "token", "aws", "database")


@dataclass(frozen=True, slots=True)
class Row:
    """One answer. `source` is a page of the vendor or a public report, "" where only the shape is known.

    `scheme` says what was sent; `headers` and `body` are what came back. A database has `said` in place of both.
    """

    place: str
    what: str
    scheme: str
    verdict: str
    reason: str
    source: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    said: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    wait_s: float | None = None
    identity: str | None = None


def rows(kind: str) -> list[Row]:
    """Return the rows of one folder, in order."""
    return [row for path in sorted((TABLE / kind).glob("*.toml")) for row in _rows_in(path)]


def _rows_in(path: Path) -> Iterator[Row]:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    answers = table.pop("answer")
    for index, answer in enumerate(answers):
        yield _row(f"{path.parent.name}/{path.stem}[{index}]", table | answer)


def _row(place: str, said: dict[str, Any]) -> Row:
    body = said.pop("body", "")
    kind = said.pop("type", "application/json" if body.startswith(("{", "[")) else "")
    headers = said.pop("headers", {})
    lines = [(name, text) for name, texts in headers.items() for text in ([texts] if isinstance(texts, str) else texts)]
    if kind:
        lines.insert(0, ("Content-Type", kind))
    return Row(place=place, headers=tuple(lines), body=body.encode(), **{"source": "", **said})
