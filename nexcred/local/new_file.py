"""Writing a new private file for the user: an existing one is never replaced."""

from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from nexcred.errors import Conflict, OutcomeUnknown, StoreFailed
from nexcred.local.files import shown, sync_folder
from nexcred.local.unfollowed import open_new
from nexcred.local.whole_file import write_whole
from nexcred.model.bounded_file import why_refused


class NewFile:
    """Made 0600 and durable by `write`; taken away again when the `with` block fails afterwards.

    It stays when the outcome is unknown: what it holds may be all that opens a vault.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._is_ours = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        if self._is_ours and error is not None and not isinstance(error, OutcomeUnknown):
            with suppress(OSError):
                self.path.unlink()

    def write(self, text: str) -> None:
        """Raise Conflict when something is there, be it a link that leads nowhere; StoreFailed."""
        try:
            descriptor = open_new(self.path)
        except FileExistsError:
            raise Conflict(
                f"there is something at {shown(self.path)} already", hint="name a file that is not there yet"
            ) from None
        except (OSError, ValueError) as error:
            raise self._failed(error) from None
        self._is_ours = True
        try:
            write_whole(descriptor, text.encode())
            sync_folder(self.path.absolute().parent)
        except OSError as error:
            raise self._failed(error) from None

    def _failed(self, error: OSError | ValueError) -> StoreFailed:
        return StoreFailed(f"{shown(self.path)} cannot be written: {why_refused(error)}")
