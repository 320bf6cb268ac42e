"""A store that keeps a vault in memory: as honest as SQLite, and quick to tamper with."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field

from nexcred.errors import InvalidData, Tampered, VaultNotFound
from nexcred.vault.bounds import readable_items, refuse_unreadable
from nexcred.vault.store import HEADS_KEPT, Bundle, Change


@dataclass
class Tables:
    """Everything a vault consists of. Tests change it behind the vault's back."""

    heads: dict[int, bytes] = field(default_factory=dict)
    tree: bytes = b""
    leaves: dict[int, bytes] = field(default_factory=dict)
    access: tuple[bytes, ...] = ()
    chain: tuple[bytes, ...] = ()
    roster: tuple[bytes, ...] = ()
    slots: tuple[bytes, ...] = ()
    items: dict[bytes, bytes] = field(default_factory=dict)

    def copy(self) -> "Tables":
        return deepcopy(self)


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
    caveats = ()

    def __init__(self, tables: Tables | None = None, *, keeps_slots: bool = True) -> None:
        self.keeps_slots = keeps_slots
        self.tables = tables if tables is not None else Tables()
        self._writing = False

    @property
    def location(self) -> str:
        return "memory:"

    def exists(self) -> bool:
        return bool(self.tables.heads)

    @contextmanager
    def read(self) -> Iterator[MemorySnapshot]:
        if not self.exists():
            raise VaultNotFound("there is no vault in this memory")
        yield MemorySnapshot(self.tables)

    @contextmanager
    def write(self) -> Iterator[MemorySnapshot]:
        self._writing = True
        try:
            yield MemorySnapshot(self.tables)
        finally:
            self._writing = False

    def close(self) -> None:
        """Do nothing: the memory is the test's."""

    def commit(self, change: Change, expected_head: bytes | None) -> bool:
        if not self._writing:
            raise RuntimeError("commit is called inside write()")
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
