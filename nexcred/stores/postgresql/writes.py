"""One change as statements: first of all the head is moved, from the one that was expected."""

from collections.abc import Iterable, Iterator

from nexcred.stores.postgresql.sql import bytes_of, name_of, required
from nexcred.vault.bounds import LEAF, readable_items
from nexcred.vault.store import HEADS_KEPT, Change

# What is sent in one message; a change that is larger takes several.
AT_ONCE = 4 * 1024 * 1024
_ROWS = 1_000


def messages(statements: Iterable[str]) -> Iterator[str]:
    """Put statements together to messages of some size."""
    together: list[str] = []
    size = 0
    for statement in statements:
        if together and size + len(statement) > AT_ONCE:
            yield "; ".join(together)
            together, size = [], 0
        together.append(statement)
        size += len(statement)
    if together:
        yield "; ".join(together)


def change_of(schema: str, change: Change, expected_head: bytes | None) -> Iterator[str]:
    """Yield the statements of a change, without the commit; raise InvalidData for what would not be read back."""
    head, item, leaf = (name_of(schema, table) for table in ("head", "item", "leaf"))
    yield _move(name_of(schema, "now"), change.head, expected_head)
    if change.past_heads is None:
        yield from _put_head(head, change)
    else:
        yield from (f"DELETE FROM {table}" for table in (head, item, leaf))
        for some in _parted((_head_row(*one) for one in change.heads(HEADS_KEPT).items()), AT_ONCE):
            yield f"INSERT INTO {head} VALUES {some}"
    for some in _parted((bytes_of(digest) for digest in change.dropped_items), AT_ONCE):
        yield f"DELETE FROM {item} WHERE digest IN ({some})"
    # A row that is there already has the same bytes, or was planted.
    rows = (f"({bytes_of(digest)}, {bytes_of(sealed)})" for digest, sealed in readable_items(change.items))
    for some in _parted(rows, AT_ONCE):
        yield f"INSERT INTO {item} VALUES {some} ON CONFLICT (digest) DO UPDATE SET sealed = EXCLUDED.sealed"
    if change.leaves:
        yield from _put(leaf, ((index, sealed) for index, sealed in change.leaves.items() if sealed))
        yield from (f"DELETE FROM {leaf} WHERE id = {int(index)}" for index, one in change.leaves.items() if not one)
        total = f"(SELECT COALESCE(pg_catalog.sum(pg_catalog.octet_length(sealed)), 0) FROM {leaf})"
        yield required(f"{total} <= {LEAF.total}", "leaves")
    if change.tree is not None:
        yield from _put(name_of(schema, "tree"), [(0, change.tree)])
    for table, rows_of in (
        ("access", change.access),
        ("chain", change.chain),
        ("roster", change.roster),
        ("slot", change.slots),
    ):
        if rows_of is not None:
            yield f"DELETE FROM {name_of(schema, table)}"
            yield from _put(name_of(schema, table), enumerate(rows_of))


def _move(now: str, head: bytes, expected_head: bytes | None) -> str:
    if expected_head is None:
        return f"INSERT INTO {now} VALUES (0, {bytes_of(head)})"
    moved = (
        f"UPDATE {now} SET sealed = {bytes_of(head)} WHERE id = 0 AND sealed = {bytes_of(expected_head)} RETURNING id"
    )
    return f"WITH moved AS ({moved}) {required('(SELECT pg_catalog.count(*) FROM moved) = 1', 'moved')}"


def _put_head(table: str, change: Change) -> Iterator[str]:
    yield f"INSERT INTO {table} VALUES {_head_row(change.generation, change.head)}"
    # One goes for one that comes: over the leap of a backup that was brought back, the heads before it stay.
    yield (
        f"DELETE FROM {table} WHERE generation <= {int(change.generation) - HEADS_KEPT}"
        f" AND generation = (SELECT pg_catalog.min(generation) FROM {table})"
    )


def _head_row(generation: int, head: bytes) -> str:
    return f"({int(generation)}, {bytes_of(head)})"


def _put(table: str, rows: Iterable[tuple[int, bytes]]) -> Iterator[str]:
    for some in _parted((f"({int(index)}, {bytes_of(sealed)})" for index, sealed in rows), AT_ONCE):
        yield f"INSERT INTO {table} VALUES {some} ON CONFLICT (id) DO UPDATE SET sealed = EXCLUDED.sealed"


def _parted(parts: Iterable[str], size: int) -> Iterator[str]:
    """Join parts by commas, up to some size and number together."""
    together: list[str] = []
    room = size
    for part in parts:
        if together and (room < len(part) or len(together) == _ROWS):
            yield ", ".join(together)
            together, room = [], size
        together.append(part)
        room -= len(part)
    if together:
        yield ", ".join(together)
