"""The files that a source is read from, and those that they name in turn."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from nexcred.errors import UsageError
from nexcred.model.bounded_file import read_file, why_refused
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.text import make_visible
from nexcred.nexla.data_credentials import MAX_BODIES_BYTES


class NotRead(Exception):
    """A file that another one names cannot be read; says why, without its path."""


class FilePlace(NamedTuple):
    """Where a tool looks for its logins. `variable` is what names it, "" where it is the tool's own default.

    `role` tells the files of a source apart, such as AWS's credentials and config. One that `is_beside` the others
    holds no credential by itself.
    """

    path: str
    variable: str = ""
    role: str = ""
    is_beside: bool = False

    def __repr__(self) -> str:
        return repr_of(self, "role")

    @property
    def shown(self) -> str:
        path = make_visible(self.path)
        return f"{path} ({self.variable})" if self.variable else path


class SourceFile(NamedTuple):
    """A file that was read: what to call it, its role, and all of it; `path` is where it lies, if it was named."""

    shown: str
    data: bytes
    role: str = ""
    path: str = ""

    def __repr__(self) -> str:
        return repr_of(self, "role")


class NamedFiles(Protocol):
    """What a file may name beside itself: an included file, a folder of them, a certificate."""

    def read(self, path: str, /) -> bytes:
        """Return a file; raise NotRead."""
        ...

    def names_in(self, folder: str, /) -> Sequence[str]:
        """Return the names in a folder, in order; raise NotRead."""
        ...


class LocalFiles:
    """The files of this machine. One that is named by another is a plain file: a pipe would keep one waiting."""

    def __init__(self, *, is_named_by_another: bool = False) -> None:
        self._plain_only = is_named_by_another

    def read(self, path: str) -> bytes:
        if self._plain_only and _is_special(path):
            raise NotRead("it is not a plain file")
        data = read_file(Path(path), MAX_BODIES_BYTES + 1, NotRead)
        if len(data) > MAX_BODIES_BYTES:
            raise NotRead("it is too large")
        return data

    def names_in(self, folder: str) -> Sequence[str]:
        try:
            return sorted(entry.name for entry in Path(folder).expanduser().iterdir())
        except (OSError, RuntimeError, ValueError) as error:
            raise NotRead(why_refused(error)) from None


def _is_special(path: str) -> bool:
    try:
        place = Path(path).expanduser()
        return place.exists() and not place.is_file()
    except (OSError, RuntimeError, ValueError):
        return False  # reading it says why


class NoFiles:
    """None: where a text stands for itself."""

    def read(self, _path: str) -> bytes:
        raise NotRead("no other file is read here")

    def names_in(self, _folder: str) -> Sequence[str]:
        raise NotRead("no other file is read here")


def named_by(environment: Mapping[str, str], variable: str, default: str, role: str = "") -> FilePlace:
    """Return the file that a variable names, else the default; an empty variable names none."""
    chosen = environment.get(variable, "")
    return FilePlace(chosen, variable, role) if chosen else FilePlace(default, role=role)


def read_places(places: Sequence[FilePlace], files: NamedFiles, source: str) -> list[SourceFile]:
    """Read those of a source that are there; raise UsageError for one that cannot be read, or when there is none."""
    found = [place for place in places if _is_there(place)]
    if all(place.is_beside for place in found):
        wanted = (place.shown for place in places if not place.is_beside)
        raise UsageError(f"there is no {' and no '.join(wanted)}", hint=f"name the file: nexcred import {source} FILE")
    texts = []
    for place in found:
        try:
            texts.append(SourceFile(place.shown, files.read(place.path), place.role))
        except NotRead as error:
            raise UsageError(f"{place.shown} cannot be read: {error}") from None
    return texts


def _is_there(place: FilePlace) -> bool:
    try:
        path = Path(place.path).expanduser()
        return bool(place.path) and (path.is_symlink() or path.exists())
    except (OSError, RuntimeError, ValueError):
        return False
