"""Private files, read and written whole: behind no link, 0600 whatever the umask, durable before they are named."""

import os
import stat
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO

from nexcred.errors import StoreFailed
from nexcred.local.files import kind_of, reason, shown, sync_folder
from nexcred.local.owner import keep_owner, leave_to_owner, whose_hint
from nexcred.local.unfollowed import open_new, open_unfollowed


def write_whole(descriptor: int, data: bytes, *, is_durable: bool = True, mode: int = 0o600) -> None:
    """Write a file that was just made, and close it; raise OSError."""
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, mode)
        file.write(data)
        file.flush()
        if is_durable:
            os.fsync(descriptor)


def replace_whole(
    path: Path,
    data: bytes,
    beside: Path,
    *,
    is_durable: bool = True,
    is_own_folder: bool = False,
    mode: int = 0o600,
) -> None:
    """Replace a file by way of a temporary one beside it; raise OSError, ValueError.

    It stays with its owner; a new file in a folder of nexcred's own goes to the folder's.
    """
    descriptor = open_new(beside)
    try:
        keep_owner(descriptor, path)
        if is_own_folder:
            leave_to_owner(descriptor, path.parent)
        write_whole(descriptor, data, is_durable=is_durable, mode=mode)
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
    if is_durable:
        sync_folder(path.absolute().parent)


def read_plain_file(path: Path, largest: int) -> bytes | None:
    """Return the bytes of one of our files, None where there is none; raise StoreFailed unless it is a plain file."""
    file = open_plain_file(path)
    if file is None:
        return None
    with file:
        return file.read(largest)


def open_plain_file(path: Path) -> BinaryIO | None:
    """Return one of our files to be read; None and StoreFailed as for `read_plain_file`."""
    try:
        descriptor = open_unfollowed(path, os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if path.is_symlink():
            raise _strange(path, stat.S_IFLNK) from None
        raise StoreFailed(f"{shown(path)} cannot be read: {reason(error)}", hint=whose_hint(path)) from None
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise _strange(path, mode)
    return os.fdopen(descriptor, "rb")


def _strange(path: Path, mode: int) -> StoreFailed:
    return StoreFailed(f"{shown(path)} is {kind_of(mode)}, not a plain file", hint="move it away")


def replace_file(path: Path, data: bytes, *, is_durable: bool = True) -> None:
    """Replace one of nexcred's own files.

    The caller's lock leaves the temporary name free. What has it nevertheless is left alone: a process was killed, or
    another machine is writing, on a file system that loses locks.
    """
    replace = partial(replace_whole, path, data, is_durable=is_durable, is_own_folder=True)
    try:
        replace(path.with_name(f"{path.name}.new"))
    except FileExistsError:
        replace(path.with_name(f"{path.name}.{os.urandom(8).hex()}.new"))
