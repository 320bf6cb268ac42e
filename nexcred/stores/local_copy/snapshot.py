"""One state of a vault that lies elsewhere, of which as much as can be is read from this machine's copy."""

from collections.abc import Callable, Iterable, Iterator

from nexcred.stores.local_copy.file import CopyFile
from nexcred.stores.tables.of_bundle import OfBundle
from nexcred.vault.primitives import digest
from nexcred.vault.store import HEADS_KEPT, Bundle, Change, Snapshot, TidiedSnapshot, tidied, uncopied
from nexcred.vault.tree import LEAVES, hash_leaf, leaf_hash

# Records that are asked for, and kept, at once.
_CHUNK = 2_000
# What a command looks at again and again.
_MOST_OF_FEW, _LARGEST_OF_FEW = 64, 16 * 1024


class CopiedSnapshot(OfBundle):
    """One state: its bundle, and all else from the copy where that has it unspoilt."""

    def __init__(
        self, copy: CopyFile, bundle: Bundle, elsewhere: Callable[[], Snapshot], heads_kept: int = HEADS_KEPT
    ) -> None:
        """Take where to ask for what the copy lacks; it raises StoreUnreachable where that cannot be asked."""
        self._copy = copy
        self._bundle = bundle
        self._elsewhere = elsewhere
        self.heads_kept = heads_kept
        self._leaf: dict[int, bytes] = {}
        self._few: dict[bytes, bytes] = {}

    def head(self) -> bytes | None:
        return self._bundle.head

    def past_head(self, generation: int) -> bytes | None:
        return self._elsewhere().past_head(generation)

    def leaf(self, index: int) -> bytes:
        if index not in self._leaf:
            self._leaf = {index: self._read_leaf(index)}
        return self._leaf[index]

    def _read_leaf(self, index: int) -> bytes:
        wanted = leaf_hash(self._bundle.tree, index)
        if wanted == hash_leaf(index, b""):
            return b""
        kept = self._copy.get([wanted]).get(wanted)
        if kept is not None and hash_leaf(index, kept) == wanted:
            return kept
        leaf = self._elsewhere().leaf(index)
        if hash_leaf(index, leaf) == wanted:
            self._copy.keep({wanted: leaf})
        return leaf

    def leaves(self) -> Iterator[tuple[int, bytes]]:
        wanted = {index: leaf_hash(self._bundle.tree, index) for index in range(LEAVES)}
        wanted = {index: name for index, name in wanted.items() if name != hash_leaf(index, b"")}
        kept = self._copy.get(list(wanted.values()))
        found = {index: kept[name] for index, name in wanted.items() if name in kept}
        if any(hash_leaf(index, found.get(index, b"")) != name for index, name in wanted.items()):
            found = dict(self._elsewhere().leaves())
            proved = {hash_leaf(index, leaf): leaf for index, leaf in found.items()}
            self._copy.keep({name: proved[name] for name in wanted.values() if name in proved})
        yield from sorted(found.items())

    def item(self, wanted: bytes) -> bytes | None:
        if wanted in self._few:
            return self._few[wanted]
        item = dict(self.items([wanted])).get(wanted)
        if item is not None and len(item) <= _LARGEST_OF_FEW and len(self._few) < _MOST_OF_FEW:
            self._few[wanted] = item
        return item

    def items(self, digests: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        remaining = list(dict.fromkeys(digests))
        for start in range(0, len(remaining), _CHUNK):
            yield from self._some(remaining[start : start + _CHUNK])

    def _some(self, wanted: list[bytes]) -> Iterator[tuple[bytes, bytes]]:
        kept = {name: item for name, item in self._copy.get(wanted).items() if digest(item) == name}
        yield from kept.items()
        missing = [name for name in wanted if name not in kept]
        if missing:
            found = dict(self._elsewhere().items(missing))
            self._copy.keep({name: item for name, item in found.items() if digest(item) == name})
            yield from found.items()

    def item_digests(self) -> Iterator[bytes]:
        return self._elsewhere().item_digests()

    @property
    def uncopied(self) -> Snapshot:
        return uncopied(self._elsewhere())

    @property
    def tidied(self) -> TidiedSnapshot | None:
        return tidied(self._elsewhere())


def keep_change(copy: CopyFile, change: Change) -> None:
    """Keep what was just written: it need not be asked for."""
    leaves = {hash_leaf(index, leaf): leaf for index, leaf in change.leaves.items()}
    items = change.items if change.past_heads is None else {}  # a whole vault is never in memory
    copy.keep({**items, **leaves}, change.dropped_items)
