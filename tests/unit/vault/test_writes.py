"""The log of writes: what each changed, believed along the heads' hashes."""

import pytest

from nexcred.errors import Tampered
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import NOW, add, describe, open_new, remove, update


def test_each_write_is_told_newest_first() -> None:
    vault = open_new(MemoryStore())
    add(vault, "one")
    update(vault, "one", "EXAMPLE-other")
    describe(vault, "one", "another text")
    remove(vault, "one")
    writes = vault.writes()
    assert [write.generation for write in writes] == [5, 4, 3, 2, 1]
    assert {write.by.full_name for write in writes} == {"Ada Example"}
    assert {write.at for write in writes} == {NOW}
    assert [write.parts for write in writes] == [("credentials",)] * 4 + [None]


def test_it_ends_where_heads_are_no_longer_kept() -> None:
    store = MemoryStore()
    vault = open_new(store)
    for name in ("one", "two", "three"):
        add(vault, name)
    del store.tables.heads[2]
    assert [write.generation for write in vault.writes()] == [4, 3]
    assert vault.writes()[-1].parts is None


def test_a_past_head_from_a_fork_is_refused() -> None:
    store = MemoryStore()
    vault = open_new(store)
    add(vault, "one")
    fork = MemoryStore(store.tables.copy())
    add(Vault(fork, vault.identity), "another")
    add(vault, "two")
    add(vault, "three")
    store.tables.heads[3] = fork.tables.heads[3]
    with pytest.raises(Tampered):
        vault.writes()
