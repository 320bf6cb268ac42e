"""Cases 32 and 35, as far as the SQLite store goes: nothing but a plain file where nexcred writes."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from nexcred.errors import StoreFailed, Tampered
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.store import Change

CHANGE = Change(head=b"head-1", generation=1)


def link(path: Path) -> None:
    path.symlink_to(path.parent / "target")


def link_to_nothing(path: Path) -> None:
    path.symlink_to(path.parent / "nothing")


def link_to_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def bound_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


PLANTS: list[Callable[[Path], object]] = [link, link_to_nothing, link_to_a_device, os.mkfifo, Path.mkdir, bound_socket]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "target").write_bytes(b"untouched")
    monkeypatch.chdir(tmp_path)  # a socket's path is short
    return tmp_path


@pytest.mark.parametrize("plant", PLANTS)
def test_case_32_a_vault_that_is_no_plain_file_is_refused(folder: Path, plant: Callable[[Path], object]) -> None:
    """A link to a plain file may be read, and this one is no vault."""
    plant(Path("vault.db"))
    store = SqliteStore(folder / "vault.db")
    with pytest.raises(StoreFailed, match="not a plain file"), store.write():
        pass
    if plant is link:
        with pytest.raises(Tampered, match="is damaged, or is no vault"), store.read():
            pass
    else:
        with pytest.raises(StoreFailed, match="not a plain file"), store.read():
            pass
        with pytest.raises(StoreFailed, match="not a plain file"):
            store.exists()
    assert (folder / "target").read_bytes() == b"untouched"
    assert not (folder / "nothing").exists()


def test_case_32_a_device_itself_is_refused() -> None:
    with pytest.raises(StoreFailed, match="a device, not a plain file"), SqliteStore(Path("/dev/zero")).read():
        pass


@pytest.mark.parametrize("plant", PLANTS)
def test_case_35_a_link_where_the_journal_goes_is_refused(folder: Path, plant: Callable[[Path], object]) -> None:
    with (store := SqliteStore(folder / "vault.db")).write():
        assert store.commit(CHANGE, None)
    plant(Path("vault.db-journal"))
    for use in (store.read, store.write):
        with pytest.raises(StoreFailed, match="not a plain file"), use():
            pass
    assert (folder / "target").read_bytes() == b"untouched"
    assert not (folder / "nothing").exists()


def test_case_26_a_stray_log_is_refused_and_not_folded_in(folder: Path) -> None:
    with (store := SqliteStore(folder / "vault.db")).write():
        assert store.commit(CHANGE, None)
    before = (folder / "vault.db").read_bytes()
    (folder / "vault.db-wal").write_bytes(b"anything")
    with pytest.raises(Tampered), store.read():
        pass
    assert (folder / "vault.db").read_bytes() == before
    assert (folder / "vault.db-wal").read_bytes() == b"anything"


def test_case_35_a_link_is_read_through_and_never_written_through(folder: Path) -> None:
    target, linked = folder / "elsewhere.db", SqliteStore(folder / "vault.db")
    with (store := SqliteStore(target)).write():
        assert store.commit(CHANGE, None)
    target.chmod(0o644)
    linked.path.symlink_to("elsewhere.db")
    before = target.read_bytes()
    with linked.read() as snapshot:
        assert snapshot.head() == b"head-1"
    with pytest.raises(StoreFailed, match="is a symbolic link, not a plain file") as caught, linked.write():
        pass
    assert caught.value.hint == f"name the file that it leads to: '{target}'"
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (before, 0o644)


def test_case_35_a_link_to_what_others_may_write_is_not_read(folder: Path) -> None:
    target, linked = folder / "elsewhere.db", SqliteStore(folder / "vault.db")
    with (store := SqliteStore(target)).write():
        assert store.commit(CHANGE, None)
    linked.path.symlink_to("elsewhere.db")
    for mode in (0o620, 0o602, 0o666):
        target.chmod(mode)
        with pytest.raises(StoreFailed, match="others may write what it leads to") as caught, linked.read():
            pass
        assert f"chmod go-w '{target}'" in caught.value.hint


def test_case_35_the_journal_of_what_a_link_leads_to_is_looked_at(folder: Path) -> None:
    target, linked = folder / "elsewhere.db", SqliteStore(folder / "vault.db")
    with (store := SqliteStore(target)).write():
        assert store.commit(CHANGE, None)
    linked.path.symlink_to("elsewhere.db")
    (folder / "elsewhere.db-wal").write_bytes(b"anything")
    with pytest.raises(Tampered), linked.read():
        pass
