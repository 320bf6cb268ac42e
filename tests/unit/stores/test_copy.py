"""A copy of a vault is a vault, complete, of what is sound."""

from pathlib import Path

import pytest

from nexcred.errors import StoreFailed, Tampered
from nexcred.stores.copy import copy_vault
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.remembering import seen
from tests.support.sample_vault import everything, fill, open_new


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def ada(store: MemoryStore) -> Vault:
    vault = open_new(store)
    fill(vault)
    return vault


def test_a_copy_is_complete(ada: Vault, store: MemoryStore, tmp_path: Path) -> None:
    before, path = everything(ada), tmp_path / "copy.db"
    with store.read() as snapshot:
        assert copy_vault(snapshot, path) == len(store.tables.items)
    kept = SqliteStore(path)
    assert Vault(kept, ada.identity, memory=seen(ada.anchor)).generation == ada.generation
    assert everything(Vault(kept, ada.identity)) == before


def test_a_damaged_record_is_not_copied(ada: Vault, store: MemoryStore, tmp_path: Path) -> None:
    name = next(iter(store.tables.items))
    store.tables.items[name] += b"x"
    with pytest.raises(Tampered), store.read() as snapshot:
        copy_vault(snapshot, tmp_path / "copy.db")
    with pytest.raises(StoreFailed), store.read() as snapshot:
        copy_vault(snapshot, tmp_path / "nowhere" / "copy.db")
    assert list(tmp_path.iterdir()) == []
