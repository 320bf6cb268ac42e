"""Reading through symbolic links, as kubelet's volumes and the folders of Dropbox and stow need it."""

import os
import stat
from pathlib import Path

from nexcred.errors import StoreFailed
from nexcred.local.files import kind_of, reason, shown

_OTHERS_WRITE = 0o022


def file_to_read(path: Path) -> Path:
    """Return the file itself, or the plain file that a link leads to, if nobody else may write that.

    Raises StoreFailed. What is to be written is never found so: a link could lead it anywhere.
    """
    try:
        if not path.is_symlink():
            return path
        target = path.resolve(strict=True)
        found = target.stat()
    except (OSError, RuntimeError) as error:
        why = reason(error) if isinstance(error, OSError) else "it leads in a circle"
        raise StoreFailed(f"{shown(path)} is a symbolic link, not a plain file, and leads nowhere: {why}") from None
    if not stat.S_ISREG(found.st_mode):
        raise StoreFailed(f"{shown(path)} is a symbolic link to {kind_of(found.st_mode)}, not a plain file")
    if _may_others_write(target, found):
        raise StoreFailed(
            f"{shown(path)} is a symbolic link, and others may write what it leads to",
            hint=f"see whose it is, and take that from them with: chmod go-w {shown(target)}",
        )
    return target


def _may_others_write(path: Path, found: os.stat_result) -> bool:
    """Say whether another user may; nobody may where the file system is read-only, as mounted volumes are."""
    if not hasattr(os, "geteuid"):
        return False
    if os.statvfs(path).f_flag & os.ST_RDONLY:
        return False
    return bool(found.st_mode & _OTHERS_WRITE) or found.st_uid not in (os.geteuid(), 0)
