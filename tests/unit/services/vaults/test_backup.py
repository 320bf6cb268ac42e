"""A backup is brought back over the vault that somebody was asked about, and over no other one."""

from pathlib import Path

import pytest

from nexcred.errors import ChangedMeanwhile
from nexcred.local.anchors import AnchorFile
from nexcred.services.vaults.backup import back_up, bring_back, plan_restore
from nexcred.services.vaults.opening import memory_of
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.vault import Vault
from tests.support.sample_vault import NOW, add, found, update
from tests.support.shared_vault import secret_of


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "data" / "vault.db")


@pytest.fixture
def anchors(tmp_path: Path) -> AnchorFile:
    return AnchorFile(tmp_path / "state", warn=pytest.fail)


@pytest.fixture
def ada(store: SqliteStore, anchors: AnchorFile) -> Vault:
    store.path.parent.mkdir(mode=0o700)
    vault = Vault(store, found(store), memory=memory_of(store, anchors), now=lambda: NOW)
    add(vault, "prod", "EXAMPLE-saved")
    return vault


def test_it_is_as_it_was_and_what_it_replaced_is_kept(ada: Vault, store: SqliteStore, anchors: AnchorFile) -> None:
    backup = SqliteStore(store.path.with_name("backup.db"))
    back_up(store, anchors, backup.path)
    update(ada, "prod", "EXAMPLE-later")
    saved = Vault(backup, ada.identity, accept_rollback=True)
    done = bring_back(plan_restore(ada, saved, store, anchors), backup, store, anchors, NOW)
    assert secret_of(Vault(store, ada.identity, memory=memory_of(store, anchors)), "prod") == "EXAMPLE-saved"
    assert done.aside is not None
    assert secret_of(Vault(SqliteStore(done.aside), ada.identity), "prod") == "EXAMPLE-later"


def test_a_vault_that_was_written_since_it_was_asked_about_is_left_alone(
    ada: Vault, store: SqliteStore, anchors: AnchorFile
) -> None:
    backup = SqliteStore(store.path.with_name("backup.db"))
    back_up(store, anchors, backup.path)
    saved = Vault(backup, ada.identity, accept_rollback=True)
    plan = plan_restore(ada, saved, store, anchors)
    other = Vault(SqliteStore(store.path), ada.identity, now=lambda: NOW)
    add(other, "meanwhile", "EXAMPLE-meanwhile")
    with pytest.raises(ChangedMeanwhile):
        bring_back(plan, backup, store, anchors, NOW)
    assert other.names() == ["meanwhile", "prod"]
    assert secret_of(other, "meanwhile") == "EXAMPLE-meanwhile"
