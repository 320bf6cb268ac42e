"""Writing private files that hold secrets or tell of them, never through a link or pipe that somebody planted."""

import os
import stat
from pathlib import Path

from nexcred.errors import StoreFailed
from nexcred.local.files import kind_of, shown
from nexcred.local.unfollowed import open_unfollowed
from nexcred.local.whole_file import replace_whole
from nexcred.model.bounded_file import why_refused


def write_private_file(path: Path, data: bytes) -> None:
    """Replace the file, whole or not at all, 0600 whatever the umask; raise StoreFailed.

    A link is not followed: whoever may write to its folder could lead the secrets elsewhere.
    """
    _replace(path, data, 0o600)


def write_report(path: Path, data: bytes) -> None:
    """Replace a file that another program reads, whole: 0600 where it is new, else as it was; raise StoreFailed.

    It has its mode before it stands there: a moment later something else may.
    """
    try:
        mode = stat.S_IMODE(path.lstat().st_mode) & 0o777
    except (OSError, ValueError):
        mode = 0o600
    _replace(path, data, mode)


def _replace(path: Path, data: bytes, mode: int) -> None:
    refuse_strange(path)
    beside = path.with_name(f".{path.name[:200]}.{os.urandom(8).hex()}")
    try:
        replace_whole(path, data, beside, mode=mode)
    except (OSError, ValueError) as error:
        raise _failed(path, error) from None


def append_to_file(path: Path, data: bytes) -> None:
    """Add to a plain file that another program reads, or make it, 0600 whatever the umask; raise StoreFailed."""
    refuse_strange(path)
    try:
        is_new = not path.exists()
        descriptor = open_unfollowed(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        with os.fdopen(descriptor, "ab") as file:
            mode = os.fstat(descriptor).st_mode
            if not stat.S_ISREG(mode):
                raise _strange(path, mode)
            if is_new:
                os.fchmod(descriptor, 0o600)
            file.write(data)
    except (OSError, ValueError) as error:
        raise _failed(path, error) from None


def refuse_strange(path: Path) -> None:
    """Raise StoreFailed where something other than a plain file is at the path."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise _failed(path, error) from None
    if not stat.S_ISREG(mode):
        raise _strange(path, mode)


def _strange(path: Path, mode: int) -> StoreFailed:
    return StoreFailed(
        f"{shown(path)} is {kind_of(mode)}, not a plain file", hint="name a plain file, or one that is not there yet"
    )


def _failed(path: Path, error: OSError | ValueError) -> StoreFailed:
    return StoreFailed(f"{shown(path)} cannot be written: {why_refused(error)}")
