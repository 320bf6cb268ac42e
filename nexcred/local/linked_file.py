"""Reading through symbolic links, as kubelet's volumes and the folders of Dropbox and stow need it."""

import stat
from pathlib import Path

from nexcred.errors import StoreFailed
from nexcred.local.files import kind_of, reason, shown
from nexcred.local.owner import may_others_write


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
    if may_others_write(target, found):
        raise StoreFailed(
            f"{shown(path)} is a symbolic link, and others may write what it leads to",
            hint=f"see whose it is, and take that from them with: chmod go-w {shown(target)}",
        )
    return target
