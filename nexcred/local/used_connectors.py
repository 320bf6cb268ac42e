"""Which connectors of the user's own this machine used, by the digest of their files: what they were, once changed.

Lines of a name and a digest in the state folder, for their user alone, the newest last. It is bounded: the oldest go.
"""

from contextlib import suppress
from pathlib import Path

from nexcred.errors import StoreFailed
from nexcred.local.files import make_folder, regular_size
from nexcred.local.whole_file import read_plain_file

MOST = 512
_NAME = "connectors-used"
_LARGEST_READ = 256 * 1024


class UsedConnectors:
    """Where the state folder cannot be read or written, none was used."""

    def __init__(self, state_folder: Path) -> None:
        self._path = state_folder / _NAME

    def has(self, connector: str, digest: str) -> bool:
        return f"{connector} {digest}" in self._lines()

    def note(self, connector: str, digest: str) -> None:
        """Remember it; never fails."""
        lines = self._lines()
        line = f"{connector} {digest}"
        if line in lines:
            return
        from nexcred.local.private_file import write_private_file  # once for each change of a connector

        kept = "".join(f"{one}\n" for one in [*lines, line][-MOST:])
        with suppress(StoreFailed):
            make_folder(self._path.parent)
            write_private_file(self._path, kept.encode())

    def _lines(self) -> list[str]:
        with suppress(OSError, StoreFailed, UnicodeDecodeError):
            if regular_size(self._path) is not None:
                return (read_plain_file(self._path, _LARGEST_READ) or b"").decode("ascii").splitlines()
        return []
