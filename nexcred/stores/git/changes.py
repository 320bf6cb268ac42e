"""One change as the input of `git fast-import`, which makes blobs, trees and the commit in one go."""

from collections.abc import Iterator, Mapping

from nexcred.errors import Tampered
from nexcred.stores.git.layout import (
    HEAD_FILE,
    HEADS_IN_FILE,
    ITEM_FOLDER,
    LEAF_FOLDER,
    PAST_FOLDER,
    TABLES,
    TREE_FILE,
    encode_past,
    item_file,
    leaf_file,
    past_file,
)
from nexcred.stores.git.snapshot import GitSnapshot
from nexcred.stores.tables.as_bytes import encode_rows
from nexcred.vault.bounds import readable_items
from nexcred.vault.store import HEADS_KEPT, Change

# Neutral, and the same for all: who wrote is signed inside the head.
_AUTHOR, _MESSAGE = "nexcred <nexcred@nexcred.invalid>", b"nexcred"
NEW = "refs/nexcred/new"


def past_after(snapshot: GitSnapshot, change: Change) -> dict[int, dict[int, bytes]]:
    """Return the files of the past that a change writes, by number; one without heads goes.

    One head goes for one that comes: over the leap of a restored backup, those before it stay. Raises Tampered where
    the generation is not a new one.
    """
    numbers = snapshot.past_numbers()
    newest = snapshot.past(numbers[-1]) if numbers else {}
    if newest and change.generation <= max(newest):
        raise Tampered("the vault has a head under a generation that is not its own")
    if change.past_heads is not None:
        brought: dict[int, dict[int, bytes]] = {}
        for generation, head in change.heads(HEADS_KEPT).items():
            brought.setdefault(generation // HEADS_IN_FILE, {})[generation] = head
        return brought
    place = change.generation // HEADS_IN_FILE
    present = newest if numbers and numbers[-1] == place else {}
    written = {place: {**present, change.generation: change.head}}
    if numbers:
        oldest = written.get(numbers[0]) or snapshot.past(numbers[0])
        if oldest and min(oldest) <= change.generation - HEADS_KEPT:
            written[numbers[0]] = {at: head for at, head in oldest.items() if at != min(oldest)}
    return written


def as_import(
    change: Change, past: Mapping[int, Mapping[int, bytes]], parent: str | None, now_s: int
) -> Iterator[bytes]:
    """Yield the input; raise InvalidData for a record that would not be read back."""
    yield b"feature done\n"
    yield f"commit {NEW}\nmark :1\ncommitter {_AUTHOR} {now_s} +0000\ndata {len(_MESSAGE)}\n".encode() + _MESSAGE
    yield b"\n" if parent is None else f"\nfrom {parent}\n".encode()
    if change.past_heads is not None and parent is not None:
        yield from map(_gone, (ITEM_FOLDER, LEAF_FOLDER, PAST_FOLDER))
    for digest in change.dropped_items:
        yield _gone(item_file(digest))
    for digest, sealed in readable_items(change.items):
        yield from _file(item_file(digest), sealed)
    for index, leaf in change.leaves.items():
        yield from _file(leaf_file(index), leaf) if leaf else [_gone(leaf_file(index))]
    if change.tree is not None:
        yield from _file(TREE_FILE, change.tree)
    for table, rows in zip(TABLES, (change.access, change.chain, change.roster), strict=True):
        if rows is not None:
            yield from _file(table, encode_rows(rows))
    for number, heads in past.items():
        yield from _file(past_file(number), encode_past(heads)) if heads else [_gone(past_file(number))]
    yield from _file(HEAD_FILE, change.head)
    yield b"get-mark :1\ndone\n"


def _file(path: str, data: bytes) -> Iterator[bytes]:
    yield f"M 100644 inline {path}\ndata {len(data)}\n".encode()
    yield data
    yield b"\n"


def _gone(path: str) -> bytes:
    return f"D {path}\n".encode()
