"""A lock between processes, held on a file of its own."""

import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nexcred.local.owner import leave_to_owner
from nexcred.local.unfollowed import open_unfollowed

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

LOCK_TIMEOUT_S = 10.0
_POLL_S = 0.01


@contextmanager
def locked(path: Path, timeout_s: float = LOCK_TIMEOUT_S) -> Iterator[None]:
    """Hold the lock while inside; raise OSError when the file cannot be had, TimeoutError when another holds it."""
    descriptor = open_unfollowed(path, os.O_CREAT | os.O_RDWR)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(f"{path.name} is not a plain file")
        os.fchmod(descriptor, 0o600)
        leave_to_owner(descriptor, path.parent)
        _acquire(descriptor, time.monotonic() + timeout_s)
        yield
    finally:
        os.close(descriptor)  # lets go of the lock


def _acquire(descriptor: int, give_up_at: float) -> None:
    if fcntl is None:
        return
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= give_up_at:
                raise TimeoutError("another process holds the lock") from None
            time.sleep(_POLL_S)
        else:
            return
