"""A read-only vault still reads. Root may write anywhere, so a child process gives its rights up first."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import nexcred
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.store import Change

READ = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from nexcred.errors import NexcredError
from nexcred.stores.sqlite.store import SqliteStore
if os.geteuid() == 0:
    os.setuid(65534)
store = SqliteStore(Path(sys.argv[2]))
try:
    with (store.read if sys.argv[3] == "read" else store.write)() as snapshot:
        print(snapshot.head().decode())
except NexcredError as error:
    print(type(error).__name__, error.message)
"""
CRASH = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.store import Change

class Leaves(dict):
    def items(self):
        os._exit(0)

store = SqliteStore(Path(sys.argv[2]))
with store.write():
    items = {bytes([n]) * 32: bytes(500_000) for n in range(16)}
    store.commit(Change(head=b"head-2", generation=2, items=items, leaves=Leaves()), b"head-1")
"""


def run(script: str, *arguments: object) -> str:
    root = Path(nexcred.__file__).parents[1]
    command = [sys.executable, "-c", script, str(root), *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


@pytest.fixture
def path() -> Iterator[Path]:
    # Not tmp_path: nobody may enter root's pytest folder.
    with TemporaryDirectory() as folder:
        path = Path(folder) / "vault.db"
        with (store := SqliteStore(path)).write():
            assert store.commit(Change(head=b"head-1", generation=1), None)
        yield path
        Path(folder).chmod(0o700)


def make_read_only(path: Path) -> None:
    for file in path.parent.iterdir():
        file.chmod(0o444)
    path.parent.chmod(0o555)


def test_a_read_only_vault_still_reads_and_refuses_to_be_written(path: Path) -> None:
    make_read_only(path)
    assert run(READ, path, "read") == "head-1"
    assert run(READ, path, "write") == f"StoreFailed the vault '{path}' is read-only"


def test_a_crashed_write_is_undone_by_the_next_reader(path: Path) -> None:
    run(CRASH, path)
    assert path.with_name("vault.db-journal").exists()
    with SqliteStore(path).read() as snapshot:
        assert snapshot.head() == b"head-1"
        assert list(snapshot.item_digests()) == []


def test_a_crashed_write_in_a_read_only_vault_is_named(path: Path) -> None:
    run(CRASH, path)
    make_read_only(path)
    assert "has an interrupted write to undo, and is read-only" in run(READ, path, "read")
