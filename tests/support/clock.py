"""A clock that is set by hand, and a vault whose founder goes by it."""

from datetime import datetime

import pytest

from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import NOW
from tests.support.shared_vault import adas_vault


class Clock:
    """Shows NOW until it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ada(store: MemoryStore, clock: Clock) -> Vault:
    return Vault(store, adas_vault(store).identity, now=clock)
