"""A store that keeps a vault in memory: as honest as SQLite, and quick to tamper with.

Under `vaults_lie_at` (see far_tables.py) it stands for a real store, which keeps the vault at such a place.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager

from nexcred.errors import InvalidData, Tampered, VaultNotFound
from nexcred.vault.bounds import readable_items, refuse_unreadable
from nexcred.vault.store import HEADS_KEPT, Bundle, Change, Snapshot, Store
from tests.support.far_tables import FarTables, found_a_place
from tests.support.far_tables import Tables as Tables


class MemorySnapshot:
    """A view of tables that nobody changes while it is looked through."""

    heads_kept = HEADS_KEPT

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def bundle(self) -> Bundle:
        return Bundle(self.head(), self.access(), self.chain(), self.roster(), self.slots(), self.tree())

    def head(self) -> bytes | None:
        heads = self._tables.heads
        return heads[max(heads)] if heads else None

    def past_head(self, generation: int) -> bytes | None:
        return self._tables.heads.get(generation)

    def tree(self) -> bytes:
        return self._tables.tree

    def leaf(self, index: int) -> bytes:
        return self._tables.leaves.get(index, b"")

    def leaves(self) -> Iterator[tuple[int, bytes]]:
        yield from sorted(self._tables.leaves.items())

    def access(self) -> tuple[bytes, ...]:
        return self._tables.access

    def chain(self) -> tuple[bytes, ...]:
        return self._tables.chain

    def roster(self) -> tuple[bytes, ...]:
        return self._tables.roster

    def slots(self) -> tuple[bytes, ...]:
        return self._tables.slots

    def item(self, digest: bytes) -> bytes | None:
        return self._tables.items.get(digest)

    def items(self, digests: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        for digest in digests:
            if digest in self._tables.items:
                yield digest, self._tables.items[digest]

    def item_digests(self) -> Iterator[bytes]:
        yield from self._tables.items


class MemoryStore:
    """Speaks `vault.store.Store`. Two stores over the same tables are two processes at one vault.

    Only it lets a second writer in, so that tests can move the head under the first one.
    """

    path = None
    can_ask = False
    keeps_slots = True
    keeps_states = False
    caveats = ()

    def __init__(self, tables: Tables | None = None, *, keeps_slots: bool = True) -> None:
        self._tables = tables if tables is not None else Tables()
        found_a_place(self._tables)
        self.keeps_slots = keeps_slots and self._tables.far is None
        self._machine = f"machine-{id(self)}"
        self._writing: list[Store | None] = []

    @property
    def tables(self) -> Tables:
        if self._tables.far is not None:
            self._tables.far.show(self._tables)
        return self._tables

    @tables.setter
    def tables(self, tables: Tables) -> None:
        tables.far = tables.far or self._tables.far
        self._tables = tables

    @property
    def location(self) -> str:
        return "memory:"

    def exists(self) -> bool:
        if self._tables.far is None:
            return bool(self.tables.heads)
        with self._opened(self._tables.far) as store:
            return store.exists()

    @contextmanager
    def read(self) -> Iterator[Snapshot]:
        if self._tables.far is not None:
            with self._opened(self._tables.far) as store, store.read() as snapshot:
                yield snapshot
        elif not self.exists():
            raise VaultNotFound("there is no vault in this memory")
        else:
            yield MemorySnapshot(self.tables)

    @contextmanager
    def write(self) -> Iterator[Snapshot]:
        if self._tables.far is not None:
            with self._opened(self._tables.far) as store, store.write() as snapshot, self._written(store):
                yield snapshot
        else:
            with self._written(None):
                yield MemorySnapshot(self.tables)

    @contextmanager
    def _opened(self, far: FarTables) -> Iterator[Store]:
        """Open what lies there as another process would: nothing that was seen before counts."""
        far.settle(self._tables)
        with closing(far.place.open(self._machine)) as store:
            yield store

    @contextmanager
    def _written(self, store: Store | None) -> Iterator[None]:
        self._writing.append(store)
        try:
            yield
        finally:
            self._writing.pop()

    def close(self) -> None:
        """Do nothing: the memory is the test's."""

    def commit(self, change: Change, expected_head: bytes | None) -> bool:
        if not self._writing:
            raise RuntimeError("commit is called inside write()")
        store, far = self._writing[-1], self._tables.far
        if store is not None and far is not None:
            is_done = store.commit(change, expected_head)
            far.was_written()
            return is_done
        heads = self.tables.heads
        if MemorySnapshot(self.tables).head() != expected_head:
            return False
        if heads and max(heads) > change.generation:
            raise Tampered("this memory has a head under a generation that is not its own")
        refuse_unreadable(change)
        if change.slots and not self.keeps_slots:
            raise InvalidData("this memory keeps no slots: others read it")
        _apply(self.tables, change._replace(items=dict(readable_items(change.items))))
        return True


def _apply(tables: Tables, change: Change) -> None:
    oldest = min((*tables.heads, change.generation))
    tables.heads[change.generation] = change.head
    if change.past_heads is not None:
        tables.heads, tables.items, tables.leaves = change.heads(HEADS_KEPT), {}, {}
    elif oldest <= change.generation - HEADS_KEPT:
        del tables.heads[oldest]
    for digest in change.dropped_items:
        tables.items.pop(digest, None)
    tables.items.update(change.items)
    for index, leaf in change.leaves.items():
        tables.leaves.pop(index, None)
        if leaf:
            tables.leaves[index] = leaf
    tables.tree = tables.tree if change.tree is None else change.tree
    tables.access = tables.access if change.access is None else change.access
    tables.chain = tables.chain if change.chain is None else change.chain
    tables.roster = tables.roster if change.roster is None else change.roster
    tables.slots = tables.slots if change.slots is None else change.slots
