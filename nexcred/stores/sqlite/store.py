"""A vault in one SQLite file: the default store."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from nexcred.errors import StoreFailed, Tampered, VaultNotFound
from nexcred.local.file_mark import FileMark, mark_of_file
from nexcred.local.files import (
    make_folder,
    make_private_file,
    narrow_folder,
    refuse_network,
    regular_size,
    shown,
)
from nexcred.local.linked_file import file_to_read
from nexcred.model.path_in_url import path_in_url, path_of_url
from nexcred.stores.sqlite.beside import check_beside
from nexcred.stores.sqlite.failures import DATABASE_ERRORS, is_busy, translate
from nexcred.stores.sqlite.limits import hold_to_schema, let_read, sealed_within, whole_digest
from nexcred.stores.sqlite.schema import PRAGMAS, create_tables, holds_vault
from nexcred.vault.bounds import (
    ACCESS,
    CHAIN,
    HEAD,
    LEAF,
    RECORD,
    ROSTER,
    SLOT,
    TREE,
    Bound,
    OutOfBounds,
    SizeTally,
    refuse_unreadable,
)
from nexcred.vault.store import HEADS_KEPT, MAKE_ONE, Bundle, Change

T = TypeVar("T")
_SLICE_S = 0.1
_CHUNK = 500
_LOCK_TIMEOUT_S = 10.0


class SqliteSnapshot:
    """One read or write transaction. Of an empty file every table is empty."""

    heads_kept = HEADS_KEPT

    def __init__(self, connection: sqlite3.Connection, path: Path, *, is_vault: bool) -> None:
        self._connection = connection
        self._path = path
        self.is_vault = is_vault

    def bundle(self) -> Bundle:
        return Bundle(self.head(), self.access(), self.chain(), self.roster(), self.slots(), self.tree())

    def head(self) -> bytes | None:
        return self._one(HEAD, "ORDER BY generation DESC LIMIT 1")

    def past_head(self, generation: int) -> bytes | None:
        return self._one(HEAD, "WHERE generation = ?", generation)

    def tree(self) -> bytes:
        return self._one(TREE, "WHERE id = 0") or b""

    def leaf(self, index: int) -> bytes:
        return self._one(LEAF, "WHERE id = ?", index) or b""

    def leaves(self) -> Iterator[tuple[int, bytes]]:
        """Yield the leaves that are not empty, by index."""
        tally = SizeTally(LEAF)
        for index, leaf in self._rows(f"SELECT id, {sealed_within(LEAF)} FROM leaf ORDER BY id"):  # noqa: S608
            if not isinstance(index, int):
                raise self._damaged()
            yield index, self._add(tally, leaf)

    def access(self) -> tuple[bytes, ...]:
        return self._list(ACCESS)

    def chain(self) -> tuple[bytes, ...]:
        return self._list(CHAIN)

    def roster(self) -> tuple[bytes, ...]:
        return self._list(ROSTER)

    def slots(self) -> tuple[bytes, ...]:
        return self._list(SLOT)

    def item(self, digest: bytes) -> bytes | None:
        return self._one(RECORD, "WHERE digest = ?", digest)

    def items(self, digests: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        remaining = iter(sorted(digests))  # neighbours lie on one page
        most = RECORD.row
        while chunk := list(islice(remaining, _CHUNK)):
            # A constant number of marks, so that SQLite compiles the statement once; NULL equals nothing.
            padded = chunk + [None] * (_CHUNK - len(chunk)) if len(chunk) > 1 else chunk
            marks = ",".join("?" * len(padded))
            columns = f"{whole_digest()}, {sealed_within(RECORD)}"
            for digest, sealed in self._rows(f"SELECT {columns} FROM item WHERE digest IN ({marks})", *padded):  # noqa: S608
                if not isinstance(digest, bytes) or not isinstance(sealed, bytes) or len(sealed) > most:
                    raise self._damaged()
                yield digest, sealed

    def item_digests(self) -> Iterator[bytes]:
        """Yield the digests in rising order; others mean pages shared between rows, of which there may be no end."""
        previous = b""
        for (digest,) in self._rows(f"SELECT {whole_digest()} FROM item ORDER BY digest"):  # noqa: S608
            name = self._bytes(digest)
            if name <= previous:
                raise self._damaged()
            previous = name
            yield name

    def _one(self, bound: Bound, which: str, *values: object) -> bytes | None:
        for row in self._rows(f"SELECT {sealed_within(bound)} FROM {bound.table} {which}", *values):  # noqa: S608
            return self._add(SizeTally(bound), row[0])
        return None

    def _list(self, bound: Bound) -> tuple[bytes, ...]:
        tally = SizeTally(bound)
        rows = self._rows(f"SELECT {sealed_within(bound)} FROM {bound.table} ORDER BY id")  # noqa: S608
        return tuple(self._add(tally, row[0]) for row in rows)

    def _add(self, tally: SizeTally, value: object) -> bytes:
        try:
            return tally.add(self._bytes(value))
        except OutOfBounds:
            raise self._damaged() from None

    def _rows(self, sql: str, *values: object) -> Iterator[tuple[object, ...]]:
        if not self.is_vault:
            return
        try:
            # `yield from` would close the cursor of a reader who stops half way, after its connection is gone.
            for row in self._connection.execute(sql, values):  # noqa: UP028
                yield row
        except DATABASE_ERRORS as error:
            raise translate(error, self._path) from None

    def _bytes(self, value: object) -> bytes:
        if isinstance(value, bytes):
            return value
        raise self._damaged()

    def _damaged(self) -> Tampered:
        return Tampered(f"the vault {shown(self._path)} is damaged: a value has the wrong type or size")


_FILE = "file://"


def file_at(location: str) -> Path | None:
    """Return the file of a store that has this location; None for a store of another kind."""
    return Path(path_of_url(location.removeprefix(_FILE))) if location.startswith(_FILE) else None


class SqliteStore:
    """Speaks `vault.store.Store`. `own_folder` is nexcred's data folder: when the vault is in it, it is kept 0700."""

    can_ask = False
    keeps_slots = True
    keeps_states = False
    caveats = ()

    def __init__(self, path: Path, *, own_folder: Path | None = None, lock_timeout_s: float = _LOCK_TIMEOUT_S) -> None:
        absolute = path.absolute()
        # Links above the file are the user's own business, and must not give one vault two locations.
        self.path = absolute.parent.resolve() / absolute.name
        self._own_folder = own_folder.resolve() if own_folder is not None else None
        self._lock_timeout_s = lock_timeout_s
        self._writing: SqliteSnapshot | None = None
        self._connection: sqlite3.Connection | None = None

    @property
    def location(self) -> str:
        return _FILE + path_in_url(str(self.path))

    def exists(self) -> bool:
        """True when a file is there that is not empty. Raises StoreFailed for anything but a plain file to read."""
        return bool(self._size_of(file_to_read(self.path)))

    @contextmanager
    def read(self) -> Iterator[SqliteSnapshot]:
        """Read it, also through a link, as volumes are mounted; nothing is written through one."""
        path = file_to_read(self.path)
        if not self._size_of(path):
            raise self._no_vault()
        with closing(self._connect(path, "rw" if path == self.path else "ro")) as connection:
            snapshot = self._begin(connection, "BEGIN", path)
            if not snapshot.is_vault:
                raise self._no_vault()
            yield snapshot

    @contextmanager
    def write(self) -> Iterator[SqliteSnapshot]:
        if self._writing is not None:
            raise RuntimeError("this store is being written to already")
        if regular_size(self.path) is None:
            make_folder(self.path.parent)
            make_private_file(self.path)
        if not (os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK)):
            raise StoreFailed(f"the vault {shown(self.path)} is read-only")  # SQLite would only say so at the end
        with closing(self._connect(self.path, "rw")) as connection:
            self._writing = self._begin(connection, "BEGIN IMMEDIATE", self.path)
            self._connection = connection
            try:
                yield self._writing
            finally:
                self._writing = self._connection = None  # closing rolls back what was not committed

    def mark(self) -> FileMark | None:
        """Return what is another one after every write; None while that is not sure."""
        return mark_of_file(self.path)

    def close(self) -> None:
        """Do nothing: a connection lasts as long as a snapshot."""

    def commit(self, change: Change, expected_head: bytes | None) -> bool:
        connection, snapshot = self._connection, self._writing
        if connection is None or snapshot is None:
            raise RuntimeError("commit is called inside write()")
        if snapshot.head() != expected_head:
            return False
        from nexcred.stores.sqlite.change import apply_change  # which reading has no use for

        refuse_unreadable(change)
        try:
            if not snapshot.is_vault:
                create_tables(connection)
                snapshot.is_vault = True
            apply_change(connection, change)
            if snapshot.head() != change.head:  # a planted row would hide what is written now
                raise Tampered(f"the vault {shown(self.path)} has a head under a generation that is not its own")
        except DATABASE_ERRORS as error:
            raise translate(error, self.path) from None
        try:
            self._patiently(lambda: connection.execute("COMMIT"))
        except sqlite3.Error as error:
            raise translate(error, self.path, committing=True) from None
        return True

    def _size_of(self, path: Path) -> int | None:
        """Return the size of what is read, and make it private again where it lies at this place, behind no link."""
        return regular_size(path) if path == self.path else path.stat().st_size

    def _no_vault(self) -> VaultNotFound:
        return VaultNotFound(f"there is no vault at {shown(self.path)}", hint=MAKE_ONE)

    def _connect(self, path: Path, mode: str) -> sqlite3.Connection:
        folder = path.parent
        if folder == self._own_folder:
            narrow_folder(folder)
        refuse_network(folder)
        check_beside(path)
        try:
            connection = sqlite3.connect(
                f"file:{path_in_url(str(path))}?mode={mode}", uri=True, isolation_level=None, timeout=_SLICE_S
            )
        except sqlite3.Error as error:
            raise translate(error, self.path) from None
        connection.text_factory = bytes  # a planted name need not be UTF-8
        hold_to_schema(connection)
        return connection

    def _begin(self, connection: sqlite3.Connection, begin: str, path: Path) -> SqliteSnapshot:
        try:
            for statement in (*PRAGMAS, begin):  # some pragmas read the file, and so need the lock
                self._patiently(partial(connection.execute, statement))
            is_vault = self._patiently(lambda: holds_vault(connection))
            let_read(connection)
            mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
        except DATABASE_ERRORS as error:
            raise translate(error, self.path) from None
        if mode != b"delete":
            raise Tampered(f"the vault {shown(self.path)} was put into another journal mode")
        # Asked again, for it may have been swapped for a link meanwhile. SQLite takes a stump for an empty database.
        if self._size_of(path) and not is_vault:
            raise Tampered(f"the vault {shown(self.path)} was cut short, or is no vault")
        return SqliteSnapshot(connection, self.path, is_vault=is_vault)

    def _patiently(self, ask: Callable[[], T]) -> T:
        """Ask again while another holds the lock. SQLite's own wait, if it were the whole, would hold up Ctrl-C."""
        give_up_at = time.monotonic() + self._lock_timeout_s
        while True:
            try:
                return ask()
            except sqlite3.OperationalError as error:
                if not is_busy(error) or time.monotonic() >= give_up_at:
                    raise
