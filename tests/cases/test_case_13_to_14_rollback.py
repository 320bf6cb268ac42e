"""Cases 13 and 14: the whole file rolled back; two heads of one generation."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from nexcred.errors import Replaced, RolledBack, Tampered
from nexcred.vault.anchor import Anchor
from nexcred.vault.vault import Vault
from tests.support.carried_file import file_store
from tests.support.memory_store import MemoryStore
from tests.support.remembering import Telling, seen
from tests.support.sample_vault import add, describe, everything, open_new, update
from tests.support.vault_file import make_file, open_file, query, read_all, run_sql


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.db"


def test_case_13_an_older_file_is_refused_where_a_newer_was_seen(path: Path) -> None:
    vault = make_file(path)
    older, truth = path.read_bytes(), read_all(path, vault.identity)
    seen_before = vault.anchor
    update(vault, "Prod Events", "EXAMPLE-newer")
    path.write_bytes(older)
    with pytest.raises(RolledBack, match="older"):
        open_file(path, vault.identity, vault.anchor)
    assert path.read_bytes() == older
    assert read_all(path, vault.identity, seen_before) == truth
    assert read_all(path, vault.identity) == truth  # who never saw newer cannot know


def test_case_13_a_program_that_is_running_notices_too(path: Path) -> None:
    vault = make_file(path)
    older = path.read_bytes()
    add(vault, "newer")
    path.write_bytes(older)
    for use in (vault.names, lambda: add(vault, "another"), vault.verify):
        with pytest.raises(RolledBack):
            use()
    assert path.read_bytes() == older


def test_case_13_every_state_that_was_left_behind_is_refused(path: Path) -> None:
    vault = open_new(file_store(path))
    states = []
    for number in range(5):
        states.append(path.read_bytes())
        add(vault, f"name {number}")
    for state in states:
        path.write_bytes(state)
        with pytest.raises(RolledBack):
            open_file(path, vault.identity, vault.anchor)


def test_case_13_what_came_from_the_state_last_seen_is_believed_and_remembered(path: Path) -> None:
    vault = make_file(path)
    seen: list[Anchor] = []
    reader = Vault(file_store(path), vault.identity, memory=Telling(seen.append, vault.anchor))
    assert seen == []
    for number in range(5):
        add(vault, f"name {number}")
    assert len(reader.names()) == 8
    add(reader, "own")
    assert [one.generation for one in seen] == [vault.anchor.generation, vault.anchor.generation + 1]
    assert seen[-1] == reader.anchor == open_file(path, vault.identity).anchor


def test_case_13_a_first_use_is_remembered(path: Path) -> None:
    vault = make_file(path)
    seen: list[Anchor] = []
    Vault(file_store(path), vault.identity, memory=Telling(seen.append)).names()
    assert seen == [vault.anchor]


def test_case_13_what_cannot_be_remembered_because_another_was_seen_is_not_believed(path: Path) -> None:
    vault = make_file(path)
    refuse = [False]

    def remember(_: Anchor) -> None:
        if refuse[0]:
            raise Replaced("another vault has been seen at this place meanwhile")

    reader = Vault(file_store(path), vault.identity, memory=Telling(remember))
    add(vault, "newer")
    refuse[0] = True
    for _ in range(2):
        with pytest.raises(Replaced):
            reader.names()
    refuse[0] = False
    assert "newer" in reader.names()


def test_case_13_earlier_heads_taken_away_are_missed(path: Path) -> None:
    vault = make_file(path)
    anchor = vault.anchor
    for number in range(3):
        describe(vault, "binary", f"{number}")
    run_sql(path, "DELETE FROM head WHERE generation = ?", anchor.generation + 1)
    with pytest.raises(RolledBack):
        open_file(path, vault.identity, anchor)
    assert open_file(path, vault.identity, vault.anchor).generation == vault.generation


def test_case_14_two_heads_of_one_generation(path: Path) -> None:
    vault = make_file(path)
    fork = path.with_name("fork.db")
    shutil.copy(path, fork)
    forked = open_file(fork, vault.identity, vault.anchor)
    ours, theirs = add(vault, "ours"), add(forked, "theirs")
    assert vault.generation == forked.generation
    for file, anchor in ((fork, vault.anchor), (path, forked.anchor)):
        before = file.read_bytes()
        with pytest.raises(RolledBack):
            open_file(file, vault.identity, anchor)
        assert file.read_bytes() == before
    assert (ours.name, theirs.name) == ("ours", "theirs")


def test_case_14_a_fork_that_was_written_further_is_still_a_fork(path: Path) -> None:
    vault = make_file(path)
    fork = path.with_name("fork.db")
    shutil.copy(path, fork)
    forked = open_file(fork, vault.identity)
    add(vault, "ours")
    for number in range(4):
        add(forked, f"theirs {number}")
    with pytest.raises(RolledBack):
        open_file(fork, vault.identity, vault.anchor)
    for generation, head in query(path, "SELECT * FROM head"):
        run_sql(fork, "UPDATE head SET sealed = ? WHERE generation = ?", head, generation)
    with pytest.raises((RolledBack, Tampered)):
        open_file(fork, vault.identity, vault.anchor)


def test_case_14_a_file_holds_one_head_a_generation(path: Path) -> None:
    make_file(path)
    ((generation, head),) = query(path, "SELECT * FROM head ORDER BY generation DESC LIMIT 1")
    with pytest.raises(sqlite3.IntegrityError):
        run_sql(path, "INSERT INTO head VALUES (?, ?)", generation, head)


def test_case_13_a_vault_unseen_for_more_than_1024_writes_opens_with_a_warning() -> None:
    store = MemoryStore()
    vault = open_new(store)
    add(vault, "prod")
    anchor, older = vault.anchor, store.tables.copy()
    warnings: list[str] = []
    for number in range(1023):
        vault.edit(lambda edit, slot=b"%d" % number: edit.set_slots((slot,)))  # type: ignore[misc]
    assert (
        Vault(store, vault.identity, memory=seen(anchor), warn=warnings.append).generation == anchor.generation + 1023
    )
    assert warnings == []
    vault.edit(lambda edit: edit.set_slots(()))
    reader = Vault(store, vault.identity, memory=seen(anchor), warn=warnings.append)
    assert len(warnings) == 1
    assert everything(reader) == everything(vault)
    with pytest.raises(RolledBack):
        Vault(MemoryStore(older), vault.identity, memory=seen(vault.anchor))
    forged = Anchor(anchor.vault_id, anchor.generation, anchor.head_hash, anchor.roster_length, bytes(32))
    with pytest.raises(RolledBack):
        Vault(store, vault.identity, memory=seen(forged))
