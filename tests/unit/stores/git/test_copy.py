"""What this machine read of a commit is read from its copy; what is spoilt there, or of another commit, from git."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from nexcred.errors import StoreFailed
from nexcred.model.sha256 import sha256
from nexcred.vault.store import Change
from nexcred.vault.tree import LEAVES, hash_leaf
from tests.support.git_repository import bare_repository, git_store

ITEM, LEAF = b"sealed-EXAMPLE", b"leaf"
TREE = b"".join(hash_leaf(index, LEAF if index == 1 else b"") for index in range(LEAVES))
FRESH = "?fresh=10m"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A vault that this machine has read once."""
    bare_repository(tmp_path)
    write(tmp_path, b"head-1", 1)
    assert read(tmp_path) == b"head-1"
    return tmp_path


def write(folder: Path, head: bytes, generation: int, home: str = "home") -> None:
    store = git_store(folder, home=home)
    change = Change(head=head, generation=generation, items={sha256(ITEM): ITEM}, leaves={1: LEAF}, tree=TREE)
    with store.write() as snapshot:
        assert store.commit(change._replace(access=(b"a", b"b"), roster=(b"r",)), snapshot.head())
    store.close()


def read(folder: Path, query: str = FRESH) -> bytes | None:
    store = git_store(folder, query=query)
    try:
        with store.read() as snapshot:
            bundle = snapshot.bundle()
            assert bundle[1:] == ((b"a", b"b"), (), (b"r",), (), TREE)
            assert dict(snapshot.leaves()) == {1: snapshot.leaf(1)} == {1: LEAF}
            assert snapshot.item(sha256(ITEM)) == ITEM
            return bundle.head
    finally:
        store.close()


def lose_what_git_has(folder: Path) -> None:
    for room in folder.glob("home/cache/git/*/objects-*"):
        shutil.rmtree(room)
    shutil.rmtree(folder / "vault.git")


def test_what_was_read_once_needs_no_git(folder: Path) -> None:
    lose_what_git_has(folder)
    assert read(folder) == b"head-1"


@pytest.mark.parametrize("spoil", ["bytes = x'00'", "bytes = substr(bytes, 2)", "bytes = zeroblob(length(bytes))"])
def test_what_is_spoilt_is_read_from_git(folder: Path, spoil: str) -> None:
    with closing(sqlite3.connect(folder / "home/cache/copy.db")) as db, db:
        assert db.execute(f"UPDATE kept SET {spoil}").rowcount == 3  # the bundle, a leaf, a record
    assert read(folder) == b"head-1"
    lose_what_git_has(folder)
    assert read(folder) == b"head-1"  # it was kept again


def test_a_copy_that_is_no_database_is_made_anew(folder: Path) -> None:
    (folder / "home/cache/copy.db").write_bytes(b"EXAMPLE" * 1_000)
    assert read(folder) == b"head-1"
    assert read(folder) == b"head-1"


def test_a_new_commit_is_read_from_git(folder: Path) -> None:
    write(folder, b"head-2", 2, home="another")
    assert read(folder) == b"head-1"  # as of a moment ago
    assert read(folder, "?fresh=0s") == b"head-2"
    lose_what_git_has(folder)
    assert read(folder) == b"head-2"


def test_what_was_never_read_is_not_there_without_git(folder: Path) -> None:
    (folder / "home/cache/copy.db").unlink()
    lose_what_git_has(folder)
    with pytest.raises(StoreFailed):
        read(folder)
