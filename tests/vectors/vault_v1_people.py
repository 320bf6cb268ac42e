"""The vault of several people that version 1 wrote, what is in it, and how each of them opens it."""

import json
from pathlib import Path
from typing import Any

from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.checkpoint import Checkpoint
from nexcred.vault.identity import Identity
from nexcred.vault.memory import Confirm, Memory
from nexcred.vault.vault import Vault

KEPT = Path(__file__).with_name("vault-v1-people.db")
EXPECTED: dict[str, Any] = json.loads(KEPT.with_suffix(".json").read_bytes())
DISPUTED = ("forged list", "led elsewhere", "list put back", "of dora, before new keys", "without details")


def identity(name: str) -> Identity:
    return Identity.parse(EXPECTED["identities"][name])


def opened(
    path: Path,
    name: str,
    *,
    memory: Memory | None = None,
    checkpoint: Checkpoint | None = None,
    confirm: Confirm | None = None,
) -> Vault:
    return Vault(SqliteStore(path), identity(name), memory=memory, checkpoint=checkpoint, confirm=confirm)


def told(
    upgraded: Vault, path: Path, name: str, *, memory: Memory | None = None, confirm: Confirm | None = None
) -> Vault:
    """Open it with a string of version 1, and the line that the upgrade prints."""
    who = next(member.id for member in upgraded.members if member.full_name == name)
    return opened(path, name, memory=memory, checkpoint=upgraded.checkpoint(who), confirm=confirm)
