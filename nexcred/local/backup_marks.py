"""When this machine last made a backup of a vault: the modification time of one file for each vault."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from nexcred.errors import StoreFailed
from nexcred.local.files import make_own_folder, make_private_file


class BackupMarks:
    """Marks in the state folder; where it cannot be written there are none, and a backup seems never made."""

    def __init__(self, state_folder: Path) -> None:
        self._folder = state_folder / "backed-up"

    def last(self, vault_id: bytes) -> datetime | None:
        with suppress(OSError, ValueError, OverflowError):
            return datetime.fromtimestamp(self._mark(vault_id).stat().st_mtime, UTC)
        return None

    def put(self, vault_id: bytes) -> None:
        """Say that a backup was made now; never fails."""
        with suppress(OSError, StoreFailed):
            make_own_folder(self._folder)
            self._mark(vault_id).unlink(missing_ok=True)
            make_private_file(self._mark(vault_id))

    def _mark(self, vault_id: bytes) -> Path:
        return self._folder / vault_id.hex()
