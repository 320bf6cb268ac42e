"""Folders of temporary files that are still there although the `nexcred run` that made them was killed."""

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress

from nexcred.local.unfollowed import open_folder

PREFIX = "nexcred-run-"
_IN_MEMORY = "/dev/shm"  # noqa: S108  mkdtemp makes a folder there that nobody else can enter


def in_memory_places(environment: Mapping[str, str]) -> Iterator[str]:
    """Yield the folders in memory where files may be lent: the session's own, if it is that, and the system's."""
    own = environment.get("XDG_RUNTIME_DIR") or ""
    if os.path.isabs(own) and _is_private(own, follows=True):  # noqa: PTH117  paths of `run`, which imports no more than it must
        yield own
    if os.path.isdir(_IN_MEMORY) and os.access(_IN_MEMORY, os.W_OK | os.X_OK):  # noqa: PTH112
        yield _IN_MEMORY


def places(environment: Mapping[str, str]) -> Iterator[str]:
    """Yield every folder where files may have been lent, now or before."""
    yield from in_memory_places(environment)
    import tempfile  # which takes longer to import than all the rest of this

    with suppress(FileNotFoundError):  # none can be written to
        yield tempfile.gettempdir()


def remove_leftovers(folders: Iterator[str]) -> list[str]:
    """Remove this user's folders that no process holds any more, and return their paths."""
    removed = []
    for path in _candidates(folders):
        hold = take_over(path)
        if hold is not None:
            _remove(path)
            os.close(hold)
            removed.append(path)
    return removed


def find_leftovers(folders: Iterator[str]) -> list[str]:
    """Return the paths of those that `remove_leftovers` would remove."""
    found = []
    for path in _candidates(folders):
        hold = take_over(path)
        if hold is not None:
            os.close(hold)
            found.append(path)
    return found


def take_over(folder: str | os.PathLike[str]) -> int | None:
    """Return a descriptor that holds the folder until it is closed; None where another process does, or it is gone."""
    import fcntl

    try:
        hold = open_folder(folder)
    except OSError:
        return None
    try:
        fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Whoever held it a moment ago may have removed it.
        if os.path.samestat(os.fstat(hold), os.lstat(folder)):
            return hold
    except OSError:
        pass
    os.close(hold)
    return None


def _candidates(folders: Iterator[str]) -> Iterator[str]:
    for folder in folders:
        try:
            with os.scandir(folder) as entries:
                names = [entry.path for entry in entries if entry.name.startswith(PREFIX) and _is_private(entry.path)]
        except OSError:
            continue
        yield from names


def _remove(path: str) -> None:
    import shutil

    with suppress(OSError):
        shutil.rmtree(path)


def _is_private(folder: str, *, follows: bool = False) -> bool:
    """True for a folder that belongs to this user and that nobody else can enter; for a link to one if it follows."""
    try:
        found = os.stat(folder) if follows else os.lstat(folder)  # noqa: PTH116
    except OSError:
        return False
    mode = stat.S_IMODE(found.st_mode)
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and mode & 0o077 == 0 and mode & 0o700 == 0o700
