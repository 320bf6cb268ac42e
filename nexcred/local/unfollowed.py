"""Opening nexcred's own files: no link is followed, no pipe waited for, and no program inherits the descriptor."""

import os

_UNFOLLOWED = sum(getattr(os, each, 0) for each in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))


def open_unfollowed(path: str | os.PathLike[str], flags: int) -> int:
    """Return a descriptor; a file that this creates is 0600. Raise OSError, ValueError."""
    return os.open(path, flags | _UNFOLLOWED, 0o600)


def open_new(path: str | os.PathLike[str], flags: int = os.O_WRONLY) -> int:
    """Create a new file and return its descriptor; raise FileExistsError, OSError, ValueError."""
    return open_unfollowed(path, flags | os.O_CREAT | os.O_EXCL)


def open_folder(path: str | os.PathLike[str]) -> int:
    """Return a descriptor of a folder; raise OSError, always so on Windows."""
    return open_unfollowed(path, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
