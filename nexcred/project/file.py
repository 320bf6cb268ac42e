"""Find and read the project file: in the working folder or above it, and never one that somebody else put there."""

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from nexcred.errors import InvalidData, ProjectNotFound, UsageError
from nexcred.model.text import make_visible

if TYPE_CHECKING:
    from nexcred.project.spec import Project

FILE_NAME = "nexcred.toml"

_LARGEST = 256 * 1024


def find_project(start: Path) -> Path | None:
    """Return the project file of a folder, from there upwards; None when there is none."""
    for folder in (start, *start.parents):
        path = folder / FILE_NAME
        if path.exists():
            return path
    return None


def find_project_with_vault() -> "Project | None":
    """Return the project that the working folder belongs to, if its file says which vault is used; raise InvalidData.

    A file that belongs to somebody else says nothing, and what no vault is named in, is left to the commands that need
    the rest of it.
    """
    try:
        path = find_project(Path.cwd())
        if path is None or not _is_own(path.stat()) or b"vault" not in _bytes_of(path, chosen=True):
            return None
    except OSError:
        return None
    project = read_project(path)
    return project if project.vault else None


def read_project(path: Path, *, chosen: bool = False) -> "Project":
    """Read a project file; raise InvalidData with every problem.

    One that was found, and not `chosen` by its path, must belong to this user or root, as git asks of a repository:
    else a file in a folder for everybody would decide what is handed to the commands that are run there.
    """
    from nexcred.project.decode import decode_project  # and the reader of TOML: most folders belong to no project

    return decode_project(_bytes_of(path, chosen=chosen), path)


def _bytes_of(path: Path, *, chosen: bool) -> bytes:
    from nexcred.model.bounded_file import read_at_most, why_refused  # most folders belong to no project

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
    return data


def _is_own(found: os.stat_result) -> bool:
    return not hasattr(os, "geteuid") or found.st_uid in (os.geteuid(), 0)


def _refuse_strangers(path: Path, found: os.stat_result) -> None:
    if _is_own(found):
        return
    raise UsageError(
        f"the project file {_shown(path)} belongs to somebody else",
        hint=f"if you trust it, name it: --project {_shown(path)}",
    )


def _shown(path: Path) -> str:
    return make_visible(str(path))
