"""Checks and modes of the files and folders that nexcred writes: plain, and private to their owner."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from nexcred.errors import StoreFailed
from nexcred.local.filesystem import network_type
from nexcred.local.owner import leave_to_owner
from nexcred.local.unfollowed import open_folder, open_new
from nexcred.model.text import make_visible

_OTHERS = 0o077


def shown(path: Path) -> str:
    """Write a path so that a terminal shows and never obeys it."""
    return f"'{make_visible(str(path))}'"


def reason(error: OSError) -> str:
    """Say why the system refused, without the path."""
    return (error.strerror or str(error)).lower()


def regular_size(path: Path) -> int | None:
    """Return the size of a regular file, None when nothing is there; raise StoreFailed for anything else.

    The path itself is never followed: a link, even to a vault, is refused.
    """
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreFailed(f"{shown(path)} cannot be looked at: {reason(error)}") from None
    if not stat.S_ISREG(found.st_mode):
        raise StoreFailed(
            f"{shown(path)} is {kind_of(found.st_mode)}, not a plain file", hint=_target_of(path, found.st_mode)
        )
    if found.st_mode & _OTHERS:
        narrow(path, found)
    return found.st_size


def _target_of(path: Path, mode: int) -> str:
    """Say what a link leads to, since whoever set it may name that instead; "" for anything else."""
    if not stat.S_ISLNK(mode):
        return ""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return "it leads nowhere"
    return f"name the file that it leads to: {shown(target)}"


def narrow(path: Path, found: os.stat_result) -> None:
    """Take away the permissions of others on our own file or folder; go on where that is impossible."""
    if not hasattr(os, "geteuid") or found.st_uid != os.geteuid():
        return
    try:
        path.chmod(stat.S_IMODE(found.st_mode) & ~_OTHERS)
    except OSError:
        return  # a read-only file system; what it holds is sealed


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each 0700 whatever the umask, and the new entries durable."""
    if folder.is_dir():
        return
    try:
        if not folder.parent.is_dir():
            make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
        _leave_folder_to_owner(folder)
        sync_folder(folder.parent)
    except OSError as error:
        raise StoreFailed(f"the folder {shown(folder)} cannot be made: {reason(error)}") from None


def _leave_folder_to_owner(folder: Path) -> None:
    with suppress(OSError):  # Windows does not open folders
        descriptor = open_folder(folder)
        try:
            leave_to_owner(descriptor, folder.parent)
        finally:
            os.close(descriptor)


def refuse_link(folder: Path) -> None:
    """Raise StoreFailed for a link where a folder of nexcred's own belongs: what is written would lie elsewhere."""
    try:
        is_link = stat.S_ISLNK(folder.lstat().st_mode)
    except OSError:  # whoever reads or writes there says what it is
        return
    if is_link:
        raise StoreFailed(f"{shown(folder)} is a symbolic link, not a folder", hint="move it away; it is made again")


def make_own_folder(folder: Path) -> None:
    """Make a folder inside nexcred's own, both 0700 again; raise StoreFailed, also for a link in its place."""
    refuse_link(folder)
    for one in (folder.parent, folder):
        make_folder(one)
        narrow_folder(one)


def narrow_folder(folder: Path) -> None:
    """Make a folder of nexcred's own 0700 again."""
    try:
        found = folder.lstat()
    except OSError:
        return
    if stat.S_ISDIR(found.st_mode) and found.st_mode & _OTHERS:
        narrow(folder, found)


def make_private_file(path: Path) -> None:
    """Make an empty file 0600 whatever the umask; leave one that is already there."""
    try:
        descriptor = open_new(path, os.O_RDWR)
    except FileExistsError:
        return
    except OSError as error:
        raise StoreFailed(f"{shown(path)} cannot be made: {reason(error)}") from None
    try:
        os.fchmod(descriptor, 0o600)
        leave_to_owner(descriptor, path.parent)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system can."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return  # Windows does not open folders
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def refuse_network(folder: Path) -> None:
    """Raise StoreFailed for a folder on a network file system: its locks and syncs promise nothing."""
    try:
        kind = network_type(folder)
    except OSError:
        return  # no such folder: whoever opens it says so
    if kind is not None:
        raise StoreFailed(
            f"{shown(folder)} is on a network file system ({kind}), which cannot keep a vault safe",
            hint="keep the vault on a local disk",
        )


def kind_of(mode: int) -> str:
    """Name the kind of what stands there, as in 'a folder'."""
    for test, name in (
        (stat.S_ISLNK, "a symbolic link"),
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISREG, "a plain file"),
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
    ):
        if test(mode):
            return name
    return "a device"
