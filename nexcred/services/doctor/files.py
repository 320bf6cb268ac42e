"""Whether files and folders are for their user alone. Looked at before anything else opens, and so narrows, them."""

import os
import shlex
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from nexcred.local.files import shown
from nexcred.local.filesystem import network_type
from nexcred.services.doctor.check import Check, Status

NAME = "files"
_OTHERS = 0o077


def check_files(folders: Iterable[Path], files: Iterable[Path]) -> Iterator[Check]:
    """Look at nexcred's own folders and files, those that exist; say so when all of them are as they should be."""
    problems = [check for folder in folders for check in _check_folder(folder)]
    problems += [check for file in files for check in _check_file(file)]
    if problems:
        yield from problems
    else:
        yield Check(NAME, Status.OK, "only you have access to what nexcred keeps")


def _check_folder(folder: Path) -> Iterator[Check]:
    found = _found(folder)
    if found is None:
        return
    if not folder.is_dir():
        yield Check(NAME, Status.PROBLEM, f"{shown(folder)} is not a folder", f"move it away: mv {_typed(folder)} …")
        return
    yield from _check_access(folder, found, "700")
    if not os.access(folder, os.W_OK):
        yield Check(NAME, Status.WARNING, f"{shown(folder)} cannot be written to", f"run: chmod u+w {_typed(folder)}")
    kind = network_type(folder.resolve())
    if kind is not None:
        yield Check(
            NAME, Status.PROBLEM, f"{shown(folder)} is on a network file system ({kind})", "keep it on a local disk"
        )


def _check_file(file: Path) -> Iterator[Check]:
    found = _found(file)
    if found is None:
        return
    if not stat.S_ISREG(found.st_mode):
        yield Check(NAME, Status.PROBLEM, f"{shown(file)} is not a plain file", f"look at it: ls -l {_typed(file)}")
        return
    yield from _check_access(file, found, "600")


def _check_access(path: Path, found: os.stat_result, mode: str) -> Iterator[Check]:
    if hasattr(os, "geteuid") and found.st_uid != os.geteuid():
        yield Check(
            NAME, Status.WARNING, f"{shown(path)} belongs to another user", f"run: sudo chown $USER {_typed(path)}"
        )
    if os.name != "nt" and found.st_mode & _OTHERS:
        detail = f"others have access to {shown(path)} (mode {stat.S_IMODE(found.st_mode):04o})"
        yield Check(NAME, Status.PROBLEM, detail, f"run: chmod {mode} {_typed(path)}")


def _found(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _typed(path: Path) -> str:
    return shlex.quote(str(path))
