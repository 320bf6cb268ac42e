"""What one transaction sees of a vault, unverified but for its sizes."""

from collections.abc import Generator, Iterable, Iterator
from itertools import islice

from nexcred.errors import Tampered
from nexcred.stores.postgresql import reads
from nexcred.stores.postgresql.view import Row, View
from nexcred.vault.bounds import ACCESS, CHAIN, DIGEST_BYTES, HEAD, LEAF, RECORD, ROSTER, SLOT, TREE, Bound, SizeTally
from nexcred.vault.store import HEADS_KEPT, Bundle

_CHUNK = 2_000
_DIGESTS = 16_384
# How many past heads are asked for at first, then at once.
_FEW_HEADS = 64


class PostgresSnapshot:
    """One read or write transaction. Where there are no tables yet, each is empty."""

    heads_kept = HEADS_KEPT

    def __init__(self, view: View, bundled: list[Row] | None = None) -> None:
        """`bundled` are the rows of `reads.bundle`, where they came with the beginning."""
        self._view = view
        self._bundle = None if bundled is None else self._bundle_of(bundled)
        self._ahead: dict[bytes, bytes] = {}
        self._heads: dict[int, bytes] = {}
        self._heads_known = range(0)

    def bundle(self) -> Bundle:
        if self._bundle is None:
            self._bundle = self._bundle_of(self._read(self._view.reads.bundle(), reads.answer_of(TREE, *reads.LISTS)))
        return self._bundle

    def head(self) -> bytes | None:
        return self._view.head

    def past_head(self, generation: int) -> bytes | None:
        if generation not in self._heads_known:
            self._heads_known = self._look_back(generation)
        return self._heads.get(generation)

    def tree(self) -> bytes:
        return self.bundle().tree

    def leaf(self, index: int) -> bytes:
        """Return a leaf; the records that a small one names come along, for `item` to find."""
        leaf = b""
        for row in self._read(self._view.reads.leaf(index), 2 * LEAF.row + reads.AHEAD):
            if row[0] == "leaf":
                leaf = self._view.add(SizeTally(LEAF), row[1])
            else:
                name, sealed = self._item_in(row)
                self._ahead[name] = sealed
        return leaf

    def leaves(self) -> Iterator[tuple[int, bytes]]:
        """Yield the leaves that are not empty, by index."""
        tally = SizeTally(LEAF)
        for _, index, leaf in self._read(self._view.reads.leaves(), reads.answer_of(LEAF)):
            if not isinstance(index, int):
                raise self._view.damaged()
            yield index, self._view.add(tally, leaf)

    def access(self) -> tuple[bytes, ...]:
        return self.bundle().access

    def chain(self) -> tuple[bytes, ...]:
        return self.bundle().chain

    def roster(self) -> tuple[bytes, ...]:
        return self.bundle().roster

    def slots(self) -> tuple[bytes, ...]:
        return self.bundle().slots

    def item(self, digest: bytes) -> bytes | None:
        if digest in self._ahead:
            return self._ahead[digest]
        for _, sealed in self._read(self._view.reads.item(digest), reads.ONE_RECORD):
            return self._view.add(SizeTally(RECORD), sealed)
        return None

    def items(self, digests: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        remaining = iter(sorted(digests))
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
        for _, name, is_right, sealed in self._read(self._view.reads.items(chunk), reads.SEVERAL_RECORDS):
            if not is_right or not isinstance(name, bytes):
                raise self._view.damaged()
            if sealed is None:
                left.append(name)
            else:
                yield name, self._view.add(SizeTally(RECORD), sealed)
        if len(left) >= len(chunk):
            raise self._view.damaged()
        return left

    def _look_back(self, generation: int) -> range:
        """Read heads down from a generation, a few or all; return of which it is known whether they are there.

        Who missed many writes asks for one after the other: each across the network, they would take a minute.
        """
        most = HEADS_KEPT if self._heads else _FEW_HEADS
        found = []
        for _, at, sealed in self._read(self._view.reads.heads(generation, most), reads.answer_of(HEAD)):
            if not isinstance(at, int):
                raise self._view.damaged()
            self._heads[at] = self._view.add(SizeTally(HEAD), sealed)
            found.append(at)
        return range(min(found) if len(found) == most else 0, generation + 1)

    def _bundle_of(self, rows: list[Row]) -> Bundle:
        view = self._view
        lists = {bound: self._list(bound, rows) for bound in reads.LISTS}
        tree = next((view.add(SizeTally(TREE), row[1]) for row in rows if row[0] == TREE.table), b"")
        return Bundle(view.head, lists[ACCESS], lists[CHAIN], lists[ROSTER], lists[SLOT], tree)

    def _list(self, bound: Bound, rows: list[Row]) -> tuple[bytes, ...]:
        tally = SizeTally(bound)
        return tuple(self._view.add(tally, row[1]) for row in rows if row[0] == bound.table)

    def _item_in(self, row: Row) -> tuple[bytes, bytes]:
        if len(row) != 3 or not isinstance(row[1], bytes):
            raise self._view.damaged()
        return row[1], self._view.add(SizeTally(RECORD), row[2])

    def _read(self, statements: str, most_bytes: int) -> list[Row]:
        if not self._view.has_tables:
            return []
        try:
            return self._view.read(statements, most_bytes)
        except (ValueError, TypeError):  # a row of another shape than was asked for
            raise Tampered(f"{self._view.place} answers what it was not asked") from None
