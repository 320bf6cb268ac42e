"""What keeps `serve` and `ui` from starting is said with what mends it here."""

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.support.opened import Opened
from tests.support.program import Ran

# The first port that takes no privilege.
_PORTS = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
_FIRST_OF_ANYBODY = int(_PORTS.read_text()) if _PORTS.exists() else 1024


def hint_of(opened: Opened, *arguments: str, code: int, **environment: str) -> str:
    """Run a service that cannot start, and return its hint."""
    return hint_in(opened(*arguments, environment=environment), code)


def hint_in(ran: Ran, code: int) -> str:
    assert (ran.code, ran.out) == (code, ""), ran.err
    last = ran.err.splitlines()[-1]
    assert last.startswith("nexcred: hint: "), ran.err
    return last.removeprefix("nexcred: hint: ")


def powerless(opened: Opened, *arguments: str) -> Ran:
    """Run it as somebody who is not root, or as root without what root may."""
    command = opened.command(*arguments)
    if os.geteuid() == 0:
        command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *command]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, env=opened.environment, cwd=opened.home, timeout=60,
        check=False, text=True,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        yield int(one.getsockname()[1])


def test_each_that_finds_its_port_taken_says_what_it_can_do_instead(opened: Opened, taken: int) -> None:
    serve = hint_of(opened, "serve", "--port", str(taken), code=1)
    assert "nexcred serve --port 0" in serve
    assert "nexcred serve --socket FILE" in serve
    ui = hint_of(opened, "ui", "--no-browser", "--port", str(taken), code=1)
    assert ui == "end that, or leave --port out: it takes a port that is free"
    listen = hint_of(opened, "serve", "--listen", "127.0.0.1", "--port", str(taken), code=1)
    assert listen == "end that, or take another port with --port"


def test_a_folder_that_is_not_there_is_made_by_the_command_that_is_said(opened: Opened) -> None:
    path = opened.home / "not there" / "s"
    hint = hint_of(opened, "serve", "--socket", str(path), code=1)
    assert hint == f"make it with: mkdir -p -m 700 '{path.parent}'"


def test_a_folder_of_ones_own_that_others_may_write_can_be_closed(opened: Opened) -> None:
    shared = opened.home / "shared"
    shared.mkdir()
    shared.chmod(0o770)
    hint = hint_of(opened, "serve", "--socket", str(shared / "s"), code=1)
    assert hint == f"take that away with: chmod go-w {shared}"


def test_in_place_of_a_folder_of_all_one_is_named_that_this_user_has(opened: Opened) -> None:
    every = opened.home / "every"
    every.mkdir()
    every.chmod(0o1777)
    own = opened.home / "run"
    own.mkdir(mode=0o700)
    asked = ("serve", "--socket", str(every / "s"))
    hint = hint_of(opened, *asked, code=1, XDG_RUNTIME_DIR=str(own))
    assert hint == f"take a folder of your own: nexcred serve --socket {own}/nexcred.sock"
    missing = hint_of(opened, *asked, code=1, XDG_RUNTIME_DIR=str(own / "missing"))
    assert missing.endswith("mkdir -p -m 700 ~/.nexcred && nexcred serve --socket ~/.nexcred/nexcred.sock")


def test_what_stands_in_the_way_of_a_socket_is_called_what_it_is(opened: Opened) -> None:
    file = opened.home / "file"
    file.touch()
    ran = opened("serve", "--socket", str(file))
    assert f"'{file}' is a plain file, not a socket" in ran.err
    hint = hint_of(opened, "serve", "--socket", str(opened.home), code=1)
    assert hint == f"name a file in it: nexcred serve --socket {opened.home}/nexcred.sock"
    assert "shorter" in hint_of(opened, "serve", "--socket", str(opened.home / ("a" * 120)), code=1)


class Tls:
    """A certificate, its key, the key of another one, and a file that is none."""

    def __init__(self, folder: Path) -> None:
        issued = trustme.CA().issue_cert("nexcred.example")
        self.certificate, self.key = folder / "service.pem", folder / "service.key"
        self.other, self.no_key = folder / "other.key", folder / "no.key"
        self.certificate.write_bytes(issued.cert_chain_pems[0].bytes())
        self.write(self.no_key, b"no key\n")
        self.write(self.key, issued.private_key_pem.bytes())
        self.write(self.other, trustme.CA().issue_cert("other.example").private_key_pem.bytes())

    @staticmethod
    def write(path: Path, data: bytes) -> None:
        path.touch(mode=0o600)
        path.write_bytes(data)


@pytest.fixture
def tls(opened: Opened) -> Tls:
    return Tls(opened.home)


def test_each_tls_file_that_will_not_do_is_named_with_its_flag(opened: Opened, tls: Tls) -> None:
    def told(certificate: Path | str, key: Path | str) -> str:
        ran = opened("serve", "--port", "0", "--for", "1s", "--tls-cert", str(certificate), "--tls-key", str(key))
        assert (ran.code, ran.out) == (2, "")
        return ran.err

    assert "--tls-cert: 'gone' cannot be read: no such file or directory" in told("gone", tls.key)
    assert f"hint: the path begins at {opened.home}" in told("gone", tls.key)
    assert "--tls-key: 'gone' cannot be read: no such file or directory" in told(tls.certificate, "gone")
    assert f"--tls-cert: '{opened.home}' cannot be read: is a directory" in told(opened.home, tls.key)
    assert "is not the key of" in told(tls.certificate, tls.other)
    assert "is no key in PEM" in told(tls.certificate, tls.no_key)
    swapped = told(tls.key, tls.key)
    assert "is no certificate in PEM" in swapped
    assert "its key goes with --tls-key" in swapped


def test_a_locked_ui_says_how_it_opens(opened: Opened) -> None:
    del opened.environment["NEXCRED_IDENTITY"]
    assert "NEXCRED_IDENTITY_FILE" in hint_of(opened, "ui", "--no-browser", code=6)
    wrong = hint_of(opened, "ui", "--no-browser", code=6, NEXCRED_PASSPHRASE="not this one")
    assert "--identity-file FILE" in wrong


def test_a_service_that_starts_locked_says_what_opens_it_while_it_runs(opened: Opened) -> None:
    del opened.environment["NEXCRED_IDENTITY"]
    ran = opened("serve", "--port", "0", "--for", "1s")
    assert "hint: open it with: nexcred vault unlock; or end this, and give --identity-file" in ran.err
    assert opened("vault", "add", "team", "./team.db").code == 0
    made = opened("vault", "init", "--vault", "team", environment={"NEXCRED_PASSPHRASE": "passphrase of EXAMPLE"})
    assert made.code == 0
    named = opened("serve", "--port", "0", "--for", "1s", "--vault", "team")
    assert "nexcred vault unlock --vault team" in named.err
    given = opened("serve", "--port", "0", "--for", "1s", environment={"NEXCRED_IDENTITY_FILE": "gone"})
    assert given.code == 0
    assert "nexcred vault unlock" not in given.err  # what was given decides, and nothing else opens it


@pytest.mark.skipif(_FIRST_OF_ANYBODY <= 80, reason="anybody may take port 80 here")
def test_a_port_of_root_is_no_port_of_somebody_else(opened: Opened) -> None:
    assert hint_in(powerless(opened, "serve", "--port", "80"), 1) == "take a port above 1023 with --port"


@pytest.mark.parametrize("flag", ["--tls-cert", "--tls-key"])
def test_a_file_of_root_is_copied_by_the_command_that_is_said(opened: Opened, tls: Tls, flag: str) -> None:
    path = tls.certificate if flag == "--tls-cert" else tls.key
    path.chmod(0)
    files = ("--tls-cert", str(tls.certificate), "--tls-key", str(tls.key))
    hint = hint_in(powerless(opened, "serve", "--port", "0", *files), 2)
    assert hint == f"give this user a copy, as root: install -m 600 -o {os.geteuid()} {path} FILE"


def test_a_connector_that_cannot_be_read_is_named_too(opened: Opened) -> None:
    file = opened.home / "own.toml"
    file.touch(mode=0)
    ran = powerless(opened, "connectors", "check", str(file))
    assert ran.code != 0
    assert "permission denied" in ran.err
