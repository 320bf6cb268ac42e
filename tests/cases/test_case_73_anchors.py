"""Case 73: the anchor raced, equal generations, a rollback at a place in daily use, a backup that is opened."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nexcred.errors import RolledBack
from nexcred.local.anchors import AnchorFile
from nexcred.local.machine_memory import MachineMemory
from nexcred.vault.identity import Identity
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemorySnapshot, MemoryStore
from tests.support.opened import Opened
from tests.support.people import KEY, keep, said_no, vault_file
from tests.support.sample_vault import NOW, add, describe, open_new, update
from tests.support.shared_vault import adas_vault, secret_of


class Lagging(MemoryStore):
    """A store that holds no writer up while it is read: `meanwhile` happens after the next snapshot was taken."""

    meanwhile: Callable[[], object] | None = None

    @contextmanager
    def read(self) -> Iterator[MemorySnapshot]:
        happening, self.meanwhile = self.meanwhile, None
        if happening is None:
            yield MemorySnapshot(self.tables)
            return
        before = self.tables.copy()
        happening()
        yield MemorySnapshot(before)


@pytest.fixture
def store() -> Lagging:
    return Lagging()


@pytest.fixture
def ada(store: Lagging) -> Vault:
    return adas_vault(store)


def test_case_73_who_is_outrun_by_another_process_of_this_machine_looks_again(ada: Vault, store: Lagging) -> None:
    machine = ProcessMemory()
    other = Vault(MemoryStore(store.tables), ada.identity, memory=machine, now=lambda: NOW)
    store.meanwhile = lambda: describe(other, "prod", "while it was opened")
    here = Vault(store, ada.identity, memory=machine, now=lambda: NOW)
    assert here.generation == other.generation
    store.meanwhile = lambda: describe(other, "prod", "while it was read")
    assert here.find("prod").description == "while it was read"
    assert here.generation == other.generation == machine.anchors[ada.vault_id].generation


def test_case_73_an_older_state_that_stays_is_no_race(ada: Vault, store: Lagging) -> None:
    machine = ProcessMemory()
    here = Vault(store, ada.identity, memory=machine, now=lambda: NOW)
    before = store.tables.copy()
    describe(here, "prod", "newer")
    store.tables = before
    for use in (lambda: Vault(store, ada.identity, memory=machine), here.names):
        with pytest.raises(RolledBack):
            use()


def fork_of(store: MemoryStore) -> MemoryStore:
    return MemoryStore(store.tables.copy())


def test_case_73_of_two_forks_that_are_opened_at_once_one_is_believed(ada: Vault, store: Lagging) -> None:
    """Both were opened before the machine remembered either."""
    fork = fork_of(store)
    describe(ada, "prod", "here")
    describe(Vault(fork, ada.identity, now=lambda: NOW), "prod", "there")
    machine = ProcessMemory()
    store.meanwhile = lambda: Vault(fork, ada.identity, memory=machine)
    with pytest.raises(RolledBack, match="did not come from"):
        Vault(store, ada.identity, memory=machine)
    assert Vault(fork, ada.identity, memory=machine).find("prod").description == "there"


def test_case_73_a_running_process_notices_that_the_machine_went_on_elsewhere(ada: Vault, store: Lagging) -> None:
    """Of the same generation, so that only the hash tells."""
    machine = ProcessMemory()
    fork = fork_of(store)
    running = Vault(store, ada.identity, memory=machine, now=lambda: NOW)
    describe(running, "prod", "here")
    there = Vault(fork, ada.identity, now=lambda: NOW)
    describe(there, "prod", "there")
    machine.anchors[ada.vault_id] = there.anchor  # as `vault accept` does, in another process
    uses: list[Callable[[], object]] = [running.names, lambda: secret_of(running, "prod")]
    uses.append(lambda: update(running, "prod", "EXAMPLE-lost"))
    for use in uses:
        with pytest.raises(RolledBack):
            use()


def test_case_73_the_anchor_file_is_raised_by_descent_alone(tmp_path: Path, store: Lagging) -> None:
    ada = open_new(store)
    anchors = AnchorFile(tmp_path / "state", warn=pytest.fail)
    memory = MachineMemory(tmp_path / "state", "file:///v.db", anchors)
    fork = fork_of(store)
    add(Vault(store, ada.identity, memory=memory, now=lambda: NOW), "prod")
    forked = Vault(fork, ada.identity, now=lambda: NOW)
    for number in range(3):
        add(forked, f"forked {number}")
    with pytest.raises(RolledBack):
        Vault(fork, ada.identity, memory=memory)
    assert anchors.of_vault(ada.vault_id) == Vault(store, ada.identity, memory=memory).anchor


# As a process: the vault of a program, and places that are named.


@pytest.fixture
def daily(opened: Opened, tmp_path: Path) -> Opened:
    """A program whose vault lies at a place that it is told, day by day."""
    keep(opened, "prod")
    (tmp_path / "daily").mkdir()
    shutil.copyfile(vault_file(opened), tmp_path / "daily" / "vault.db")
    (tmp_path / "daily" / "vault.db").chmod(0o600)
    shutil.rmtree(opened.home)
    opened.home.mkdir(mode=0o700)
    opened.environment["NEXCRED_VAULT"] = str(tmp_path / "daily" / "vault.db")
    assert opened("get", "prod/api_key").out == KEY.format("prod")
    return opened


OLDER = ("this vault is older than the one that was last seen", "--accept-rollback", "restore-backup")


@pytest.mark.parametrize("how", ["by variable", "by option", "by another way to it"])
def test_case_73_a_rollback_at_a_place_in_daily_use_is_refused(daily: Opened, how: str, tmp_path: Path) -> None:
    path = vault_file(daily)
    older = path.read_bytes()
    keep(daily, "later")
    path.write_bytes(older)
    named: tuple[str, ...] = ()
    if how == "by option":
        named = ("--vault", str(path))
    elif how == "by another way to it":
        (tmp_path / "link").symlink_to(path.parent)
        named = ("--vault", str(tmp_path / "link" / "vault.db"))
    for words in (("get", "prod/api_key"), ("list",), ("rename", "prod", "x")):
        assert said_no(daily(*words, *named), 9, *OLDER)
    assert path.read_bytes() == older
    assert "only be read" in daily("get", "prod/api_key", "--accept-rollback", *named).err


def test_case_73_a_rollback_moved_to_another_place_is_refused_there_when_it_is_not_named(opened: Opened) -> None:
    keep(opened, "prod")
    path = vault_file(opened)
    older = path.read_bytes()
    keep(opened, "later")
    path.write_bytes(older)
    assert said_no(opened("get", "prod/api_key"), 9, *OLDER)


def test_case_73_a_backup_is_read_with_a_warning_and_never_written(daily: Opened) -> None:
    assert daily("vault", "backup", "b.db").code == 0
    keep(daily, "later")
    backup = daily.home / "b.db"
    before = backup.read_bytes()
    for _ in range(2):
        read = daily("get", "prod/api_key", "--vault", "b.db")
        assert (read.code, read.out) == (0, KEY.format("prod"))
        assert (
            "an older state of the vault than this machine has seen, such as a backup: it can only be read" in read.err
        )
        assert "first use" not in read.err, "which is said of the vault, and not of a place"
    somebody = Identity.generate().public_string
    for words in (("rename", "prod", "x"), ("remove", "prod", "--yes"), ("member", "add", "x", somebody, "--yes")):
        assert daily(*words, "--vault", "b.db").code == 9
    assert backup.read_bytes() == before
    assert daily.names == ["later", "prod"]


def test_case_73_a_backup_that_is_renewed_is_read_again_and_not_rolled_back(daily: Opened) -> None:
    for number in range(2):
        assert daily("vault", "backup", f"{number}.db").code == 0
        keep(daily, f"later {number}")
    place = daily.home / "newest.db"
    for number in range(2):
        shutil.copyfile(daily.home / f"{number}.db", place)
        place.chmod(0o600)
        assert daily("get", "prod/api_key", "--vault", "newest.db").out == KEY.format("prod")
    shutil.copyfile(daily.home / "0.db", place)
    assert said_no(daily("get", "prod/api_key", "--vault", "newest.db"), 9, *OLDER)


def test_case_73_a_backup_just_made_is_not_written_instead_of_the_vault(daily: Opened) -> None:
    assert daily("vault", "backup", "b.db").code == 0
    read = daily("get", "prod/api_key", "--vault", "b.db")
    assert (read.code, read.out) == (0, KEY.format("prod"))
    assert "a copy of a vault that is elsewhere on this machine: it can only be read" in read.err
    assert said_no(daily("rename", "prod", "x", "--vault", "b.db"), 9, "a copy of a vault is only read")
    assert daily("rename", "prod", "y").code == 0, "the vault itself is written as ever"


def test_case_73_a_vault_that_was_moved_is_written_where_it_lies_now(daily: Opened, tmp_path: Path) -> None:
    new = tmp_path / "moved.db"
    vault_file(daily).rename(new)
    assert daily("rename", "prod", "x", "--vault", str(new)).code == 0
    daily.environment["NEXCRED_VAULT"] = str(new)
    keep(daily, "later")
    assert daily.names == ["later", "x"]


def test_case_73_two_names_of_one_file_are_one_vault(daily: Opened, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.hardlink_to(vault_file(daily))
    assert daily("rename", "prod", "x", "--vault", str(other)).code == 0
    assert daily.names == ["x"]


def test_case_73_what_is_newer_elsewhere_is_gone_on_from_there(daily: Opened, tmp_path: Path) -> None:
    """Such as a vault that another machine wrote, on a stick."""
    away = tmp_path / "away.db"
    shutil.copyfile(vault_file(daily), away)
    away.chmod(0o600)
    another = Opened(tmp_path / "another", **{**daily.environment, "NEXCRED_VAULT": str(away)})
    another.environment["HOME"] = str(another.home)
    another.home.mkdir(mode=0o700)
    keep(another, "from another machine")
    assert "from another machine" in daily("list", "--vault", str(away)).out
    assert daily("rename", "prod", "x", "--vault", str(away)).code == 0
    left = daily("get", "prod/api_key")  # where it lay, it never showed anything newer
    assert (left.code, "it can only be read" in left.err) == (0, True)
    assert said_no(daily("rename", "prod", "y"), 9, "only read")
