"""The contract of stores, on those that need no server; tests/live has the others."""

import re
from pathlib import Path

import pytest

import nexcred
from nexcred.errors import VaultBusy
from nexcred.stores.keyring.store import KeyringStore
from nexcred.stores.local_copy.file import CopyFile
from nexcred.stores.local_copy.store import CopiedStore
from nexcred.stores.offline import Offline
from nexcred.stores.sqlite.store import SqliteStore
from tests.contract.beginning import FIRST, Opener
from tests.contract.large_store_contract import LargeStoreContract
from tests.contract.store_contract import StoreContract
from tests.support.bucket import MemoryBucket, open_store
from tests.support.git_repository import bare_repository, git_store
from tests.support.keyring_backend import MemoryBackend, guard, real_keyring
from tests.support.memory_store import MemoryStore, Tables

# The memory of the tests has no lock, so that they can move the head under a writer.
LOCKING = ["sqlite", "keyring", "keyring of short items", "gnome keyring", "git"]
# They leave what was dropped to a tidying, and more heads than they must.
BUCKETS = ["bucket", "bucket behind a copy"]


@pytest.fixture(params=["memory", "memory behind a copy", *BUCKETS, *LOCKING])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    """Return what opens the same vault anew, as another process would."""
    tables, backend, bucket = Tables(), MemoryBackend(), MemoryBucket()
    if request.param == "git":
        bare_repository(tmp_path)
    if request.param == "gnome keyring":
        request.getfixturevalue("gnome")
    openers: dict[str, Opener] = {
        "sqlite": lambda: SqliteStore(tmp_path / "vault.db", lock_timeout_s=0.05),
        "memory": lambda: MemoryStore(tables),
        "memory behind a copy": lambda: CopiedStore(
            MemoryStore(tables), CopyFile(tmp_path / "copy.db"), Offline(), warn=pytest.fail
        ),
        "bucket": lambda: open_store(bucket, tmp_path / "parts.db"),
        "bucket behind a copy": lambda: CopiedStore(
            open_store(bucket), CopyFile(tmp_path / "copy.db"), Offline(), warn=pytest.fail
        ),
        "keyring": lambda: KeyringStore("", lambda: guard(backend), tmp_path, lock_timeout_s=0.05),
        "keyring of short items": lambda: KeyringStore(
            "short", lambda: guard(backend, most_characters=1_280), tmp_path, lock_timeout_s=0.05
        ),
        "git": lambda: git_store(tmp_path, lock_timeout_s=0.05),
        "gnome keyring": lambda: KeyringStore("", real_keyring, tmp_path, lock_timeout_s=0.05),
    }
    return openers[request.param]


class TestEachStore(StoreContract):
    pass


@pytest.mark.parametrize("opener", ["memory", "sqlite", "git", "bucket"], indirect=True)
class TestRoomForTheLargest(LargeStoreContract):
    pass


def test_nobody_else_says_what_kind_a_store_is() -> None:
    told_apart = re.compile(r"isinstance\([^)]*Store\b|location\.(startswith|partition|removeprefix)")
    package = Path(nexcred.__file__).parent
    others = [path for path in package.rglob("*.py") if package / "stores" not in path.parents]
    assert [path for path in others if told_apart.search(path.read_text())] == []


@pytest.mark.parametrize("opener", LOCKING, indirect=True)
def test_one_writer_at_a_time(opener: Opener) -> None:
    with (store := opener()).write():
        assert store.commit(FIRST, None)
    with opener().write(), pytest.raises(VaultBusy), opener().write():
        pass
    with opener().write() as snapshot:
        assert snapshot.head() == b"head-1"
