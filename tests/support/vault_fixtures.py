"""A vault in memory, and its founder: what most tests of the vault begin with."""

import pytest

from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.shared_vault import adas_vault


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def ada(store: MemoryStore) -> Vault:
    return adas_vault(store)
