"""Reading a connector of the user's own: it says where keys go, so nobody else may be able to change it."""

import os
import shlex
import stat
from functools import partial
from pathlib import Path

from nexcred.errors import SpecError
from nexcred.model.bounded_file import opened, read_at_most
from nexcred.model.text import make_visible

_LARGEST_FILE = 256 * 1024
_WRITABLE_BY_OTHERS = 0o022


def read_bounded(path: Path) -> bytes:
    """Return what a connector's file holds; raise SpecError for one that cannot be read, or is too large."""
    with opened(path, partial(_unreadable, path)) as descriptor:
        return _read(descriptor, path)


def read_own(path: Path) -> bytes:
    """Return what a file holds that others cannot write, nor put another in its place; raise SpecError."""
    with opened(path, partial(_unreadable, path)) as descriptor:
        _refuse_others(os.fstat(descriptor), path)
        _refuse_others(path.parent.stat(), path.parent)
        _refuse_others(path.resolve().parent.stat(), path.resolve().parent)
        return _read(descriptor, path)


def _read(descriptor: int, path: Path) -> bytes:
    data = read_at_most(descriptor, _LARGEST_FILE + 1)
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


def _unreadable(path: Path, why: str) -> SpecError:
    return SpecError(f"cannot read the connector {path.name}: {why}")
