"""What lies where the vault of a program is, for whoever runs the place: to keep, to lay there again, to take away."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from tests.support.bucket import Stored
from tests.support.opened import Opened
from tests.support.people import vault_file


class Lying(Protocol):
    """A place that holds one vault."""

    def taken(self) -> Any:
        """Return all that is there."""

    def lay(self, kept: Any) -> None:
        """Let just this be there, which was taken."""

    def clear(self) -> None:
        """Let nothing be there."""


class LyingInFile:
    """A file that SQLite keeps."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def taken(self) -> bytes:
        return self._path.read_bytes()

    def lay(self, kept: bytes) -> None:
        self._path.write_bytes(kept)

    def clear(self) -> None:
        self._path.unlink()


class LyingInBucket:
    """The objects of a bucket in memory."""

    def __init__(self, objects: dict[str, Stored]) -> None:
        self._objects = objects

    def taken(self) -> Mapping[str, Stored]:
        return dict(self._objects)

    def lay(self, kept: Mapping[str, Stored]) -> None:
        self._objects.clear()
        self._objects.update(kept)

    def clear(self) -> None:
        self._objects.clear()


class LyingInGit:
    """A bare repository."""

    def __init__(self, repository: Path) -> None:
        self._repository = repository
        self._empty = self.taken()

    def taken(self) -> Path:
        kept = Path(tempfile.mkdtemp(dir=self._repository.parent)) / "kept"
        return Path(shutil.copytree(self._repository, kept))

    def lay(self, kept: Path) -> None:
        shutil.rmtree(self._repository)
        shutil.copytree(kept, self._repository)

    def clear(self) -> None:
        self.lay(self._empty)


# By the URL of the vault.
PLACES: dict[str, Lying] = {}


def what_lies_at(program: Opened) -> Lying:
    """Return the place where the vault of a program is."""
    found = PLACES.get(program.environment.get("NEXCRED_VAULT", ""))
    return found or LyingInFile(vault_file(program))
