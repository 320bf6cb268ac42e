"""Backups of a vault in memory, and how an owner brings one back."""

from nexcred.vault.belief import Belief
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.open_state import open_state
from nexcred.vault.restoring import Restored, restore
from nexcred.vault.roster import Roster
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.remembering import seen
from tests.support.sample_vault import NOW


def saved(store: MemoryStore) -> MemoryStore:
    return MemoryStore(store.tables.copy())


def over(store: MemoryStore, vault: Vault, backup: MemoryStore) -> Restored:
    """Bring a backup back over what there is."""
    with backup.read() as old, store.write() as present:
        before = open_state(old, vault.identity, Belief(ProcessMemory(), accept_rollback=True))
        now = open_state(present, vault.identity, Belief(vault.memory))
        return restore(
            store, now, present, before, old, roster=now.roster, seen_generation=vault.generation, now=NOW
        )  # fmt: skip


def into(store: MemoryStore, vault: Vault, backup: MemoryStore, roster: Roster | None = None) -> Restored:
    """Bring a backup back into an empty store, with what this machine remembers."""
    with backup.read() as old, store.write():
        before = open_state(old, vault.identity, Belief(ProcessMemory(), accept_rollback=True))
        return restore(
            store, before, old, before, old, roster=roster or vault.state.roster, seen_generation=vault.generation,
            now=NOW,
        )  # fmt: skip


def reopened(store: MemoryStore, vault: Vault) -> Vault:
    """Open it again on a machine that remembers what this one has seen of it, and nothing else."""
    return Vault(store, vault.identity, memory=seen(vault.anchor), now=lambda: NOW)
