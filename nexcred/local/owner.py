"""Whose files are: who may write them, and what root writes into a user's folder, as with sudo."""

import os
import stat
from contextlib import suppress
from pathlib import Path

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def leave_to_owner(descriptor: int, folder: Path) -> None:
    """As root, give what was made in a folder of nexcred's own to whom the folder belongs to.

    Else its owner could never open it again. By its descriptor: the name could lead elsewhere by now. Never a file that
    has another name: that may be one of root's, to which the owner has made a link.
    """
    if _is_root():
        with suppress(OSError):  # a file system without owners, or a namespace that does not know this one
            owner, made = folder.stat(), os.fstat(descriptor)
            has_one_name = stat.S_ISDIR(made.st_mode) or made.st_nlink == 1
            if owner.st_uid != made.st_uid == 0 and has_one_name:
                os.fchown(descriptor, owner.st_uid, owner.st_gid)


def keep_owner(descriptor: int, path: Path) -> None:
    """As root, give what is to replace a file to whom that belongs to.

    Not where anybody could have put that file, as in /tmp: they would get what root writes for itself.
    """
    if _is_root():
        with suppress(OSError):
            found, folder = path.lstat(), path.parent.stat()
            is_roots_alone = folder.st_uid == 0 and not folder.st_mode & _OTHERS_WRITE
            if found.st_uid != 0 and (is_roots_alone or folder.st_uid == found.st_uid):
                os.fchown(descriptor, found.st_uid, found.st_gid)


def whose_hint(path: Path) -> str:
    """Say what helps where a file of ours is refused to us: it belongs to another user; "" where it does not."""
    with suppress(OSError):
        found = path.lstat()
        if hasattr(os, "geteuid") and found.st_uid != os.geteuid():
            return f"it belongs to another user; give it back with: sudo chown {os.geteuid()} '{path}'"
    return ""


def may_others_write(path: Path, found: os.stat_result) -> bool:
    """Say whether another user may; nobody may where the file system is read-only, as mounted volumes are."""
    if not hasattr(os, "geteuid"):
        return False
    if os.statvfs(path).f_flag & os.ST_RDONLY:
        return False
    return bool(found.st_mode & _OTHERS_WRITE) or found.st_uid not in (os.geteuid(), 0)


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
