"""A Unix socket stands only where nobody else can put another."""

import os
import socket
import stat
from pathlib import Path

import pytest

from nexcred.errors import PortTaken, StoreFailed
from nexcred.server.listening.place import Listening
from nexcred.server.listening.unix_socket import listen_on_unix_socket


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path


def end(listening: Listening) -> None:
    for one in listening.sockets:
        one.close()
    listening.leave()


def bind(path: Path) -> socket.socket:
    made = socket.socket(socket.AF_UNIX)
    made.bind(str(path))
    return made


def test_it_is_the_users_alone_whatever_the_umask(folder: Path) -> None:
    before = os.umask(0)
    try:
        listening = listen_on_unix_socket(folder / "s")
    finally:
        os.umask(before)
    assert stat.filemode((folder / "s").stat().st_mode) == "srw-------"
    assert listening.url == f"unix://{folder / 's'}"
    assert listening.hosts == {"localhost"}
    end(listening)
    assert not (folder / "s").exists()


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o770, 0o702])
def test_a_folder_that_others_may_write_is_refused(folder: Path, mode: int) -> None:
    shared = folder / "shared"
    shared.mkdir()
    shared.chmod(mode)
    with pytest.raises(StoreFailed, match="others may write in"):
        listen_on_unix_socket(shared / "s")
    assert list(shared.iterdir()) == []


def test_so_is_one_below_a_folder_that_others_may_write(folder: Path) -> None:
    (folder / "shared" / "mine").mkdir(parents=True, mode=0o700)
    (folder / "shared").chmod(0o777)
    with pytest.raises(StoreFailed, match="others may write in"):
        listen_on_unix_socket(folder / "shared" / "mine" / "s")
    (folder / "shared").chmod(0o1777)  # nobody can move what is mine there
    end(listen_on_unix_socket(folder / "shared" / "mine" / "s"))


def test_a_link_to_a_folder_that_others_may_write_is_refused(folder: Path) -> None:
    (folder / "shared").mkdir()
    (folder / "shared").chmod(0o777)
    (folder / "link").symlink_to(folder / "shared")
    with pytest.raises(StoreFailed, match="others may write in"):
        listen_on_unix_socket(folder / "link" / "s")


def test_a_link_of_ones_own_leads_where_it_leads(folder: Path) -> None:
    (folder / "mine").mkdir(mode=0o700)
    (folder / "link").symlink_to(folder / "mine")
    listening = listen_on_unix_socket(folder / "link" / "s")
    assert listening.url == f"unix://{folder / 'mine' / 's'}"
    end(listening)


@pytest.mark.parametrize("target", ["elsewhere", "missing"])
def test_a_link_in_its_place_is_not_followed(folder: Path, target: str) -> None:
    bind(folder / "elsewhere").close()
    (folder / "s").symlink_to(folder / target)
    with pytest.raises(StoreFailed, match="is a symbolic link, not a socket"):
        listen_on_unix_socket(folder / "s")
    assert (folder / "elsewhere").is_socket()
    assert (folder / "s").is_symlink()


def test_a_file_in_its_place_stays(folder: Path) -> None:
    (folder / "s").write_text("mine")
    with pytest.raises(StoreFailed, match="not a socket"):
        listen_on_unix_socket(folder / "s")
    assert (folder / "s").read_text() == "mine"


def test_a_socket_on_which_nobody_listens_is_taken_away(folder: Path) -> None:
    bind(folder / "s").close()
    end(listen_on_unix_socket(folder / "s"))


def test_one_on_which_somebody_listens_stays(folder: Path) -> None:
    first = listen_on_unix_socket(folder / "s")
    with pytest.raises(PortTaken, match="a service listens on"):
        listen_on_unix_socket(folder / "s")
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(folder / "s"))
    end(first)


def test_one_that_is_too_busy_to_accept_stays(folder: Path) -> None:
    with bind(folder / "s") as busy:
        busy.listen(0)
        waiting = [socket.socket(socket.AF_UNIX) for _ in range(2)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(str(folder / "s"))
        with pytest.raises(PortTaken):
            listen_on_unix_socket(folder / "s")
        for one in waiting:
            one.close()


def test_what_another_service_put_there_meanwhile_is_not_taken_away(folder: Path) -> None:
    first = listen_on_unix_socket(folder / "s")
    (folder / "s").unlink()
    second = listen_on_unix_socket(folder / "s")
    end(first)
    assert (folder / "s").is_socket()
    end(second)


@pytest.mark.parametrize("name", ["a" * 200, "missing/s"])
def test_a_path_that_cannot_be_is_said(folder: Path, name: str) -> None:
    with pytest.raises(StoreFailed, match=r"too long|there is no folder"):
        listen_on_unix_socket(folder / name)
