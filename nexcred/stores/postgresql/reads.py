"""The statements that read, each within the bounds of its table; the first column says what a row is."""

from collections.abc import Iterable, Sequence

from nexcred.stores.postgresql.sql import bytes_of, name_of
from nexcred.vault.bounds import ACCESS, CHAIN, DIGEST_BYTES, HEAD, LEAF, RECORD, ROSTER, SLOT, TREE, Bound

LISTS = (ACCESS, CHAIN, ROSTER, SLOT)
# How many values a row has, by its first.
COLUMNS = {
    **dict.fromkeys(("now", "newest", "standby", "tree", "digest", *(bound.table for bound in LISTS)), 2),
    "head": 3,
    "leaf": 3,
    "item": 4,
}
# Between what a schema holds and what is asked of it.
MARK = "nexcred: rows"
# Where so few names share a leaf, it is quicker to send along the small records that they lead to.
_MOST_AHEAD, _LARGEST_AHEAD = 8, 16 * 1024
_ENTRY, _TAG = 48, 16
# What is sent of many records in one answer, unless the first of them is larger by itself.
AT_ONCE = 8 * 1024 * 1024
# So many come with what opening takes: a machine that looks often, or that just wrote, needs no more.
LATEST_HEADS = 4
# In an answer a byte has two digits, and a row a frame.
_FRAME = 128


def answer_of(*bounds: Bound) -> int:
    """Return how many bytes an answer may have, with all that these tables may hold."""
    return sum(2 * bound.total + _FRAME * (bound.rows + 1) for bound in bounds)


ONE_RECORD = 2 * RECORD.row
SEVERAL_RECORDS = 2 * (AT_ONCE + RECORD.row)
AHEAD = 2 * _MOST_AHEAD * _LARGEST_AHEAD


class Reads:
    """The statements for one schema."""

    def __init__(self, schema: str) -> None:
        self._schema = schema

    def state(self, known: bytes | None = None) -> str:
        """Say which head stands and what is the newest kept; and, unless it is known, all that opening takes."""
        now, head = self._table("now"), self._table("head")
        is_other = f"(SELECT sealed FROM {now} WHERE id = 0) IS DISTINCT FROM {bytes_of(known)}" if known else "true"
        lists = (
            f"SELECT '{one.table}', {_within(one)} FROM {self._table(one.table)} WHERE {is_other}"
            f" ORDER BY id LIMIT {one.rows + 1}"
            for one in LISTS
        )
        return "; ".join(
            (
                f"SELECT '{MARK}'",
                f"SELECT 'now', {_within(HEAD)} FROM {now} WHERE id = 0",
                f"SELECT 'newest', pg_catalog.max(generation) FROM {head}",
                "SELECT 'standby', pg_catalog.pg_is_in_recovery()",
                *lists,
                f"SELECT 'tree', {_within(TREE)} FROM {self._table('tree')} WHERE id = 0 AND {is_other}",
                f"SELECT 'head', generation, {_within(HEAD)} FROM {head} WHERE {is_other}"
                f" ORDER BY generation DESC LIMIT {LATEST_HEADS}",
            )
        )

    def heads(self, generation: int, count: int) -> str:
        """Read so many heads, down from a generation."""
        return (
            f"SELECT 'head', generation, {_within(HEAD)} FROM {self._table('head')}"
            f" WHERE generation <= {int(generation)} ORDER BY generation DESC LIMIT {int(count)}"
        )

    def leaf(self, index: int) -> str:
        """Read a leaf; and of a small one, the small records that it names."""
        size = "pg_catalog.octet_length(l.sealed)"
        named = (
            f"SELECT pg_catalog.substr(l.sealed, {_ENTRY} * n + {_TAG + 1}, {DIGEST_BYTES})"
            f" FROM {self._table('leaf')} l, pg_catalog.generate_series(0, {_MOST_AHEAD - 1}) n"
            f" WHERE l.id = {int(index)} AND {size} <= {_MOST_AHEAD * _ENTRY} AND {_ENTRY} * n < {size}"
        )
        return (
            f"SELECT 'leaf', id, {_within(LEAF)} FROM {self._table('leaf')} WHERE id = {int(index)};"
            f" SELECT 'item', digest, true, sealed FROM {self._table('item')} WHERE digest IN ({named})"
            f" AND pg_catalog.octet_length(sealed) <= {_LARGEST_AHEAD}"
        )

    def leaves(self) -> str:
        return f"SELECT 'leaf', id, {_within(LEAF)} FROM {self._table('leaf')} ORDER BY id LIMIT {LEAF.rows + 1}"

    def items(self, digests: Sequence[bytes]) -> str:
        """Read records, of which those behind the first megabytes come without their bytes."""
        so_far = "pg_catalog.sum(pg_catalog.octet_length(sealed)) OVER (ORDER BY digest)"
        is_first = "pg_catalog.row_number() OVER (ORDER BY digest) = 1"
        return (
            f"SELECT 'item', digest, pg_catalog.octet_length(sealed) <= {RECORD.row},"
            f" CASE WHEN pg_catalog.octet_length(sealed) <= {RECORD.row}"
            f" AND ({so_far} <= {AT_ONCE} OR {is_first}) THEN sealed END"
            f" FROM {self._table('item')} WHERE digest IN ({_all_of(digests)}) ORDER BY digest"
        )

    def digests(self, after: bytes, count: int) -> str:
        return (
            f"SELECT 'digest', CASE WHEN pg_catalog.octet_length(digest) = {DIGEST_BYTES} THEN digest END"
            f" FROM {self._table('item')} WHERE digest > {bytes_of(after)} ORDER BY digest LIMIT {int(count)}"
        )

    def _table(self, table: str) -> str:
        return name_of(self._schema, table)


def _within(bound: Bound) -> str:
    """Return SQL for what is sealed, NULL where it is too large: of such a one only the size is read."""
    return f"CASE WHEN pg_catalog.octet_length(sealed) <= {bound.row} THEN sealed END"


def _all_of(digests: Iterable[bytes]) -> str:
    return ", ".join(map(bytes_of, digests))
