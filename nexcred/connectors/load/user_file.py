"""Reading a connector of the user's own: it says where keys go, so nobody else may be able to change it."""

import os
import shlex
import stat
from pathlib import Path

from nexcred.errors import SpecError
from nexcred.model.text import make_visible

_LARGEST_FILE = 256 * 1024
_WRITABLE_BY_OTHERS = 0o022


def read_bounded(path: Path) -> bytes:
    """Return what a connector's file holds; raise SpecError for one that cannot be read, or is too large."""
    try:
        with path.open("rb") as file:
            return _read(file.fileno(), path)
    except OSError as error:
        raise _unreadable(path, error) from None


def read_own(path: Path) -> bytes:
    """Return what a file holds that others cannot write, nor put another in its place; raise SpecError."""
    try:
        with path.open("rb") as file:
            _refuse_others(os.fstat(file.fileno()), path)
            _refuse_others(path.parent.stat(), path.parent)
            _refuse_others(path.resolve().parent.stat(), path.resolve().parent)
            return _read(file.fileno(), path)
    except OSError as error:
        raise _unreadable(path, error) from None


def _read(descriptor: int, path: Path) -> bytes:
    data = b""
    while len(data) <= _LARGEST_FILE and (piece := os.read(descriptor, _LARGEST_FILE + 1 - len(data))):
        data += piece
    if len(data) > _LARGEST_FILE:
        raise SpecError(f"the connector {path.name} is larger than {_LARGEST_FILE // 1024} KiB")
    return data


def _refuse_others(found: os.stat_result, path: Path) -> None:
    """Raise unless it is this user's, or root's, and writable by him alone."""
    if os.name == "nt":
        return
    shown = make_visible(str(path))
    if found.st_uid not in (0, os.geteuid()):
        raise SpecError(f"{shown} belongs to another user: a connector of your own must be yours")
    if found.st_mode & _WRITABLE_BY_OTHERS:
        raise SpecError(
            f"others can write {shown} (mode {stat.S_IMODE(found.st_mode):04o}): a connector says where keys go",
            hint=f"take that away with: chmod go-w {shlex.quote(shown)}",
        )


def _unreadable(path: Path, error: OSError) -> SpecError:
    return SpecError(f"cannot read the connector {path.name}: {(error.strerror or 'not a file').lower()}")
