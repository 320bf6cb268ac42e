"""What the disk may do to a write, injected into a real process."""

from pathlib import Path

import pytest

from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.store import Change
from tests.support.strace import needs_strace, run_with_fault, vault_paths

WRITE = """
import sys
from pathlib import Path
from nexcred.errors import NexcredError
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.store import Change
store = SqliteStore(Path(sys.argv[1]))
try:
    with store.write() as snapshot:
        print(store.commit(Change(head=b"head-2", generation=2, tree=bytes(8192)), snapshot.head()))
except NexcredError as error:
    print(type(error).__name__)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with (store := SqliteStore(tmp_path / "vault.db")).write():
        assert store.commit(Change(head=b"head-1", generation=1, tree=b"tree"), None)
    return tmp_path / "vault.db"


def write(path: Path, syscall: str, when: int, fault: str) -> str:
    done = run_with_fault(WRITE, [str(path)], syscall=syscall, when=when, fault=fault, paths=vault_paths(path))
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def read_head(path: Path) -> bytes | None:
    with SqliteStore(path).read() as snapshot:
        return snapshot.head()


@needs_strace
@pytest.mark.parametrize("when", [1, 3, 4])  # the second syncs the folder of the new journal, and SQLite lets it fail
def test_an_error_while_syncing_is_an_unknown_outcome(path: Path, when: int) -> None:
    assert write(path, "fdatasync", when, "error=EIO") == "OutcomeUnknown"
    assert read_head(path) in (b"head-1", b"head-2")


@needs_strace
@pytest.mark.parametrize("when", [1, 5, 12])
def test_a_full_disk_is_a_failure_and_changes_nothing(path: Path, when: int) -> None:
    assert write(path, "pwrite64", when, "error=ENOSPC") == "StoreFailed"
    assert read_head(path) == b"head-1"


@needs_strace
def test_a_journal_that_cannot_be_removed_is_an_unknown_outcome(path: Path) -> None:
    assert write(path, "unlink", 1, "error=EIO") == "OutcomeUnknown"
    assert read_head(path) in (b"head-1", b"head-2")


@needs_strace
def test_too_many_open_files_is_a_failure(path: Path) -> None:
    assert write(path, "openat", 1, "error=EMFILE") == "StoreFailed"
    assert read_head(path) == b"head-1"
