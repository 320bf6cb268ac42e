"""Writing a private file whole: 0600 whatever the umask, and durable before it stands under its name."""

import os
from contextlib import suppress
from pathlib import Path

from nexcred.local.files import sync_folder

_NEW = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


def make_file(path: Path) -> int:
    """Make a file that is not there yet, and return its descriptor; raise FileExistsError, OSError, ValueError."""
    return os.open(path, _NEW, 0o600)


def write_whole(descriptor: int, data: bytes, *, is_durable: bool = True) -> None:
    """Write a file that was just made, and close it; raise OSError."""
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, 0o600)
        file.write(data)
        file.flush()
        if is_durable:
            os.fsync(descriptor)


def replace_whole(path: Path, data: bytes, beside: Path, *, is_durable: bool = True) -> None:
    """Put it in the place of what is there, by way of a file beside it; raise OSError, ValueError."""
    descriptor = make_file(beside)
    try:
        write_whole(descriptor, data, is_durable=is_durable)
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
    if is_durable:
        sync_folder(path.absolute().parent)
