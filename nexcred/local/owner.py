"""Whose a file is: what root writes into somebody's folder, as with sudo, stays somebody's."""

import os
from contextlib import suppress
from pathlib import Path


def leave_to_owner(descriptor: int, folder: Path) -> None:
    """As root, give what was made in a folder of nexcred's own to whom the folder belongs to.

    Else its owner could never open it again. By its descriptor: the name could lead elsewhere by now.
    """
    if _is_root():
        with suppress(OSError):  # a file system without owners, or a namespace that does not know this one
            found = folder.stat()
            if found.st_uid != os.fstat(descriptor).st_uid == 0:
                os.fchown(descriptor, found.st_uid, found.st_gid)


def keep_owner(descriptor: int, path: Path) -> None:
    """As root, give what is to replace a file to whom that belongs to."""
    if _is_root():
        with suppress(OSError):
            found = path.lstat()
            if found.st_uid != 0:
                os.fchown(descriptor, found.st_uid, found.st_gid)


def whose_hint(path: Path) -> str:
    """Say what helps where a file of ours is refused to us: it belongs to another user; "" where it does not."""
    with suppress(OSError):
        found = path.lstat()
        if hasattr(os, "geteuid") and found.st_uid != os.geteuid():
            return f"it belongs to another user; give it back with: sudo chown {os.geteuid()} '{path}'"
    return ""


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
