"""The largest row and total of each table of a vault: checked before reading, while reading, and when writing.

Whoever keeps the bytes can claim any size, and a small file can claim gigabytes. What could not be read back is not
written either.
"""

from collections.abc import Iterator, Mapping

from nexcred.errors import InvalidData
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.store import HEADS_KEPT, MAX_ROWS, Change

DIGEST_BYTES = 32


class OutOfBounds(ValueError):
    """A table holds, or would hold, more than it may."""


class Bound(NamedTuple):
    """The limits of one table: bytes of a row, rows, bytes of all rows together. `what` names the table in messages."""

    table: str
    what: str
    row: int
    rows: int
    total: int


class SizeTally:
    """Counts the rows of one table on their way in, or out."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound
        self._rows = self._total = 0

    def add(self, row: bytes) -> bytes:
        """Return the row; raise OutOfBounds, which names the table, when it is one too many or too large."""
        self._rows += 1
        self._total += len(row)
        bound = self._bound
        if len(row) > bound.row or self._rows > bound.rows or self._total > bound.total:
            raise OutOfBounds(bound.what)
        return row


def _small(table: str, what: str, row: int, rows: int = MAX_ROWS) -> Bound:
    return Bound(table, what, row, rows, row * rows)


HEAD = _small("head", "the table of heads", 389, HEADS_KEPT)
TREE = _small("tree", "the name tree", 8_192, 1)
ACCESS = _small("access", "the table of access rows", 85)
CHAIN = _small("chain", "the chain of vault keys", 64)
ROSTER = _small("roster", "the roster", 4_352)
SLOT = _small("slot", "the table of slots", 178)
# A leaf for each first byte of a tag, of entries of 48 bytes; a million names in all.
LEAF = Bound("leaf", "the leaves of the name tree", 48 * 65_536, 256, 48 * 1_048_576)
# Header 94, count 2, 65,535 grants of 84, a plaintext of 4 MiB, padding 1,024, tag 16. Records are read one by one, and
# each is held to its digest before the next: together they are never in memory, so there may be any number.
_UNCOUNTED = 2**62
RECORD = Bound("item", "a record", 94 + 2 + 65_535 * 84 + 4 * 1024 * 1024 + 1_024 + 16, _UNCOUNTED, _UNCOUNTED)


def refuse_unreadable(change: Change) -> None:
    """Raise InvalidData for a change that would not be read back; its items are left to `readable_items`."""
    try:
        for bound, rows in (
            (HEAD, (change.head,)),
            (HEAD, (change.past_heads or {}).values()),
            (TREE, () if change.tree is None else (change.tree,)),
            (LEAF, change.leaves.values()),
            (ACCESS, change.access or ()),
            (CHAIN, change.chain or ()),
            (ROSTER, change.roster or ()),
            (SLOT, change.slots or ()),
        ):
            tally = SizeTally(bound)
            for row in rows:
                tally.add(row)
    except OutOfBounds as error:
        raise _unwritable(str(error)) from None


def readable_items(items: Mapping[bytes, bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and bytes of each; raise InvalidData for one that would not be read back."""
    for name, sealed in items.items():
        if len(sealed) > RECORD.row:
            raise _unwritable(RECORD.what)
        yield name, sealed


def refuse_many_names(leaves_total: int) -> None:
    """Raise InvalidData when the leaves, of these bytes together after a change, would not be read back."""
    if leaves_total > LEAF.total:
        raise _unwritable(LEAF.what)


def _unwritable(what: str) -> InvalidData:
    return InvalidData(f"{what} would be larger than a vault can hold: nothing was written")
