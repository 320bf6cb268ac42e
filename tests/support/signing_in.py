"""`nexcred login` as a process that waits for its browser, and a browser that is led by hand."""

import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.opened import Opened
from tests.support.program import Ran
from tests.support.standins.aha_oauth import AhaOauth
from tests.support.standins.browser import PATIENCE_S, variable

_URL = re.compile(rb"^  (http\S+)\s*$")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class SignIn:
    """A login that has begun: `url` is what it asks to be opened."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self._told: list[bytes] = []
        assert process.stderr is not None
        for line in process.stderr:
            self._told.append(line)
            if found := _URL.match(line):
                self.url = found[1].decode()
                return
        raise AssertionError(b"".join(self._told).decode())

    def end(self) -> Ran:
        """Wait for its end."""
        out, err = self._process.communicate(timeout=PATIENCE_S)
        return Ran(self._process.returncode, out.decode(), (b"".join(self._told) + err).decode())

    def interrupt(self, number: int) -> None:
        self._process.send_signal(number)


@contextmanager
def signing_in(program: Opened, *arguments: str) -> Iterator[SignIn]:
    """Start `nexcred login …`; it is killed where the test leaves it waiting."""
    process = subprocess.Popen(
        program.command("login", *arguments),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=program.environment,
        cwd=program.home,
    )
    watchdog = threading.Timer(PATIENCE_S, process.kill)
    watchdog.start()
    try:
        yield SignIn(process)
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()


@pytest.fixture
def aha_oauth() -> Iterator[AhaOauth]:
    with AhaOauth() as stand_in:
        stand_in.redirect_uri = f"http://127.0.0.1:{free_port()}/callback"
        yield stand_in


def add_aha(program: Opened, aha: AhaOauth, *, log_in: bool = True) -> None:
    """Add the credential, and log in with it."""
    added = program("add", "aha", *aha.settings, environment={"HELD": aha.client_secret})
    assert added.code == 0, added.err
    if log_in:
        ran = program("login", "aha", environment={"BROWSER": variable()})
        assert ran.code == 0, ran.err
