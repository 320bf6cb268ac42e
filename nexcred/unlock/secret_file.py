"""Reading a file that holds a secret: only one that others have no access to."""

import os
import stat
from pathlib import Path

from nexcred.errors import Locked
from nexcred.model.bounded_file import opened, read_at_most
from nexcred.model.text import make_visible

_LARGEST_FILE = 64 * 1024
_OTHERS = 0o077


def read_secret_file(path: Path, source: str) -> str:
    """Return the text of a file, without a byte order mark before it; `source` names it in errors. Raises Locked.

    A file is refused when group or others may read or write it, unless its mount is read-only (as mounted secrets
    are), or it is a pipe. Links are followed: mounted secrets are links.
    """
    data = _read(path, source)
    if len(data) > _LARGEST_FILE:
        raise Locked(f"{source}: the file is larger than {_LARGEST_FILE // 1024} KiB")
    try:
        return data.decode("utf-8-sig")  # Windows editors put the mark there, and no prompt would take it
    except UnicodeDecodeError:
        raise Locked(f"{source}: the file is not UTF-8 text") from None


def _read(path: Path, source: str) -> bytes:
    shown = f"'{make_visible(str(path))}'"

    def refuse(why: str) -> Locked:
        return Locked(f"{source}: {shown} cannot be read: {why}")

    with opened(path, refuse) as descriptor:
        _check_access(descriptor, shown, source)
        return read_at_most(descriptor, _LARGEST_FILE + 1)


def _check_access(descriptor: int, shown: str, source: str) -> None:
    found = os.fstat(descriptor)
    if stat.S_ISFIFO(found.st_mode) or stat.S_ISSOCK(found.st_mode):
        return
    if not stat.S_ISREG(found.st_mode):
        raise Locked(f"{source}: {shown} is neither a file nor a pipe")
    if os.name == "nt" or not found.st_mode & _OTHERS:
        return
    if os.fstatvfs(descriptor).f_flag & os.ST_RDONLY:
        return
    raise Locked(
        f"{source}: others have access to {shown} (mode {stat.S_IMODE(found.st_mode):04o})",
        hint=f"fix that with: chmod 600 {shown}",
    )
