"""Case 27: a read-only folder, a quota, a full disk, a clock ten years off."""

import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nexcred.errors import NexcredError, StoreFailed
from nexcred.oskeyring.access import GuardedKeyring
from nexcred.stores.keyring.store import KeyringStore
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault
from tests.support.bucket import MemoryBucket, open_store
from tests.support.clock_off import assert_no_decision_changes
from tests.support.git_repository import bare_repository, git_store
from tests.support.keyring_backend import MemoryBackend, guard
from tests.support.remembering import seen
from tests.support.sample_vault import add, open_new
from tests.support.strace import needs_strace, run_with_fault, vault_paths
from tests.support.vault_file import proved

needs_unshare = pytest.mark.skipif(shutil.which("unshare") is None, reason="unshare is missing: apt install util-linux")

# Adds credentials until the store says no, and tells how many are acknowledged.
FILL = """
import sys
from pathlib import Path
from nexcred.errors import NexcredError
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault
from tests.support.sample_vault import add
vault = Vault(SqliteStore(Path(sys.argv[1])), Identity.parse(sys.argv[2]))
for number in range(200):
    try:
        add(vault, f"name {number}", "EXAMPLE" * 1_000)
    except NexcredError as error:
        print(number, error.code)
        break
print(len(Vault(SqliteStore(Path(sys.argv[1])), vault.identity).credentials()))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.db"


@needs_unshare
def test_case_27_a_full_disk_keeps_what_was_acknowledged(path: Path) -> None:
    """The vault is copied to a file system of 256 KiB, and back out of it."""
    identity = open_new(SqliteStore(path)).identity
    small = path.with_name("small")
    small.mkdir()
    mount = 'mount -t tmpfs -o size=256k,mode=0700 none "$0" && cp "$1" "$0/vault.db" && shift && "$@"'
    shell = f'{mount} && cp "$0/vault.db" "$0.db"'
    fill = [sys.executable, "-c", FILL, str(small / "vault.db"), identity.secret_string]
    done = subprocess.run(
        ["unshare", "--mount", "--user", "--map-root-user", "sh", "-c", shell, str(small), str(path), *fill],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert_full(done.stdout, "store_failed")
    kept = Vault(SqliteStore(small.with_name("small.db")), identity)
    assert proved(kept).credentials == len(kept.names()) == int(done.stdout.split()[0])


def test_case_27_a_limit_on_the_size_of_files_keeps_what_was_acknowledged(path: Path) -> None:
    identity = open_new(SqliteStore(path)).identity
    done = subprocess.run(
        [sys.executable, "-c", FILL, str(path), identity.secret_string],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert_full(done.stdout, "store_failed", "outcome_unknown")
    assert len(Vault(SqliteStore(path), identity).names()) == int(done.stdout.split()[0])


def assert_full(printed: str, *codes: str) -> None:
    acknowledged, code, present = printed.split()
    assert code in codes
    assert 0 < int(acknowledged) == int(present)


@needs_strace
@pytest.mark.parametrize("when", [1, 2, 5, 9])
def test_case_27_a_quota_changes_nothing(path: Path, when: int) -> None:
    vault = open_new(SqliteStore(path))
    add(vault, "before")
    done = run_with_fault(
        FILL,
        [str(path), vault.identity.secret_string],
        syscall="pwrite64",
        when=when,
        fault="error=EDQUOT",
        paths=vault_paths(path),
    )
    acknowledged, code, present = done.stdout.split()
    assert (acknowledged, present) == ("0", "1")
    assert code == "store_failed"
    assert Vault(SqliteStore(path), vault.identity, memory=seen(vault.anchor)).names() == ["before"]


@pytest.mark.parametrize("kind", ["file", "keyring", "bucket", "git"])
@pytest.mark.parametrize("years", [-10, 10])
def test_case_27_a_clock_ten_years_off_changes_no_decision(path: Path, kind: str, years: int) -> None:
    keyring = guard(MemoryBackend())
    bare_repository(path.parent)
    stores: dict[str, Store] = {
        "file": SqliteStore(path),
        "keyring": KeyringStore("", lambda: keyring, path.parent),
        "bucket": open_store(MemoryBucket(), path.with_name("copy.db")),
        "git": git_store(path.parent),
    }
    assert_no_decision_changes(stores[kind], path.parent / "state", years)


def test_case_27_a_lock_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    def keyring() -> GuardedKeyring:
        return guard(MemoryBackend())

    store = KeyringStore("", keyring, tmp_path / "file")
    with pytest.raises(StoreFailed), store.write():
        pass
    (tmp_path / "keyring-default.lock").symlink_to("elsewhere")
    with pytest.raises(NexcredError, match="lock"), KeyringStore("", keyring, tmp_path).write():
        pass
    assert not (tmp_path / "elsewhere").exists()
