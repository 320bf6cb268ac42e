"""A vault in memory, its founder and two members: what most tests of the vault begin with."""

import pytest

from nexcred.vault.roster import MEMBER
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.shared_vault import adas_vault, join, secret_of, share


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def ada(store: MemoryStore) -> Vault:
    return adas_vault(store)


@pytest.fixture
def bob(ada: Vault, store: MemoryStore) -> Vault:
    """Bob, who holds "prod" and has used it on this machine."""
    bob = join(ada, store, "Bob", MEMBER)
    share(ada, "prod", bob)
    assert secret_of(bob, "prod") == "EXAMPLE-prod"
    return bob


@pytest.fixture
def eve(ada: Vault, bob: Vault, store: MemoryStore) -> Vault:
    """A member without any grant."""
    return join(ada, store, "Eve", MEMBER)
