"""A whole vault as one change, for another place: its past, its tables and all records, which are read as they go."""

from collections.abc import Callable, ItemsView, Iterator, Mapping
from itertools import islice

from nexcred.errors import Tampered
from nexcred.vault.head import read_head_place
from nexcred.vault.primitives import digest
from nexcred.vault.store import Change, Snapshot

# Records that are in memory together; each may have ten megabytes.
_CHUNK = 64


class AllItems(Mapping[bytes, bytes]):
    """The records of a snapshot, read when they are wanted and held to their names.

    One that is not what its name says is told to `spoilt`, and does not come along; without that, it raises Tampered.
    """

    def __init__(self, snapshot: Snapshot, spoilt: Callable[[bytes], None] | None = None) -> None:
        self._snapshot = snapshot
        self._names = dict.fromkeys(snapshot.item_digests())
        self._spoilt = spoilt or _refuse

    def __getitem__(self, name: bytes) -> bytes:
        if name not in self._names:
            raise KeyError(name)
        return dict(self._read([name]))[name]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def items(self) -> ItemsView[bytes, bytes]:
        return _InTurn(self)

    def in_turn(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield name and bytes of each, some of them read together."""
        remaining = iter(self._names)
        while names := list(islice(remaining, _CHUNK)):
            yield from self._read(names)

    def _read(self, names: list[bytes]) -> Iterator[tuple[bytes, bytes]]:
        for name, sealed in self._snapshot.items(names):
            if digest(sealed) == name:
                yield name, sealed
            else:
                self._spoilt(name)


class _InTurn(ItemsView[bytes, bytes]):
    def __init__(self, items: AllItems) -> None:
        super().__init__(items)
        self._items = items

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        return self._items.in_turn()


def whole_vault(snapshot: Snapshot, items: Mapping[bytes, bytes], leaps: Mapping[int, int] | None = None) -> Change:
    """Return all of a vault as a change. `leaps` say where the write before one stands that leapt, if that is known."""
    bundle = snapshot.bundle()
    assert bundle.head is not None
    generation = read_head_place(bundle.head).generation
    return Change(
        head=bundle.head,
        generation=generation,
        items=items,
        leaves=dict(snapshot.leaves()),
        tree=bundle.tree,
        access=bundle.access,
        chain=bundle.chain,
        roster=bundle.roster,
        slots=bundle.slots,
        past_heads=dict(_past_heads(snapshot, generation, leaps or {})),
    )


def _past_heads(snapshot: Snapshot, generation: int, leaps: Mapping[int, int]) -> Iterator[tuple[int, bytes]]:
    """Yield the heads that are kept before this one; after a backup was brought back there may be a gap."""
    for _ in range(1, snapshot.heads_kept):
        generation = leaps.get(generation, generation - 1)
        sealed = snapshot.past_head(generation)
        if sealed is not None:
            yield generation, sealed


def _refuse(_: bytes) -> None:
    raise Tampered("a record of the vault was changed: it is not copied", hint="see: nexcred vault verify")
