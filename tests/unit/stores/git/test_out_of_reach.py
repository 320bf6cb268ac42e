"""A repository that does not answer, and what this machine keeps of one that was spoilt."""

import os
import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from nexcred.errors import CommandNotFound, StoreFailed, StoreUnreachable
from nexcred.stores.git.address import read_address
from nexcred.stores.git.store import GitStore
from nexcred.stores.offline import Offline
from nexcred.vault.store import Change
from tests.support.git_repository import bare_repository, git_store
from tests.support.standins.authority import Authority
from tests.support.standins.git import GitServer

_NOWHERE = "git+https://127.0.0.1:1/vault.git?fresh=30s"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    bare_repository(tmp_path)
    with (store := git_store(tmp_path)).write():
        assert store.commit(Change(head=b"head-1", generation=1, items={bytes(32): b"x"}, leaves={1: b"leaf"}), None)
    store.close()
    return tmp_path


def out_of_reach(folder: Path, offline: Offline, *, age_s: int, warn: Callable[[str], None] = pytest.fail) -> GitStore:
    """Return the vault as a machine has it that fetched it some time ago, from a host that is gone since."""
    cache = folder / "home/cache"
    (kept,) = (cache / "git").iterdir()
    words = (kept / "fetched").read_text().split()
    store = GitStore(read_address(_NOWHERE), {"PATH": os.environ["PATH"]}, lambda: cache, warn, offline)
    (other,) = (one for one in (cache / "git").iterdir() if one != kept)
    shutil.copytree(kept, other, dirs_exist_ok=True)
    (other / "fetched").write_text(f"{words[0]} {words[1]} {int(time.time()) - age_s} {words[3]}\n")
    return store


def test_it_is_read_as_it_was_last_with_one_warning(folder: Path) -> None:
    warned: list[str] = []
    store = out_of_reach(folder, Offline(), age_s=7_200, warn=warned.append)
    for _ in range(2):
        assert store.exists()
        with store.read() as snapshot:
            assert (snapshot.head(), snapshot.item(bytes(32))) == (b"head-1", b"x")
    store.close()
    (told,) = warned
    assert "cannot be reached" in told
    assert "2 hours" in told


def test_what_was_fetched_a_moment_ago_is_read_without_asking(folder: Path) -> None:
    store = out_of_reach(folder, Offline(), age_s=0)
    with store.read() as snapshot:
        assert snapshot.head() == b"head-1"
    store.close()


def test_offline_asks_nobody_and_says_how_old_it_is(folder: Path) -> None:
    warned: list[str] = []
    store = out_of_reach(folder, Offline(only=True), age_s=7_200, warn=warned.append)
    with store.read() as snapshot:
        assert snapshot.head() == b"head-1"
    assert ["2 hours" in told for told in warned] == [True]
    with pytest.raises(StoreUnreachable), store.write():
        pass
    store.close()


@pytest.mark.parametrize(
    ("offline", "age_s"),
    [(Offline(may=False), 0), (Offline(may=False), 7_200), (Offline(most=timedelta(hours=1)), 7_200)],
)
def test_it_is_not_read_where_only_the_present_will_do_or_it_is_too_old(
    folder: Path, offline: Offline, age_s: int
) -> None:
    store = out_of_reach(folder, offline, age_s=age_s)
    with pytest.raises(StoreUnreachable), store.read():
        pass
    store.close()


@pytest.mark.parametrize("offline", [Offline(), Offline(only=True)])
def test_nothing_is_written(folder: Path, offline: Offline) -> None:
    store = out_of_reach(folder, offline, age_s=0)
    with pytest.raises(StoreUnreachable), store.write():
        pass
    store.close()


def test_a_clock_that_was_ahead_makes_nothing_fresh_for_ever(folder: Path) -> None:
    store = out_of_reach(folder, Offline(may=False), age_s=-100_000)
    with pytest.raises(StoreUnreachable), store.read():
        pass
    store.close()


@pytest.mark.parametrize("damage", ["empty", "gone", "garbage", "all gone", "no state", "garbage in the state"])
def test_what_is_spoilt_here_is_fetched_again(folder: Path, damage: str) -> None:
    (kept,) = (folder / "home/cache/git").iterdir()
    (folder / "home/cache/copy.db").unlink()
    for path in kept.rglob("objects-*/??/*"):
        path.chmod(0o600)
        if damage == "empty":
            path.write_bytes(b"")
        elif damage == "garbage":
            path.write_bytes(b"EXAMPLE" * 10)
        elif damage == "gone":
            path.unlink()
    if damage == "all gone":
        for room in kept.glob("objects-*"):
            shutil.rmtree(room)
    if damage == "no state":
        (kept / "fetched").unlink()
    if damage == "garbage in the state":
        (kept / "fetched").write_bytes(os.urandom(40))
    for query in ("?fresh=5m", "?fresh=0s"):
        store = git_store(folder, query=query)
        with store.read() as snapshot:
            assert (snapshot.head(), snapshot.item(bytes(32)), snapshot.leaf(1)) == (b"head-1", b"x", b"leaf")
            assert list(snapshot.item_digests()) == [bytes(32)]
        store.close()
    with (store := git_store(folder)).write():
        assert store.commit(Change(head=b"head-2", generation=2), b"head-1")
    store.close()


def test_it_is_fetched_anew_once_it_has_come_piece_by_piece(folder: Path) -> None:
    (kept,) = (folder / "home/cache/git").iterdir()
    (room,) = kept.glob("objects-*")
    (room / "17").mkdir(exist_ok=True)
    names = {f"{number:038x}" for number in range(40)}
    for name in names:
        (room / "17" / name).write_bytes(b"")
    store = git_store(folder)
    with store.read() as snapshot:
        assert snapshot.item(bytes(32)) == b"x"
    store.close()
    assert names <= {one.name for one in kept.glob("objects-*/17/*")}  # whoever reads from there goes on
    assert len(list(kept.glob("objects-*"))) == 2


def test_without_a_place_to_keep_anything_it_is_read_and_written_all_the_same(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for number in (2, 3):
        store = git_store(folder, home="file")
        with store.write() as snapshot:
            assert store.commit(Change(head=b"head-%d" % number, generation=number), snapshot.head())
        with store.read() as snapshot:
            assert snapshot.head() == b"head-%d" % number
        store.close()


def test_without_git_it_says_so(folder: Path) -> None:
    store = git_store(folder, environment={"PATH": str(folder)})
    with pytest.raises(CommandNotFound, match="git"):
        store.exists()


def test_without_a_repository_it_says_so(tmp_path: Path) -> None:
    store = git_store(tmp_path)
    with pytest.raises(StoreFailed, match="no Git repository"):
        store.exists()


def test_a_token_that_the_users_settings_put_into_the_url_is_not_told(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with GitServer(tmp_path, tls=authority.server_context()) as server:
        login = server.url.replace("https://", "https://hidden-EXAMPLE@")
        (tmp_path / ".gitconfig").write_text(f'[url "{login}/"]\n\tinsteadOf = https://git.example/\n')
        given = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "GIT_SSL_CAINFO": str(authority.bundle),
            "NEXCRED_NO_INPUT": "1",
        }
        address = read_address("git+https://git.example/vault.git")
        store = GitStore(address, given, lambda: tmp_path / "cache", pytest.fail, Offline())
        with pytest.raises(StoreFailed, match=f"refuses the login: .*https://…@{server.host}") as caught:
            store.exists()
        store.close()
    assert "hidden" not in caught.value.message
