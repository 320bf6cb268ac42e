"""Find and read the project file: in the working folder or above it, and never one that somebody else put there."""

import os
import stat
from pathlib import Path

from nexcred.errors import InvalidData, ProjectNotFound, UsageError
from nexcred.model.bounded_file import read_at_most, why_refused
from nexcred.model.text import make_visible
from nexcred.project.decode import decode_project
from nexcred.project.spec import FILE_NAME, Project

_LARGEST = 256 * 1024


def find_project(start: Path) -> Path | None:
    """Return the project file of a folder, from there upwards; None when there is none."""
    for folder in (start, *start.parents):
        path = folder / FILE_NAME
        if path.exists():
            return path
    return None


def read_project(path: Path, *, chosen: bool = False) -> Project:
    """Read a project file; raise InvalidData with every problem.

    One that was found, and not `chosen` by its path, must belong to this user or root, as git asks of a repository:
    else a file in a folder for everybody would decide what is handed to the commands that are run there.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise InvalidData(f"{_shown(path)} is not a plain file")
            if not chosen:
                _refuse_strangers(path, found)
            data = read_at_most(file.fileno(), _LARGEST + 1)
    except FileNotFoundError:
        raise ProjectNotFound(f"there is no project file {_shown(path)}") from None
    except OSError as error:
        raise UsageError(f"the project file {_shown(path)} cannot be read: {why_refused(error)}") from None
    if len(data) > _LARGEST:
        raise InvalidData(f"the project file {_shown(path)} is larger than {_LARGEST // 1024} KiB")
    return decode_project(data, path)


def _refuse_strangers(path: Path, found: os.stat_result) -> None:
    if not hasattr(os, "geteuid") or found.st_uid in (os.geteuid(), 0):
        return
    raise UsageError(
        f"the project file {_shown(path)} belongs to somebody else",
        hint=f"if you trust it, name it: --project {_shown(path)}",
    )


def _shown(path: Path) -> str:
    return make_visible(str(path))
