"""Put a private file in the place of another, whole or not at all."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from nexcred.errors import StoreFailed
from nexcred.stores.files import kind_of, reason, shown, sync_folder

_FLAGS = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


def write_private_file(path: Path, data: bytes) -> None:
    """Write it 0600 whatever the umask; raise StoreFailed, and leave what is there, also where that is no plain file.

    A link is not followed: whoever may write to its folder could lead the secrets elsewhere.
    """
    _refuse_strange(path)
    beside = path.with_name(f".{path.name[:200]}.{token_hex(8)}")
    try:
        descriptor = os.open(beside, _FLAGS, 0o600)
    except (OSError, ValueError) as error:
        raise _failed(path, error) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o600)
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        beside.replace(path)
        sync_folder(path.absolute().parent)
    except BaseException as error:
        with suppress(OSError):
            beside.unlink()
        if isinstance(error, OSError):
            raise _failed(path, error) from None
        raise


def _refuse_strange(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise _failed(path, error) from None
    if not stat.S_ISREG(mode):
        raise StoreFailed(
            f"{shown(path)} is {kind_of(mode)}, not a plain file", hint="write to standard output with -o -"
        )


def _failed(path: Path, error: OSError | ValueError) -> StoreFailed:
    why = reason(error) if isinstance(error, OSError) else "not a file name"
    return StoreFailed(f"{shown(path)} cannot be written: {why}")
