"""A vault's file as the notation of what lies at a place on a network: what a test changes in it is laid there."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.store import Change, Snapshot, Store
from tests.support.far_tables import FarTables, Tables, found_a_place

_LISTED = {"access": "access", "chain": "chain", "roster": "roster", "slots": "slot"}
_far: dict[Path, FarTables] = {}


def file_store(path: Path) -> Store:
    """Return the store of a file; where vaults lie at a place on a network, of what is carried there."""
    far = _far.get(path) or _found(path)
    return SqliteStore(path) if far is None else CarriedStore(path, far)


class CarriedStore:
    """Speaks `vault.store.Store`: writes are made at the place, and repeated in the file."""

    path = None
    can_ask = False
    keeps_slots = False
    keeps_states = False
    caveats = ()

    def __init__(self, path: Path, far: FarTables) -> None:
        self.location = f"file://{path}"
        self._path, self._far = path, far
        self._writing: Store | None = None

    def exists(self) -> bool:
        with self._opened() as store:
            return store.exists()

    @contextmanager
    def read(self) -> Iterator[Snapshot]:
        with self._opened() as store, store.read() as snapshot:
            yield snapshot

    @contextmanager
    def write(self) -> Iterator[Snapshot]:
        with self._opened() as self._writing, self._writing.write() as snapshot:
            yield snapshot

    def commit(self, change: Change, expected_head: bytes | None) -> bool:
        assert self._writing is not None
        change = change._replace(dropped_items=tuple(change.dropped_items), items=dict(change.items))
        is_done = self._writing.commit(change, expected_head)
        if is_done:
            file = SqliteStore(self._path)
            with file.write() as snapshot:
                assert file.commit(change, snapshot.head())
            file.close()
            self._far.is_now(tables_of(self._path))
        return is_done

    def close(self) -> None:
        """Do nothing: each reading opens the place anew."""

    @contextmanager
    def _opened(self) -> Iterator[Store]:
        self._far.settle(tables_of(self._path))
        with closing(self._far.place.open("machine")) as store:
            yield store


def tables_of(path: Path) -> Tables:
    """Return what a file holds, whatever it is; nothing where there is none."""
    if not path.exists():
        return Tables()
    with closing(sqlite3.connect(path)) as connection:
        rows = {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            for table in ("head", "tree", "leaf", "item", *_LISTED.values())
        }
    return Tables(
        heads=dict(rows["head"]),
        tree=b"".join(sealed for _, sealed in rows["tree"]),
        leaves=dict(rows["leaf"]),
        items=dict(rows["item"]),
        **{name: tuple(sealed for _, sealed in rows[table]) for name, table in _LISTED.items()},  # type: ignore[arg-type]
    )


def _found(path: Path) -> FarTables | None:
    tables = Tables()
    found_a_place(tables)
    if tables.far is not None:
        _far[path] = tables.far
    return tables.far
