"""Pages of an SQLite file as no SQLite writes them (sqlite.org/fileformat.html): many rows over the same few bytes."""

from pathlib import Path

from tests.support.vault_file import query

PAGE = 4096
TABLE_LEAF, TABLE_INTERIOR, INDEX_LEAF, INDEX_INTERIOR = 13, 5, 10, 2
# The most children, and cells, that a page may have.
_MOST_CELLS = (PAGE - 8) // 6
_FILE_HEADER = 100
_PAGE_COUNT_AT = 28
_NULL, _BYTE = 0, 1
# The least of a record that stands in its cell, where it has overflow pages.
LEAST_LOCAL = (PAGE - 12) * 32 // 255 - 23


class CraftedPages:
    """The pages of a file, by their numbers from 1; `save` puts them back."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        self._path = path
        self._pages = [bytearray(data[at : at + PAGE]) for at in range(0, len(data), PAGE)]
        roots = query(path, "SELECT name, rootpage FROM sqlite_master")
        self.roots: dict[str, int] = {str(name): int(root) for name, root in roots}

    def add(self, page: bytes) -> int:
        """Return the number of a new page."""
        self._pages.append(bytearray(page.ljust(PAGE, b"\0")))
        return len(self._pages)

    def move(self, number: int) -> int:
        """Return the number of a copy of this page, to be put under another root."""
        start = _FILE_HEADER if number == 1 else 0
        page = self._pages[number - 1]
        content = int.from_bytes(page[start + 5 : start + 7])
        return self.add(bytes(page[start:content]).ljust(content, b"\0")[:content] + bytes(page[content:]))

    def replace(self, number: int, kind: int, cells: list[bytes], last_child: int, times: int = 1) -> None:
        """Put a page in place of another; on the first one the header of the file stays."""
        start = _FILE_HEADER if number == 1 else 0
        self._pages[number - 1][start:] = page_of(kind, cells, times=times, last_child=last_child, start=start)[start:]

    def chain(self, content: bytes) -> int:
        """Add overflow pages of this content; return the number of the first."""
        following = 0
        for at in reversed(range(0, len(content), PAGE - 4)):
            following = self.add(following.to_bytes(4) + content[at : at + PAGE - 4])
        return following

    def multiply(self, kind: int, cell: bytes, child: int, levels: int, times: int) -> int:
        """Add levels of pages, each of which leads many times to the one below; return the number of the last."""
        for _ in range(levels):
            child = self.add(page_of(kind, [child.to_bytes(4) + cell], times=times, last_child=child))
        return child

    def save(self) -> None:
        self._pages[0][_PAGE_COUNT_AT : _PAGE_COUNT_AT + 4] = len(self._pages).to_bytes(4)
        self._path.write_bytes(b"".join(self._pages))


def page_of(kind: int, cells: list[bytes], *, times: int = 1, last_child: int = 0, start: int = 0) -> bytes:
    """Return a page of these cells, each named `times` times, with `start` bytes left free before it."""
    pointers, content = [], b""
    for cell in cells:
        content = cell + content
        pointers += [PAGE - len(content)] * times
    assert len(pointers) <= _MOST_CELLS
    end = PAGE - len(content)
    page = bytes(start) + bytes([kind, 0, 0]) + len(pointers).to_bytes(2) + end.to_bytes(2) + b"\0"
    if kind in (TABLE_INTERIOR, INDEX_INTERIOR):
        page += last_child.to_bytes(4)
    page += b"".join(pointer.to_bytes(2) for pointer in pointers)
    assert len(page) <= end
    return page.ljust(end, b"\0") + content


def row_cell(rowid: int, record: bytes, overflow: int = 0) -> bytes:
    """Return the cell of a table; of a record that is too large for it the rest is said to lie at `overflow`."""
    return varint(len(record)) + varint(rowid) + _within(record, PAGE - 35, overflow)


def index_cell(record: bytes, overflow: int = 0) -> bytes:
    return varint(len(record)) + _within(record, (PAGE - 12) * 64 // 255 - 23, overflow)


def sealed_record(sealed: bytes) -> bytes:
    """Return a row of the tables that have an id, which stands in the cell, and a blob."""
    return _record([_NULL, 2 * len(sealed) + 12], sealed)


def digest_record(digest: bytes) -> bytes:
    """Return a row of the index of items: a digest, and the number of the item's row."""
    return _record([2 * len(digest) + 12, _BYTE], digest + b"\1")


def schema_record(kind: str, name: str, root: int, sql: str | None, shared: bytes = b"") -> bytes:
    """Return a row of the schema, whose SQL goes on with `shared`, from the first of its overflow pages on."""
    texts = [text.encode() for text in (kind, name, name)]

    def record(statement: bytes) -> bytes:
        types = [2 * len(text) + 13 for text in texts]
        types += [_BYTE, _NULL if sql is None else 2 * len(statement) + 13]
        return _record(types, b"".join(texts) + bytes([root]) + statement)

    begun = (sql or "").encode()
    if not shared:
        return record(begun)
    assert not len(shared) % (PAGE - 4)
    return record(begun.ljust(len(begun) + LEAST_LOCAL + len(shared) - len(record(begun + shared))) + shared)


def varint(value: int) -> bytes:
    """Return a variable-length integer of SQLite's file format, of up to eight bytes."""
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F | 0x80)
    return bytes(reversed(groups))


def _record(types: list[int], content: bytes) -> bytes:
    header = b"".join(map(varint, types))
    return varint(len(header) + 1) + header + content


def _within(record: bytes, most: int, overflow: int) -> bytes:
    if len(record) <= most:
        return record
    local = LEAST_LOCAL + (len(record) - LEAST_LOCAL) % (PAGE - 4)
    return record[: local if local <= most else LEAST_LOCAL] + overflow.to_bytes(4)
