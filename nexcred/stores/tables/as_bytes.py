"""A whole vault as bytes: the sections in order, each a count and that many entries (docs/vault-format.md)."""

import struct
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from nexcred.stores.tables.in_memory import Tables, name_items
from nexcred.vault.bounds import ACCESS, CHAIN, HEAD, LEAF, RECORD, ROSTER, SLOT, TREE, Bound, OutOfBounds, SizeTally

MAGIC = b"NXT1"
T = TypeVar("T")

_U32 = struct.Struct(">I")
_U64 = struct.Struct(">Q")


class NotTables(ValueError):
    """These bytes are no vault, or not a whole one."""


def encode_tables(tables: Tables) -> bytes:
    """Return the bytes; equal tables make equal bytes."""
    parts = [
        MAGIC,
        encode_numbered(tables.heads),
        encode_rows([tables.tree]),
        encode_numbered(tables.leaves),
        encode_rows(tables.access),
        encode_rows(tables.chain),
        encode_rows(tables.roster),
        encode_rows(tables.slots),
        encode_rows(tables.items[name] for name in sorted(tables.items)),
    ]
    return b"".join(parts)


def decode_tables(data: bytes) -> Tables:
    """Return the tables; raise NotTables unless `data` is exactly what `encode_tables` makes."""
    reader = _TablesReader(data)
    if reader.take(len(MAGIC)) != MAGIC:
        raise NotTables
    try:
        heads, trees, leaves = reader.numbered(HEAD), reader.listed(TREE), reader.numbered(LEAF)
        access, chain, roster, slots = (reader.listed(bound) for bound in (ACCESS, CHAIN, ROSTER, SLOT))
        items = name_items(reader.listed(RECORD))
    except OutOfBounds:
        raise NotTables from None
    if len(trees) != 1:
        raise NotTables
    tables = Tables(heads, trees[0], leaves, access, chain, roster, slots, items)
    if encode_tables(tables) != data:  # something out of order, doubled, or left over
        raise NotTables
    return tables


def encode_rows(rows: Iterable[bytes]) -> bytes:
    """Return the rows of one table as bytes, in their order."""
    listed = tuple(rows)
    parts = [_U32.pack(len(listed))]
    for row in listed:
        parts += _U32.pack(len(row)), row
    return b"".join(parts)


def decode_rows(data: bytes, bound: Bound) -> tuple[bytes, ...]:
    """Return the rows; raise NotTables unless `data` is exactly what `encode_rows` makes of rows within the bound."""
    rows = _decoded(data, lambda reader: reader.listed(bound))
    if encode_rows(rows) != data:
        raise NotTables
    return rows


def encode_numbered(entries: Mapping[int, bytes]) -> bytes:
    """Return numbered entries as bytes, by their numbers."""
    parts = [_U32.pack(len(entries))]
    for number in sorted(entries):
        parts += _U64.pack(number), _U32.pack(len(entries[number])), entries[number]
    return b"".join(parts)


def decode_numbered(data: bytes, bound: Bound) -> dict[int, bytes]:
    """Return the entries; raise NotTables unless `data` is exactly what `encode_numbered` makes of them."""
    entries = _decoded(data, lambda reader: reader.numbered(bound))
    if encode_numbered(entries) != data:
        raise NotTables
    return entries


def _decoded(data: bytes, read: "Callable[[_TablesReader], T]") -> T:
    try:
        return read(_TablesReader(data))
    except OutOfBounds:
        raise NotTables from None


class _TablesReader:
    """Takes bytes from the front; raises NotTables when they run out, OutOfBounds where a table has too many."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> bytes:
        taken = self._data[self._at : self._at + count]
        if len(taken) != count:
            raise NotTables
        self._at += count
        return taken

    def listed(self, bound: Bound) -> tuple[bytes, ...]:
        tally = SizeTally(bound)
        return tuple(tally.add(self.take(self._u32())) for _ in range(self._u32()))

    def numbered(self, bound: Bound) -> dict[int, bytes]:
        tally, entries = SizeTally(bound), {}
        for _ in range(self._u32()):
            number = int.from_bytes(self.take(_U64.size))
            entries[number] = tally.add(self.take(self._u32()))
        return entries

    def _u32(self) -> int:
        return int.from_bytes(self.take(_U32.size))
