"""A vault as of one commit: only files of known names are read, and none larger than it may be."""

from collections.abc import Iterable, Iterator
from itertools import islice

from nexcred.errors import Tampered
from nexcred.stores.git.layout import (
    HEAD_FILE,
    HEADS_IN_FILE,
    ITEM_FOLDER,
    LARGEST_PAST,
    LEAF_FOLDER,
    PAST_FOLDER,
    TREE_FILE,
    decode_past,
    digest_of,
    item_file,
    largest_table,
    leaf_file,
    past_file,
)
from nexcred.stores.git.objects import FolderEntry, Objects, TooLarge
from nexcred.stores.tables.as_bytes import NotTables, decode_rows
from nexcred.vault.bounds import ACCESS, CHAIN, HEAD, LEAF, RECORD, ROSTER, TREE, Bound, OutOfBounds, SizeTally
from nexcred.vault.store import HEADS_KEPT, Bundle

_LEAVES = 256
_CHUNK = 64


class GitSnapshot:
    """Speaks `vault.store.Snapshot`; `commit` is None before there is a vault. A commit never changes."""

    heads_kept = HEADS_KEPT

    def __init__(self, objects: Objects, commit: str | None, location: str) -> None:
        self._objects = objects
        self.commit = commit
        self._location = location

    def bundle(self) -> Bundle:
        return Bundle(self.head(), self.access(), self.chain(), self.roster(), self.slots(), self.tree())

    def head(self) -> bytes | None:
        return self._file(HEAD_FILE, HEAD.row)

    def past_head(self, generation: int) -> bytes | None:
        return self.past(generation // HEADS_IN_FILE).get(generation) if generation >= 0 else None

    def past(self, number: int) -> dict[int, bytes]:
        """Return the sealed heads in one file of the past."""
        data = self._file(past_file(number), LARGEST_PAST)
        try:
            return {} if data is None else decode_past(number, data)
        except NotTables:
            raise self._damaged() from None

    def past_numbers(self) -> list[int]:
        """Return the numbers of the files of the past, in rising order."""
        names = [entry.name for entry in self._folder(PAST_FOLDER)]
        return sorted(int(name) for name in names if name.isdecimal() and name.isascii() and str(int(name)) == name)

    def tree(self) -> bytes:
        return self._file(TREE_FILE, TREE.row) or b""

    def leaf(self, index: int) -> bytes:
        return self._file(leaf_file(index), LEAF.row) or b""

    def leaves(self) -> Iterator[tuple[int, bytes]]:
        tally = SizeTally(LEAF)
        there = {entry.name for entry in self._folder(LEAF_FOLDER)}
        indexes = [index for index in range(_LEAVES) if f"{index:02x}" in there]
        for index, (_, leaf) in zip(indexes, self._files(map(leaf_file, indexes), LEAF.row), strict=True):
            if leaf:
                try:
                    yield index, tally.add(leaf)
                except OutOfBounds:
                    raise self._damaged() from None

    def access(self) -> tuple[bytes, ...]:
        return self._table(ACCESS)

    def chain(self) -> tuple[bytes, ...]:
        return self._table(CHAIN)

    def roster(self) -> tuple[bytes, ...]:
        return self._table(ROSTER)

    def slots(self) -> tuple[bytes, ...]:
        """Return none: whoever reads the repository could guess passphrases there."""
        return ()

    def item(self, digest: bytes) -> bytes | None:
        return self._file(item_file(digest), RECORD.row)

    def items(self, digests: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        remaining = iter(digests)
        while chunk := list(islice(remaining, _CHUNK)):
            for digest, (_, sealed) in zip(chunk, self._files(map(item_file, chunk), RECORD.row), strict=True):
                if sealed is not None:
                    yield digest, sealed

    def item_digests(self) -> Iterator[bytes]:
        for folder in self._folder(ITEM_FOLDER):
            if len(folder.name) == 2:
                for entry in self._folder(f"{ITEM_FOLDER}/{folder.name}"):
                    digest = digest_of(folder.name, entry.name)
                    if digest is not None:
                        yield digest

    def _table(self, bound: Bound) -> tuple[bytes, ...]:
        data = self._file(bound.table, largest_table(bound))
        try:
            return () if data is None else decode_rows(data, bound)
        except NotTables:
            raise self._damaged() from None

    def _file(self, path: str, most: int) -> bytes | None:
        return next(self._files([path], most))[1]

    def _files(self, paths: Iterable[str], most: int) -> Iterator[tuple[str, bytes | None]]:
        wanted = list(paths)
        if self.commit is None:
            yield from ((path, None) for path in wanted)
            return
        try:
            yield from self._objects.read_many(self.commit, wanted, most)
        except TooLarge:
            raise self._damaged() from None

    def _folder(self, path: str) -> list[FolderEntry]:
        if self.commit is None:
            return []
        try:
            return self._objects.folder(self.commit, path)
        except TooLarge:
            raise self._damaged() from None

    def _damaged(self) -> Tampered:
        return Tampered(f"the vault {self._location} is damaged: a file has the wrong kind, size or content")
