"""Case 5: truncated at every length; bytes appended."""

from pathlib import Path

import pytest

from nexcred.errors import Damaged, NotPermitted
from nexcred.vault.identity import NO_VAULT, Identity
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import SEED, add, open_new, set_session
from tests.support.vault_file import make_file, open_file, proved, read_all, whole_of

REFUSALS = (Damaged, NotPermitted)
FOUNDER = Identity(SEED, NO_VAULT)


@pytest.fixture
def store() -> MemoryStore:
    store = MemoryStore()
    vault = open_new(store)
    add(vault, "prod")
    set_session(vault, "prod", {"access_token": "EXAMPLE"})
    if store.keeps_slots:
        vault.edit(lambda edit: edit.set_slots((b"a slot of some kind",)))
    return store


def wrong_lengths(value: bytes) -> list[bytes]:
    return [*(value[:length] for length in range(len(value))), value + b"\0", value + value]


@pytest.mark.parametrize("table", ["access", "roster", "slots"])
def test_case_05_a_row_of_every_other_length_is_refused(store: MemoryStore, table: str) -> None:
    (row,) = getattr(store.tables, table)
    for other in wrong_lengths(row):
        setattr(store.tables, table, (other,))
        with pytest.raises(REFUSALS):
            Vault(store, FOUNDER)


def test_case_05_a_head_or_tree_of_every_other_length_is_refused(store: MemoryStore) -> None:
    vault = Vault(store, FOUNDER)
    newest, tree = max(store.tables.heads), store.tables.tree
    head = store.tables.heads[newest]
    for other in wrong_lengths(head):
        store.tables.heads[newest] = other
        with pytest.raises(REFUSALS):
            vault.find("prod")
    store.tables.heads[newest] = head
    for other in wrong_lengths(tree)[::37]:
        store.tables.tree = other
        with pytest.raises(REFUSALS):
            Vault(store, FOUNDER)


def test_case_05_a_leaf_or_record_of_every_other_length_is_refused(store: MemoryStore) -> None:
    vault = Vault(store, FOUNDER)
    ((index, leaf),) = store.tables.leaves.items()
    for other in wrong_lengths(leaf):
        store.tables.leaves[index] = other
        with pytest.raises(REFUSALS):
            vault.find("prod")
    store.tables.leaves[index] = leaf
    for digest, record in dict(store.tables.items).items():
        for other in wrong_lengths(record):
            store.tables.items[digest] = other
            with pytest.raises(REFUSALS):
                whole_of(vault)
        store.tables.items[digest] = record


def test_case_05_a_file_cut_anywhere_is_refused_or_true(tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    identity = make_file(path).identity
    truth, data = read_all(path, identity), path.read_bytes()
    around_pages = {start + beside for start in range(4096, len(data), 4096) for beside in (-1, 0, 1)}
    for length in sorted({*range(1, 600, 7), *range(1, len(data), 509), *around_pages}):
        path.write_bytes(data[:length])
        try:
            answer = read_all(path, identity)
        except REFUSALS:
            continue
        assert answer == truth


@pytest.mark.parametrize("more", [b"\0", b"x" * 100, bytes(4096), b"x" * 5000])
def test_case_05_bytes_after_the_end_of_a_file_change_nothing(tmp_path: Path, more: bytes) -> None:
    path = tmp_path / "vault.db"
    vault = make_file(path)
    truth, data = read_all(path, vault.identity), path.read_bytes()
    path.write_bytes(data + more)
    assert read_all(path, vault.identity) == truth
    add(open_file(path, vault.identity), "another")
    assert proved(open_file(path, vault.identity)).credentials == vault.size + 1
