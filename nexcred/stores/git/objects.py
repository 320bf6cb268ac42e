"""Reading objects by one `git cat-file --batch`, which is asked as often as is wanted: size first, then bytes."""

import os
import subprocess
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from nexcred.errors import StoreFailed
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.stores.git.command import end
from nexcred.stores.git.layout import LARGEST_FOLDER, NotAFolder, folder_entries

BLOB, FOLDER = "blob", "tree"
# So many questions fit into a pipe that nobody empties yet, and so many answers into memory.
_AT_ONCE = 16
_LONGEST_HEADER = 256

T = TypeVar("T")


class Spoilt(Exception):
    """What is kept on this machine is not whole."""


class TooLarge(Exception):
    """An object is of another kind, or larger, than what belongs there."""


class FolderEntry(NamedTuple):
    """An entry of a folder in a commit."""

    name: str
    digest: bytes

    def __repr__(self) -> str:
        return repr_of(self, "name")


class Objects:
    """The objects of one repository; `mend` fetches them anew where they are spoilt. Raises TooLarge, StoreFailed."""

    def __init__(self, start: "Callable[[], subprocess.Popen[bytes]]", mend: Callable[[], None]) -> None:
        self._start = start
        self._mend = mend
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()
        self._parents: subprocess.Popen[bytes] | None = None
        self._ender: weakref.finalize[[subprocess.Popen[bytes]], Objects] | None = None
        self._lock = threading.Lock()

    def read(self, commit: str, path: str, most: int) -> bytes | None:
        """Return a file of a commit; None where it has none of this name."""
        return next(iter(self.read_many(commit, [path], most)))[1]

    def read_many(self, commit: str, paths: Sequence[str], most: int) -> Iterator[tuple[str, bytes | None]]:
        """Yield the path and bytes of each, in order; None for what is not there."""
        for at in range(0, len(paths), _AT_ONCE):
            chunk = paths[at : at + _AT_ONCE]
            yield from zip(chunk, self._mended(partial(self._files, commit, chunk, most)), strict=True)

    def folder(self, commit: str, path: str) -> list[FolderEntry]:
        """Return the entries of a folder; none where there is no such folder."""
        return self._mended(partial(self._entries, commit, path))

    def close(self) -> None:
        self._leave_the_parents()
        if self._ender is not None:
            self._ender()
        self._process = self._ender = None

    def _mended(self, ask: Callable[[], T]) -> T:
        """Ask, and once more where what is kept here had to be fetched again."""
        with self._lock:
            try:
                return ask()
            except Spoilt:
                self.close()
                self._mend()
            try:
                return ask()
            except Spoilt:
                self.close()
                raise StoreFailed(
                    "what this machine had fetched of the vault was damaged", hint="it was fetched again: try again"
                ) from None

    def _files(self, commit: str, paths: Sequence[str], most: int) -> list[bytes | None]:
        found = list(self._ask([f"{commit}:{path}" for path in paths], BLOB, most))
        for path, data in zip(paths, found, strict=True):
            if data is None:
                self._refuse_spoilt(commit, path)
        return found

    def _entries(self, commit: str, path: str) -> list[FolderEntry]:
        data = self._folder(commit, path)
        if data is None:
            self._refuse_spoilt(commit, path)
        return [] if data is None else _entries(data, commit)

    def _folder(self, commit: str, path: str) -> bytes | None:
        return next(iter(list(self._ask([f"{commit}:{path}"], FOLDER, LARGEST_FOLDER))))

    def _refuse_spoilt(self, commit: str, path: str) -> None:
        """Raise Spoilt for a path that the commit has, though git has not what is there."""
        above = ""
        for name in path.split("/"):
            data = self._folder(commit, above)
            if data is None:
                raise Spoilt
            if name not in (entry.name for entry in _entries(data, commit)):
                return
            above = f"{above}/{name}".lstrip("/")
        raise Spoilt

    def _ask(self, names: Sequence[str], kind: str, most: int) -> Iterator[bytes | None]:
        process = self._running()
        assert process.stdin is not None
        try:
            process.stdin.write("".join(f"{name}\n" for name in names).encode())
            process.stdin.flush()
            for _ in names:
                yield self._answer(process, kind, most)
        except BrokenPipeError:
            self.close()
            raise Spoilt from None
        except BaseException:  # what was asked and is not read would pass for the next answer
            self.close()
            raise

    def _answer(self, process: "subprocess.Popen[bytes]", kind: str, most: int) -> bytes | None:
        assert process.stdout is not None
        words = process.stdout.readline(_LONGEST_HEADER).split()
        if len(words) == 2 and words[1] == b"missing":
            return None
        if len(words) != 3 or not words[2].isdigit():
            raise Spoilt
        size = int(words[2])
        if words[1].decode() != kind or size > most:
            raise TooLarge
        data = process.stdout.read(size + 1)
        if len(data) != size + 1:
            raise Spoilt
        return data[:-1]

    def _leave_the_parents(self) -> None:
        """Let go of what a fork has of it: the parent would miss what is read here."""
        if self._owner != os.getpid():
            if self._ender is not None:
                self._ender.detach()
            self._owner, self._parents = os.getpid(), self._process
            self._process = self._ender = None

    def _running(self) -> "subprocess.Popen[bytes]":
        self._leave_the_parents()
        if self._process is None:
            self._process = self._start()
            self._ender = weakref.finalize(self, end, self._process)
        return self._process


def _entries(data: bytes, commit: str) -> list[FolderEntry]:
    try:
        return [FolderEntry(name, digest) for name, digest in folder_entries(data, len(commit) // 2)]
    except NotAFolder:
        raise Spoilt from None
