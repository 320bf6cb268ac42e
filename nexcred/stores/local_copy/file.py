"""The file of a local copy: the last bundle, and sealed leaves and records by their digests.

It is a cache. Whatever goes wrong with it costs time alone: a copy that cannot be read is as good as none, one that is
damaged is thrown away, and one that cannot be written stays as it is.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path
from typing import TypeVar

from nexcred.errors import StoreFailed
from nexcred.local.files import make_folder, make_private_file, narrow_folder, regular_size
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.path_in_url import path_in_url
from nexcred.model.sha256 import sha256
from nexcred.vault.store import Bundle

T = TypeVar("T")
LARGEST = 256 * 1024 * 1024
_CHUNK = 500
_WAIT_S = 0.2
# The file may be another's by the time: its layout is part of its name.
LAYOUT = 1
_TABLES = (
    "CREATE TABLE IF NOT EXISTS kept (id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS row (part TEXT NOT NULL, id INTEGER NOT NULL, bytes BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS answered (id INTEGER PRIMARY KEY CHECK (id = 0), at_ms INTEGER NOT NULL)",
)
_PRAGMAS = ("PRAGMA synchronous = OFF", "PRAGMA trusted_schema = OFF")
_LISTS = ("access", "chain", "roster", "slots")
# Beside the rows of a bundle lies their sum: a vault that cannot be asked is not called damaged for a spoilt copy.
_SUM = "sum"


class LastRead(NamedTuple):
    """The last bundle that was read, and when the place of the vault last answered, in ms since 1970."""

    bundle: Bundle
    at_ms: int


class CopyFile:
    """One file for one vault. `largest` is its size in bytes beyond which the oldest of what it keeps goes."""

    def __init__(self, path: Path, *, largest: int = LARGEST) -> None:
        self._path = path
        self._largest = largest

    def last_read(self) -> LastRead | None:
        return self._try(_read_last, None)

    def keep_last(self, bundle: Bundle, at_ms: int) -> None:
        """Keep the bundle of a vault that answered at this time."""
        rows = _rows_of(bundle)

        def keep(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM row")
            db.executemany("INSERT INTO row VALUES (?, ?, ?)", [*rows, (_SUM, 0, _sum_of(rows))])
            db.execute("INSERT OR REPLACE INTO answered VALUES (0, ?)", (at_ms,))

        self._try(keep, None, writes=True)

    def note_answer(self, at_ms: int) -> None:
        """Note that the place of the vault answered, and nothing is new."""
        self._try(lambda db: db.execute("UPDATE answered SET at_ms = ?", (at_ms,)), None, writes=True)

    def get(self, names: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return what is kept of these; it may be spoilt."""
        return self._try(lambda db: dict(_read_many(db, names)), {})

    def keep(self, found: Mapping[bytes, bytes], dropped: Iterable[bytes] = ()) -> None:
        def keep(db: sqlite3.Connection) -> None:
            db.executemany("DELETE FROM kept WHERE name = ?", ((name,) for name in dropped))
            db.executemany("INSERT OR REPLACE INTO kept (name, bytes) VALUES (?, ?)", found.items())
            _make_room(db, self._largest)

        self._try(keep, None, writes=True)

    def _try(self, use: Callable[[sqlite3.Connection], T], otherwise: T, *, writes: bool = False) -> T:
        try:
            if regular_size(self._path) is None:
                if not writes:
                    return otherwise
                make_folder(self._path.parent)
                narrow_folder(self._path.parent)
                make_private_file(self._path)
            with closing(self._connect()) as db:
                if not writes:
                    return use(db)
                db.execute("BEGIN IMMEDIATE")
                for statement in _TABLES:
                    db.execute(statement)
                done = use(db)
                db.execute("COMMIT")
                return done
        except sqlite3.OperationalError:  # locked, full, read-only, or without tables yet
            return otherwise
        except (sqlite3.Error, TypeError, ValueError):
            with suppress(OSError):
                self._path.unlink()
            return otherwise
        except (OSError, StoreFailed):
            return otherwise

    def _connect(self) -> sqlite3.Connection:
        place = f"file:{path_in_url(str(self._path))}?mode=rw"
        db = sqlite3.connect(place, uri=True, isolation_level=None, timeout=_WAIT_S)
        for statement in _PRAGMAS:
            db.execute(statement)
        return db


def _read_last(db: sqlite3.Connection) -> LastRead | None:
    answered = db.execute("SELECT at_ms FROM answered").fetchone()
    if answered is None:
        return None
    found = db.execute("SELECT part, id, bytes FROM row ORDER BY part, id").fetchall()
    rows = [row for row in found if row[0] != _SUM]
    if (_SUM, 0, _sum_of(rows)) not in found:
        raise ValueError("what was read last is spoilt")
    parts: dict[str, list[bytes]] = {}
    for part, _, one in rows:
        parts.setdefault(part, []).append(one)
    access, chain, roster, slots = (tuple(parts.get(part, ())) for part in _LISTS)
    head = parts["head"][0] if "head" in parts else None
    bundle = Bundle(head, access, chain, roster, slots, b"".join(parts.get("tree", ())))
    return LastRead(bundle, int(answered[0]))


def _rows_of(bundle: Bundle) -> list[tuple[str, int, bytes]]:
    """Return part, place in it and bytes of each row, as they are sorted when they are read."""
    head = () if bundle.head is None else (bundle.head,)
    parts = {"head": head, "tree": (bundle.tree,), **{part: getattr(bundle, part) for part in _LISTS}}
    return [(part, index, one) for part, rows in sorted(parts.items()) for index, one in enumerate(rows)]


def _sum_of(rows: Iterable[tuple[str, int, bytes]]) -> bytes:
    return sha256(*(piece for part, index, one in rows for piece in (f"{part} {index} {len(one)}\n".encode(), one)))


def _read_many(db: sqlite3.Connection, names: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    remaining = iter(names)
    while chunk := list(islice(remaining, _CHUNK)):
        marks = ",".join("?" * len(chunk))
        yield from db.execute(f"SELECT name, bytes FROM kept WHERE name IN ({marks})", chunk)  # noqa: S608


def _make_room(db: sqlite3.Connection, largest: int) -> None:
    """Drop the older half of what is kept where the file is too large; its pages are used again."""
    (pages,) = db.execute("PRAGMA page_count").fetchone()
    (free,) = db.execute("PRAGMA freelist_count").fetchone()
    (size,) = db.execute("PRAGMA page_size").fetchone()
    if (pages - free) * size > largest:
        db.execute("DELETE FROM kept WHERE id <= (SELECT (MIN(id) + MAX(id)) / 2 FROM kept)")
