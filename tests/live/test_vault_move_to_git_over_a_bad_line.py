"""A move to a Git vault over https, with a fault at each thing that git asks for or brings there."""

import os
import shutil
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from nexcred.stores.git.address import read_address
from nexcred.stores.git.store import GitStore
from nexcred.stores.offline import Offline
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault
from tests.live.git_hosts import answering, authority, with_helper
from tests.live.test_vault_move_over_a_bad_line import Leaving
from tests.support.bad_line import Bad, assert_it_ends_well, try_to_move
from tests.support.git_repository import bare_repository, git
from tests.support.opened import Opened
from tests.support.people import KEY, keep
from tests.support.program import Program
from tests.support.sample_vault import found
from tests.support.some_of import one_in
from tests.support.standins import Answer, Received
from tests.support.standins.authority import Authority
from tests.support.standins.git import GitServer

__all__ = ["authority"]

# Refused; done, and answered as if not; never there; done, and the answer is lost.
FAULTS = ("503", "503 after it was done", "cut", "answer lost")


class BadGitServer(GitServer):
    """Counts what is posted from 0 on, to the services whose name ends so. A line that stays cut takes no question."""

    def __init__(self, folder: Path, *, tls: ssl.SSLContext) -> None:
        super().__init__(folder, tls=tls, fault=lambda _, proper: self._hang_up if proper is _NO_ANSWER else proper)
        self.counted = "-pack"
        self.begin()

    def begin(self, bad: Bad | None = None) -> None:
        self._bad, self.count, self._is_broken = bad, 0, False

    def answer(self, request: Received) -> Answer:
        is_counted = request.method == "POST" and request.path.endswith(self.counted) and self.lets_in(request)
        bad, number = self._bad, self.count
        self.count += is_counted
        if bad is None:
            return super().answer(request)
        fails = Answer(503, b"") if bad.fault.startswith("503") else _NO_ANSWER
        if self._is_broken and (is_counted or fails is _NO_ANSWER):
            return fails
        if not is_counted or number != bad.number:
            return super().answer(request)
        self._is_broken = bad.stays
        if bad.fault in ("503 after it was done", "answer lost"):
            super().answer(request)
        return fails

    def _hang_up(self, connection: socket.socket) -> None:
        """Let the connection end without an answer."""


_NO_ANSWER = Answer(0)


class Served:
    """An empty repository behind the server, and the vault in it as a machine opens it that never was there."""

    def __init__(self, folder: Path, server: BadGitServer, authority: Authority) -> None:
        (folder / ".gitconfig").write_text(f'[credential]\n\thelper = "{answering(GitServer.password)}"\n')
        self._folder = folder
        self._given = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_SSL_CAINFO": str(authority.bundle)}
        self.url = f"git+https://{server.host}/vault.git"
        self._address = read_address(f"{self.url}?fresh=0s")

    def open(self) -> Store:
        return GitStore(self._address, self._given, lambda: self._folder / "cache", lambda _: None, Offline(), None)

    def empty(self) -> None:
        for one in (self._folder / "vault.git", self._folder / "cache"):
            shutil.rmtree(one, ignore_errors=True)
        git("config", "http.receivepack", "true", folder=bare_repository(self._folder))


@pytest.fixture
def server(tmp_path: Path, authority: Authority) -> Iterator[BadGitServer]:
    with BadGitServer(tmp_path, tls=authority.server_context()) as server:
        yield server


@pytest.fixture
def served(tmp_path: Path, server: BadGitServer, authority: Authority) -> Served:
    served = Served(tmp_path, server, authority)
    served.empty()
    return served


@pytest.mark.parametrize("fault", FAULTS)
def test_the_first_write_of_all_is_settled(served: Served, server: BadGitServer, fault: str) -> None:
    server.counted = "receive-pack"
    server.begin(Bad(0, fault, stays=False))
    founder = found(served.open())
    assert Vault(served.open(), founder).verify().faults == ()


@pytest.mark.parametrize(("stays", "goes_on"), [(False, True), (True, True), (True, False)], ids=["once", "on", "back"])
@pytest.mark.parametrize(
    ("fault", "counted"),
    [("503", "-pack"), ("503 after it was done", "-pack"), ("cut", "receive-pack"), ("answer lost", "receive-pack")],
    ids=FAULTS,
)
def test_to_git(
    served: Served, server: BadGitServer, tmp_path: Path, fault: str, counted: str, *, stays: bool, goes_on: bool
) -> None:
    server.counted = counted
    leaving = Leaving(tmp_path / "leaving", served.open)
    assert try_to_move(leaving.two) is None
    posts = server.count
    assert posts
    for number in one_in(2, range(posts), FAULTS.index(fault) + stays + goes_on):
        served.empty()
        leaving.begin()
        server.begin(Bad(number, fault, stays))
        try_to_move(leaving.two)
        server.begin()
        assert_it_ends_well(leaving.two, leaving.before, goes_on=goes_on)


@pytest.mark.parametrize("goes_on", [True, False], ids=["on", "back"])
@pytest.mark.parametrize("push", ["of the vault", "of its arrival"])
@pytest.mark.parametrize("fault", ["503", "cut", "answer lost"])
def test_what_the_program_says_leads_on_or_back(
    opened: Opened, served: Served, server: BadGitServer, authority: Authority, fault: str, push: str, *, goes_on: bool
) -> None:
    keep(opened, "prod")
    with_helper(opened, answering(GitServer.password)).environment["GIT_SSL_CAINFO"] = str(authority.bundle)
    there = Program(opened.home, **{**opened.environment, "NEXCRED_VAULT": served.url})
    move = ("vault", "move", "--to", served.url, "--yes")
    server.counted = "receive-pack"
    server.begin(Bad(("of the vault", "of its arrival").index(push), fault, stays=True))
    stuck = opened(*move)
    assert (stuck.code, stuck.out) == (1, ""), stuck.err
    ways = f"go on with nexcred vault move --to '{served.url}', or back with: nexcred vault move --back"
    assert f"the vault only reads until it is moved: {ways}" in stuck.err
    _assert_it_went(opened, served.url)

    server.begin()
    has_arrived = (push, fault) == ("of its arrival", "answer lost")
    if goes_on:
        assert opened(*move).code == 0
    else:
        back = opened("vault", "move", "--back", "--yes")
        expected = (8, f"the vault arrived at {served.url}") if has_arrived else (0, "brought back to")
        assert (back.code, expected[1] in back.out + back.err) == (expected[0], True), back.err
    if goes_on or has_arrived:
        _assert_it_lives(there)
        _assert_it_went(opened, served.url)
    else:
        _assert_it_lives(opened)


def _assert_it_lives(program: Program) -> None:
    assert program("get", "prod/api_key") == (0, KEY.format("prod"), "")
    assert program("rename", "prod", "other").code == 0
    assert "every record is as it was signed" in program("vault", "verify").out


def _assert_it_went(program: Program, url: str) -> None:
    refused, read = program("rename", "prod", "another"), program("get", "prod/api_key")
    assert (refused.code, f"this vault moved to {url}" in refused.err) == (10, True), refused.err
    assert (read.code, read.out, url in read.err) == (0, KEY.format("prod"), True), read.err
