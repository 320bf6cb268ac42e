"""Files that hold secrets or tell of them: private, and never behind a link or a pipe that somebody else put there."""

import os
import stat
from pathlib import Path
from secrets import token_hex

from nexcred.errors import StoreFailed
from nexcred.local.files import kind_of, shown
from nexcred.local.whole_file import replace_whole
from nexcred.model.bounded_file import why_refused

_CREATED = os.O_CREAT | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
# A pipe without a reader would keep one waiting.
_APPENDED = _CREATED | os.O_APPEND | getattr(os, "O_NONBLOCK", 0)


def write_private_file(path: Path, data: bytes) -> None:
    """Put it in the place of what is there, whole or not at all, 0600 whatever the umask; raise StoreFailed.

    A link is not followed: whoever may write to its folder could lead the secrets elsewhere.
    """
    refuse_strange(path)
    beside = path.with_name(f".{path.name[:200]}.{token_hex(8)}")
    try:
        replace_whole(path, data, beside)
    except (OSError, ValueError) as error:
        raise _failed(path, error) from None


def append_to_file(path: Path, data: bytes) -> None:
    """Add to a plain file that another program reads, or make it, 0600 whatever the umask; raise StoreFailed."""
    refuse_strange(path)
    try:
        is_new = not path.exists()
        descriptor = os.open(path, _APPENDED, 0o600)
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
    """Raise StoreFailed where something stands that is no plain file."""
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
