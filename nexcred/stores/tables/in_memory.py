"""A whole vault in memory, for stores that keep it as one value."""

from collections.abc import Iterable, Iterator, Mapping

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.sha256 import sha256
from nexcred.vault.bounds import readable_items, refuse_many_names, refuse_unreadable
from nexcred.vault.store import Bundle, Change

# Of about 370 bytes each, so that the past does not crowd out the present where a vault is small.
HEADS_KEPT_IN_TABLES = 64


class Tables(NamedTuple):
    """The tables of a vault; never changed, only replaced. Items are keyed by the SHA-256 of their bytes."""

    heads: Mapping[int, bytes]
    tree: bytes
    leaves: Mapping[int, bytes]
    access: tuple[bytes, ...]
    chain: tuple[bytes, ...]
    roster: tuple[bytes, ...]
    slots: tuple[bytes, ...]
    items: Mapping[bytes, bytes]

    def __repr__(self) -> str:
        return repr_of(self)


EMPTY = Tables({}, b"", {}, (), (), (), (), {})


class TablesSnapshot:
    """Speaks `vault.store.Snapshot`."""

    heads_kept = HEADS_KEPT_IN_TABLES

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def bundle(self) -> Bundle:
        return Bundle(self.head(), self.access(), self.chain(), self.roster(), self.slots(), self.tree())

    def head(self) -> bytes | None:
        heads = self.tables.heads
        return heads[max(heads)] if heads else None

    def past_head(self, generation: int) -> bytes | None:
        return self.tables.heads.get(generation)

    def tree(self) -> bytes:
        return self.tables.tree

    def leaf(self, index: int) -> bytes:
        return self.tables.leaves.get(index, b"")

    def leaves(self) -> Iterator[tuple[int, bytes]]:
        yield from sorted(self.tables.leaves.items())

    def access(self) -> tuple[bytes, ...]:
        return self.tables.access

    def chain(self) -> tuple[bytes, ...]:
        return self.tables.chain

    def roster(self) -> tuple[bytes, ...]:
        return self.tables.roster

    def slots(self) -> tuple[bytes, ...]:
        return self.tables.slots

    def item(self, digest: bytes) -> bytes | None:
        return self.tables.items.get(digest)

    def items(self, digests: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        for digest in digests:
            item = self.tables.items.get(digest)
            if item is not None:
                yield digest, item

    def item_digests(self) -> Iterator[bytes]:
        yield from self.tables.items


def changed(tables: Tables, change: Change) -> Tables:
    """Return the tables after a change; raise InvalidData for what would not be read back."""
    refuse_unreadable(change)
    if change.past_heads is not None:
        tables = EMPTY
    dropped = set(change.dropped_items)
    kept = {name: item for name, item in tables.items.items() if name not in dropped}
    leaves = {**tables.leaves, **change.leaves}
    refuse_many_names(sum(map(len, leaves.values())))
    return Tables(
        heads=_heads_after(tables, change),
        tree=tables.tree if change.tree is None else change.tree,
        leaves={index: leaf for index, leaf in leaves.items() if leaf},
        access=tables.access if change.access is None else change.access,
        chain=tables.chain if change.chain is None else change.chain,
        roster=tables.roster if change.roster is None else change.roster,
        slots=tables.slots if change.slots is None else change.slots,
        items={**kept, **dict(readable_items(change.items))},
    )


def _heads_after(tables: Tables, change: Change) -> dict[int, bytes]:
    if change.past_heads is not None:
        return change.heads(HEADS_KEPT_IN_TABLES)
    heads = {**tables.heads, change.generation: change.head}
    oldest = min(heads)  # one goes for one that comes: over the leap of a restored backup, those before it stay
    return {at: head for at, head in heads.items() if at > change.generation - HEADS_KEPT_IN_TABLES or at > oldest}


def name_items(items: Iterable[bytes]) -> dict[bytes, bytes]:
    """Return items by their SHA-256."""
    return {sha256(item): item for item in items}
