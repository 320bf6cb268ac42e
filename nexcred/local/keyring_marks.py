"""Marks for the vaults that have a key in the OS keyring, as far as this machine knows: an empty file for each.

A keyring that is locked asks in a window, or keeps one waiting for seconds. Whoever has only ever used a passphrase is
spared that. A mark that is lost costs a question, not the key.
"""

from contextlib import suppress
from pathlib import Path

from nexcred.errors import StoreFailed
from nexcred.local.files import make_own_folder, make_private_file


class KeyringMarks:
    """Marks in the state folder; where it cannot be written there are none."""

    def __init__(self, state_folder: Path) -> None:
        self._folder = state_folder / "in-os-keyring"

    def has(self, vault_id: bytes) -> bool:
        return self._mark(vault_id).exists()

    def put(self, vault_id: bytes) -> None:
        with suppress(OSError, StoreFailed):
            make_own_folder(self._folder)
            make_private_file(self._mark(vault_id))

    def drop(self, vault_id: bytes) -> None:
        with suppress(OSError):
            self._mark(vault_id).unlink(missing_ok=True)

    def _mark(self, vault_id: bytes) -> Path:
        return self._folder / vault_id.hex()
