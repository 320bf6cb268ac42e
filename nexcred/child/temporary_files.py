"""Files that a child has while it runs: in a folder of the user's alone, in memory where there is such a place."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from nexcred.child.leftovers import PREFIX, in_memory_places, take_over
from nexcred.local.unfollowed import open_new


class TemporaryFiles:
    """A folder with files, gone when the block is left."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._parent = next(iter(in_memory_places(environment)), None)

    def __enter__(self) -> Self:
        while True:
            self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=self._parent))
            # Until it is held, another `run` may take it for one that was left over.
            with suppress(FileNotFoundError):
                self.folder.chmod(0o700)
            # Held until this process ends, however it does: a folder that nobody holds is left over.
            self._hold = take_over(self.folder)
            if self._hold is not None:
                return self
            with suppress(OSError):
                self.folder.rmdir()

    def write(self, name: str, data: bytes) -> Path:
        """Write a file that its owner alone can read, and return its path."""
        return write_temporary(self.folder, name, data)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._hold is not None:
            os.close(self._hold)


def write_temporary(folder: Path, name: str, data: bytes) -> Path:
    """Write a file that its owner alone can read, in the folder or one below, and return its path; raise OSError.

    It is 0600, and a folder that is made for it 0700, whatever the umask.
    """
    path = folder / name
    if not path.parent.is_dir():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.parent.chmod(0o700)
    # Opened once: in a folder of somebody else's the name could stand for another file the second time.
    descriptor = open_new(path)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, 0o600)
        file.write(data)
    return path
