"""Case 24, as far as passphrases go: a change that dies midway leaves the old one working, or the new one."""

import shutil
from pathlib import Path

import pytest

from nexcred.errors import Locked
from nexcred.model.times import utc_now
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.unlock.sources import find_source
from nexcred.unlock.unlock import unlock
from nexcred.vault.founding import found_vault
from nexcred.vault.identity import Identity
from nexcred.vault.slot import FLOOR, make_passphrase_slot
from nexcred.vault.vault import Vault
from tests.support.strace import needs_strace, run_with_fault, vault_paths
from tests.support.vault_file import proved

OLD, NEW = "old EXAMPLE", "new EXAMPLE"
CHANGE = """
import sys
from pathlib import Path
from nexcred.model.secret import Secret
from nexcred.services.vaults.slots import change_passphrase
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.identity import Identity
from nexcred.vault.slot import FLOOR
from nexcred.vault.vault import Vault
store = SqliteStore(Path(sys.argv[1]))
change_passphrase(Vault(store, Identity.parse(sys.argv[2])), Secret(sys.argv[3]), cost=FLOOR)
print("changed")
"""
# Some writes, and each sync and unlink of the commit; of writes and syncs one more than there are, which ends well.
POINTS = [*(("pwrite64", n) for n in (1, 10, 13, 14, 15)), *(("fdatasync", n) for n in range(1, 6)), ("unlink", 1)]


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return a vault's file and its founder's secret string."""
    path = tmp_path_factory.mktemp("founded") / "vault.db"
    founder = found_vault(
        SqliteStore(path),
        Identity.generate(),
        organisation="default",
        full_name="ops",
        slots_for=lambda identity: (make_passphrase_slot(OLD, identity, FLOOR),),
        now=utc_now(),
    )
    return path, founder.secret_string


@needs_strace
@pytest.mark.parametrize(("syscall", "when"), POINTS)
def test_case_24_a_passphrase_change_that_is_killed_leaves_one_that_works(
    founded: tuple[Path, str], tmp_path: Path, syscall: str, when: int
) -> None:
    original, secret = founded
    path = Path(shutil.copy(original, tmp_path / "vault.db"))
    done = run_with_fault(
        CHANGE, [str(path), secret, NEW], syscall=syscall, when=when, fault="signal=SIGKILL", paths=vault_paths(path)
    )
    assert (done.returncode, done.stdout) in ((137, ""), (-9, ""), (0, "changed\n")), done.stderr
    working = [passphrase for passphrase in (OLD, NEW) if opens(path, passphrase)]
    assert len(working) == 1
    if done.returncode == 0:
        assert working == [NEW]


def opens(path: Path, passphrase: str) -> bool:
    store = SqliteStore(path)
    try:
        identity = unlock(store, find_source(None, {"NEXCRED_PASSPHRASE": passphrase}, print))
    except Locked:
        return False
    proved(Vault(store, identity))
    return True


REKEY = """
import sys
from pathlib import Path
from nexcred.model.secret import Secret
from nexcred.services.vaults.rekey import NewLocks, rekey
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.identity import Identity
from nexcred.vault.slot import FLOOR
from nexcred.vault.vault import Vault
store = SqliteStore(Path(sys.argv[1]))
rekey(Vault(store, Identity.parse(sys.argv[2])), NewLocks(Secret(sys.argv[3])), lambda _: None, cost=FLOOR)
print("changed")
"""


@needs_strace
@pytest.mark.parametrize(("syscall", "when"), [("pwrite64", 1), ("pwrite64", 14), ("fdatasync", 2), ("unlink", 1)])
def test_case_24_a_rekey_that_is_killed_leaves_keys_that_work(
    founded: tuple[Path, str], tmp_path: Path, syscall: str, when: int
) -> None:
    original, secret = founded
    path = Path(shutil.copy(original, tmp_path / "vault.db"))
    done = run_with_fault(
        REKEY, [str(path), secret, NEW], syscall=syscall, when=when, fault="signal=SIGKILL", paths=vault_paths(path)
    )
    assert (done.returncode, done.stdout) in ((137, ""), (-9, "")), done.stderr
    working = [passphrase for passphrase in (OLD, NEW) if opens(path, passphrase)]
    assert len(working) == 1
