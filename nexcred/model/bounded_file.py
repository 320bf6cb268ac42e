"""Reading a file that somebody names: no more of it than is wanted, and in plain words why it cannot be read."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def opened(path: Path, refuse: Callable[[str], Exception]) -> Iterator[int]:
    """Yield the descriptor of a file or pipe, `~` being the user's folder; raise what `refuse` makes of why not."""
    try:
        with path.expanduser().open("rb", buffering=0) as file:
            yield file.fileno()
    except (OSError, RuntimeError, ValueError) as error:
        raise refuse(why_refused(error)) from None


def read_file(path: Path, limit: int, refuse: Callable[[str], Exception]) -> bytes:
    """Return at most `limit` bytes of a file, as `opened` opens it; raise what `refuse` makes of the reason."""
    with opened(path, refuse) as descriptor:
        return read_at_most(descriptor, limit)


def read_at_most(descriptor: int, limit: int) -> bytes:
    """Return at most `limit` bytes, also of a pipe, which gives them piece by piece."""
    data = bytearray()
    while len(data) < limit and (piece := os.read(descriptor, limit - len(data))):
        data += piece
    return bytes(data)


def why_refused(error: Exception) -> str:
    """Say why the system refused, without the path."""
    return error.strerror.lower() if isinstance(error, OSError) and error.strerror else "not a file name"
