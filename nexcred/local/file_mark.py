"""Whether a file was written to since it was read, by what its file system notes of every write."""

import os
import time
from pathlib import Path

# Its clock stands still for some milliseconds: a write so soon after another may leave no trace of its own.
_SETTLED_NS = 2_000_000_000


FileMark = tuple[int, int, int, int, int]


def mark_of_file(path: Path) -> FileMark | None:
    """Return what is another one after every write, and for another file; None while that is not sure."""
    try:
        found = os.stat(path)  # noqa: PTH116  in a fifth of the time
    except OSError:
        return None
    newest = max(found.st_mtime_ns, found.st_ctime_ns)
    if time.time_ns() - newest < _SETTLED_NS:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
