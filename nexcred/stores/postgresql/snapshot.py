"""What one transaction sees of a vault, unverified but for its sizes."""

from collections.abc import Generator, Iterable, Iterator
from itertools import islice

from nexcred.stores.postgresql import reads
from nexcred.stores.postgresql.view import Row, View
from nexcred.stores.tables.of_bundle import OfBundle
from nexcred.vault.bounds import ACCESS, CHAIN, DIGEST_BYTES, HEAD, LEAF, RECORD, ROSTER, SLOT, TREE, Bound, SizeTally
from nexcred.vault.store import HEADS_KEPT, Bundle

_CHUNK = 2_000
_DIGESTS = 16_384
# What a command looks at again and again: so many records of this size, and one leaf.
_MOST_KEPT, _LARGEST_KEPT = 64, 16 * 1024
# How many past heads are asked for at first, then at once.
_FEW_HEADS = 64


class PostgresSnapshot(OfBundle):
    """One read or write transaction. Where there are no tables yet, each is empty."""

    heads_kept = HEADS_KEPT

    def __init__(self, view: View, bundle: Bundle, latest: list[Row]) -> None:
        """`latest` are the rows of some of the newest heads."""
        self._view = view
        self._bundle = bundle
        self._items: dict[bytes, bytes] = {}
        self._leaf: tuple[int, bytes] | None = None
        self._heads: dict[int, bytes] = {}
        self._heads_known = self._keep_heads(latest, (view.newest or 0) + 1, reads.LATEST_HEADS)

    def head(self) -> bytes | None:
        return self._view.head

    def past_head(self, generation: int) -> bytes | None:
        if generation not in self._heads_known:
            self._heads_known = self._look_back(generation)
        return self._heads.get(generation)

    def leaf(self, index: int) -> bytes:
        """Return a leaf; the records that a small one names come along, for `item` to find."""
        if self._leaf is None or self._leaf[0] != index:
            rows = self._read(self._view.reads.leaf(index), 2 * LEAF.row + reads.AHEAD)
            leaves = [self._view.add(SizeTally(LEAF), row[2]) for row in rows if row[0] == LEAF.table]
            for name, sealed in self._items_in(row for row in rows if row[0] == RECORD.table):
                self._keep(name, sealed or b"")
            self._leaf = index, leaves[0] if leaves else b""
        return self._leaf[1]

    def leaves(self) -> Iterator[tuple[int, bytes]]:
        """Yield the leaves that are not empty, by index."""
        tally = SizeTally(LEAF)
        for _, index, leaf in self._read(self._view.reads.leaves(), reads.answer_of(LEAF)):
            if not isinstance(index, int):
                raise self._view.damaged()
            yield index, self._view.add(tally, leaf)

    def item(self, digest: bytes) -> bytes | None:
        if digest in self._items:
            return self._items[digest]
        for name, sealed in self._items_in(self._read(self._view.reads.items((digest,)), reads.ONE_RECORD)):
            return self._keep(name, sealed or b"")
        return None

    def items(self, digests: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        wanted = sorted(digests)
        yield from ((digest, self._items[digest]) for digest in wanted if digest in self._items)
        remaining = iter([digest for digest in wanted if digest not in self._items])
        while chunk := list(islice(remaining, _CHUNK)):
            while chunk:
                chunk = yield from self._some(chunk)

    def item_digests(self) -> Iterator[bytes]:
        """Yield the digests in rising order."""
        previous, count = b"", _DIGESTS
        while count == _DIGESTS:
            count = 0
            for row in self._read(self._view.reads.digests(previous, _DIGESTS), 4 * DIGEST_BYTES * _DIGESTS):
                name, count = row[1], count + 1
                if not isinstance(name, bytes) or name <= previous or count > _DIGESTS:
                    raise self._view.damaged()
                previous = name
                yield name

    def _some(self, chunk: list[bytes]) -> Generator[tuple[bytes, bytes], None, list[bytes]]:
        """Yield the first of these, as many as come at once; return those that were left out."""
        left = []
        for name, sealed in self._items_in(self._read(self._view.reads.items(chunk), reads.SEVERAL_RECORDS)):
            if sealed is None:
                left.append(name)
            else:
                yield name, sealed
        if len(left) >= len(chunk):
            raise self._view.damaged()
        return left

    def _items_in(self, rows: Iterable[Row]) -> Iterator[tuple[bytes, bytes | None]]:
        for _, name, is_right, sealed in rows:
            if not is_right or not isinstance(name, bytes):
                raise self._view.damaged()
            yield name, None if sealed is None else self._view.add(SizeTally(RECORD), sealed)

    def _look_back(self, generation: int) -> range:
        """Read heads down from a generation, a few or all; return of which it is known whether they are there.

        Who missed many writes asks for one after the other: each across the network, they would take a minute.
        """
        most = HEADS_KEPT if len(self._heads) > reads.LATEST_HEADS else _FEW_HEADS
        rows = self._read(self._view.reads.heads(generation, most), reads.answer_of(HEAD))
        return self._keep_heads(rows, generation + 1, most)

    def _keep_heads(self, rows: list[Row], above: int, most: int) -> range:
        """Keep the highest heads below a generation, at most so many, and return what is known by them."""
        for _, at, sealed in rows:
            if not isinstance(at, int):
                raise self._view.damaged()
            self._heads[at] = self._view.add(SizeTally(HEAD), sealed)
        return range(min((row[1] for row in rows), default=0) if len(rows) >= most else 0, above if rows else 0)

    def _keep(self, digest: bytes, sealed: bytes) -> bytes:
        if len(self._items) < _MOST_KEPT and len(sealed) <= _LARGEST_KEPT:
            self._items[digest] = sealed
        return sealed

    def _read(self, statements: str, most_bytes: int) -> list[Row]:
        return self._view.read(statements, most_bytes) if self._view.has_tables else []


def bundle_of(view: View, rows: list[Row]) -> Bundle:
    """Return what came with the beginning of a view; raise Tampered."""
    lists = {bound: _list(view, bound, rows) for bound in reads.LISTS}
    tree = next((view.add(SizeTally(TREE), row[1]) for row in rows if row[0] == TREE.table), b"")
    return Bundle(view.head, lists[ACCESS], lists[CHAIN], lists[ROSTER], lists[SLOT], tree)


def _list(view: View, bound: Bound, rows: list[Row]) -> tuple[bytes, ...]:
    tally = SizeTally(bound)
    return tuple(view.add(tally, row[1]) for row in rows if row[0] == bound.table)
