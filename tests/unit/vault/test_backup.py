"""A backup becomes the newest state, and no rollback for whoever saw the present one."""

from pathlib import Path

import pytest
from nexcred.vault.backup import renew, restore_into, restore_over

from nexcred.errors import ChangedMeanwhile, NotPermitted, Replaced, RolledBack, StoreFailed, Tampered, VaultExists
from nexcred.stores.copy import copy_vault
from nexcred.stores.sqlite import SqliteStore
from nexcred.vault.anchor import Anchor
from nexcred.vault.identity import Identity
from nexcred.vault.roster import GUEST, MEMBER, READER
from nexcred.vault.vault import Vault
from tests.memory_store import MemoryStore
from tests.remembering import seen
from tests.sample_vault import NOW, add, everything, fill, open_new, remove, update


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def ada(store: MemoryStore) -> Vault:
    vault = open_new(store)
    fill(vault)
    return vault


def saved(store: MemoryStore) -> MemoryStore:
    return MemoryStore(store.tables.copy())


def over(store: MemoryStore, vault: Vault, backup: MemoryStore, *, seen: int | None = None) -> Vault:
    generation = vault.generation if seen is None else seen
    restore_over(store, vault.identity, vault.anchor, backup, seen_generation=generation, now=NOW)
    return Vault(store, vault.identity, memory=seen(vault.anchor))


def change(vault: Vault) -> None:
    update(vault, "binary", "EXAMPLE-later")
    remove(vault, "Prod Events")
    add(vault, "later")


def test_all_is_as_it_was_and_anchors_see_a_descendant(ada: Vault, store: MemoryStore) -> None:
    before, backup, first = everything(ada), saved(store), ada.anchor
    change(ada)
    newest = ada.generation
    back = over(store, ada, backup)
    assert back.generation == newest + 1
    assert everything(back) == before
    assert back.verify().strays == 0
    for anchor in (first, ada.anchor, back.anchor):
        Vault(store, ada.identity, memory=seen(anchor))
    update(back, "binary", "EXAMPLE-after")
    assert back.verify().strays == 0


def test_who_came_since_stays(ada: Vault, store: MemoryStore) -> None:
    backup, job = saved(store), Identity.generate()
    ada.edit(lambda edit: edit.admit(job.public, "ci", GUEST))
    ada.edit(lambda edit: edit.share(edit.find("binary"), [job.fingerprint]))
    back = over(store, ada, backup)
    assert [member.full_name for member in back.members] == ["Ada Example", "ci"]
    assert Vault(store, job).credentials() == []
    back.edit(lambda edit: edit.share(edit.find("binary"), [job.fingerprint]))
    assert [one.name for one in Vault(store, job).credentials()] == ["binary"]


@pytest.mark.parametrize("how", ["left", "rekeyed", "unshared"])
def test_who_lost_access_since_does_not_get_it_back(ada: Vault, store: MemoryStore, how: str) -> None:
    bob = Identity.generate()
    ada.edit(lambda edit: edit.admit(bob.public, "Bob", MEMBER))
    ada.edit(lambda edit: edit.share(edit.find("binary"), [bob.fingerprint]))
    backup = saved(store)
    if how == "left":
        ada.edit(lambda edit: edit.dismiss(bob.fingerprint))
    elif how == "rekeyed":
        Vault(store, bob).edit(lambda edit: edit.rekey(Identity.generate()))
    else:
        ada.edit(lambda edit: edit.unshare(edit.find("binary"), [bob.fingerprint]))
    assert ada.names()
    before = store.tables.copy()
    with pytest.raises(RolledBack, match="undo that"):
        over(store, ada, backup)
    with pytest.raises(RolledBack, match="undo that"):
        restore_into(MemoryStore(), ada.identity, ada.anchor, backup, NOW)
    assert store.tables == before


def test_a_vault_written_to_since_it_was_asked_about_is_left_alone(ada: Vault, store: MemoryStore) -> None:
    backup = saved(store)
    seen = ada.generation
    change(ada)
    before = store.tables.copy()
    with pytest.raises(ChangedMeanwhile):
        over(store, ada, backup, seen=seen)
    assert store.tables == before


def test_readers_and_other_vaults_bring_nothing_back(ada: Vault, store: MemoryStore) -> None:
    eve = Identity.generate()
    ada.edit(lambda edit: edit.admit(eve.public, "Eve", READER))
    backup, other = saved(store), MemoryStore()
    open_new(other, seed=b"o" * 32)
    for identity, source, refusal in ((eve, backup, NotPermitted), (ada.identity, other, Replaced)):
        with pytest.raises(refusal):
            restore_over(store, identity, None, source, seen_generation=ada.generation, now=NOW)
        with pytest.raises(refusal):
            restore_into(MemoryStore(), identity, ada.anchor, source, NOW)


def test_a_lost_vault_comes_back_after_the_state_last_seen(ada: Vault, store: MemoryStore) -> None:
    before, backup, new = everything(ada), saved(store), MemoryStore()
    change(ada)
    restore_into(new, ada.identity, ada.anchor, backup, NOW)
    back = Vault(new, ada.identity, memory=seen(ada.anchor))
    assert back.generation == ada.generation + 1
    assert everything(back) == before
    add(back, "onward")
    assert back.verify().strays == 0
    with pytest.raises(VaultExists):
        restore_into(new, ada.identity, None, backup, NOW)


def test_a_copy_is_complete_and_renewed_follows_what_was_seen(ada: Vault, store: MemoryStore, tmp_path: Path) -> None:
    before, path = everything(ada), tmp_path / "copy.db"
    first = ada.anchor
    with store.read() as snapshot:
        assert copy_vault(snapshot, path) == len(store.tables.items)
    kept = SqliteStore(path)
    assert Vault(kept, ada.identity, memory=seen(ada.anchor)).generation == ada.generation
    assert everything(Vault(kept, ada.identity)) == before
    change(ada)
    renew(kept, ada.identity, ada.anchor, NOW)
    assert everything(Vault(kept, ada.identity, memory=seen(ada.anchor))) == before
    with pytest.raises(RolledBack):  # the heads between are lost with the vault
        Vault(kept, ada.identity, memory=seen(first))


def test_a_copy_of_a_newer_vault_than_was_seen_follows_it_too(ada: Vault, store: MemoryStore, tmp_path: Path) -> None:
    seen: Anchor = ada.anchor
    change(ada)
    path = tmp_path / "copy.db"
    with store.read() as snapshot:
        copy_vault(snapshot, path)
    renew(SqliteStore(path), ada.identity, seen, NOW)
    assert Vault(SqliteStore(path), ada.identity, memory=seen(seen)).generation == ada.generation + 1


def test_a_damaged_record_is_not_copied(ada: Vault, store: MemoryStore, tmp_path: Path) -> None:
    name = next(iter(store.tables.items))
    store.tables.items[name] += b"x"
    with pytest.raises(Tampered), store.read() as snapshot:
        copy_vault(snapshot, tmp_path / "copy.db")
    with pytest.raises(StoreFailed), store.read() as snapshot:
        copy_vault(snapshot, tmp_path / "nowhere" / "copy.db")
    assert list(tmp_path.iterdir()) == []
