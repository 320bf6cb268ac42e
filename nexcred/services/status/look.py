"""Looking at a vault for its board."""

from datetime import datetime
from pathlib import Path

from nexcred.local.backup_marks import BackupMarks
from nexcred.services.status.row import Look
from nexcred.vault.vault import Vault


def look_at(vault: Vault, state_folder: Path, now: datetime) -> Look:
    """Return what its board is made of."""
    return Look(vault, vault.credentials(), BackupMarks(state_folder).last(vault.vault_id), now)
