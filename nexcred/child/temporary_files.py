"""Files that a child has while it runs: in a folder of the user's alone, in memory where there is such a place."""

import os
import shutil
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

_FLAGS = (
    os.O_CREAT | os.O_EXCL | os.O_WRONLY | sum(getattr(os, each, 0) for each in ("O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"))
)
_IN_MEMORY = Path("/dev/shm")  # noqa: S108  mkdtemp makes a folder there that nobody else can enter


class TemporaryFiles:
    """A folder with files, gone when the block is left."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._parent = _parent(environment)

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="nexcred-", dir=self._parent))
        self.folder.chmod(0o700)
        return self

    def write(self, name: str, data: bytes) -> Path:
        """Write a file that its owner alone can read, and return its path."""
        return write_temporary(self.folder, name, data)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def write_temporary(folder: Path, name: str, data: bytes) -> Path:
    """Write a file that its owner alone can read, in the folder or one below, and return its path; raise OSError.

    It is 0600, and a folder that is made for it 0700, whatever the umask.
    """
    path = folder / name
    if not path.parent.is_dir():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.parent.chmod(0o700)
    # Opened once: in a folder of somebody else's the name could stand for another file the second time.
    descriptor = os.open(path, _FLAGS, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, 0o600)
        file.write(data)
    return path


def _parent(environment: Mapping[str, str]) -> Path | None:
    """Return a folder in memory: the session's own, if it is that, else the system's; None for the usual place."""
    own = Path(environment.get("XDG_RUNTIME_DIR") or "/nonexistent")
    if own.is_absolute() and _is_private(own):
        return own
    return _IN_MEMORY if _IN_MEMORY.is_dir() and os.access(_IN_MEMORY, os.W_OK | os.X_OK) else None


def _is_private(folder: Path) -> bool:
    try:
        found = folder.stat()
    except OSError:
        return False
    mode = stat.S_IMODE(found.st_mode)
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and mode & 0o077 == 0 and mode & 0o700 == 0o700
