"""`nexcred serve`, from its first line to its last."""

import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
import trustme

from nexcred.server.limits import MOST_CONNECTIONS
from tests.support.kernel_keyring import needs_kernel_keyring
from tests.support.opened import Opened
from tests.support.raw_http import RawConnection, raw, status_of, told
from tests.support.served_program import ServedProgram, served

_READS_FROM_NOWHERE = """
import sys
class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("starlette", "uvicorn"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Nothing())
for name in ("starlette", "uvicorn"):
    sys.modules[name] = None
from nexcred.__main__ import main
sys.argv[0] = "nexcred"
main()
"""


def asked(service: ServedProgram, path: str = "/healthz", host: str = "localhost", *more: str) -> bytes:
    name = f"{host}:{service.port}" if host == "localhost" else host
    lines = (f"GET {path} HTTP/1.1", f"Host: {name}", "Connection: close", *more)
    return told(service.port, "\r\n".join((*lines, "", "")).encode())


def test_the_first_line_is_the_url_and_nothing_follows_it(opened: Opened) -> None:
    with served(opened) as service:
        answer = asked(service)
        ended = service.end()
    assert status_of(answer) == 200
    assert answer.endswith(b'\r\n\r\n{"status":"ok"}')
    assert b"server:" not in answer.lower()
    assert (ended.code, ended.out) == (0, "")
    assert service.url == f"http://127.0.0.1:{service.port}"
    assert "(owner)" in ended.err
    assert ended.err.endswith("nexcred: the service has ended: it was told to\n")


def test_ctrl_c_ends_it_well(opened: Opened) -> None:
    with served(opened) as service:
        ended = service.end(signal.SIGINT)
    assert ended.code == 0
    assert "Traceback" not in ended.err


def test_in_the_background_it_goes_on_at_ctrl_c_and_ends_when_told(opened: Opened) -> None:
    """A shell lets a background job ignore it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with served(opened) as service:
            service.process.send_signal(signal.SIGINT)
            assert status_of(asked(service)) == 200
            assert service.end().code == 0
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost", "localhost:1", "a.nip.io:6392", "x"])
def test_a_name_that_leads_here_from_elsewhere_is_refused(opened: Opened, host: str) -> None:
    with served(opened) as service:
        request = f"GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
        assert status_of(told(service.port, request)) == 421


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1"])
def test_no_page_may_ask_and_none_is_told_that_it_may(opened: Opened, origin: str) -> None:
    with served(opened) as service:
        answer = asked(service, "/healthz", "localhost", f"Origin: {origin}")
    assert status_of(answer) == 403
    assert b"access-control" not in answer.lower()


def test_locked_it_starts_and_says_so_to_nobody_but_its_user(opened: Opened) -> None:
    del opened.environment["NEXCRED_IDENTITY"]
    with served(opened) as service:
        answer = asked(service)
        err = service.end().err
    assert status_of(answer) == 503
    assert b"retry-after: " in answer
    assert answer.endswith(b'\r\n\r\n{"status":"unavailable"}')
    assert "requests are refused until it is unlocked" in err


@needs_kernel_keyring
def test_locking_the_vault_again_takes_it_from_a_service_that_runs(opened: Opened) -> None:
    identity = {"NEXCRED_IDENTITY": opened.environment.pop("NEXCRED_IDENTITY")}
    try:
        assert opened("vault", "unlock", "--for", "1h", environment=identity).code == 0
        with served(opened) as service:
            assert status_of(asked(service)) == 200
            opened("vault", "lock")
            assert status_of(asked(service)) == 503
            assert opened("vault", "unlock", "--for", "1h", environment=identity).code == 0
            until_it_answers(service)
    finally:
        opened("vault", "lock")


def until_it_answers(service: ServedProgram) -> None:
    """Ask until it tries again, which it does once a second."""
    while status_of(asked(service)) != 200:
        assert service.process.poll() is None


def test_a_vault_that_is_moved_away_and_back_is_no_end(opened: Opened) -> None:
    [vault] = opened.home.rglob("vault.db")
    with served(opened) as service:
        assert status_of(asked(service)) == 200
        vault.rename(vault.with_name("elsewhere"))
        assert status_of(asked(service)) == 503
        vault.with_name("elsewhere").rename(vault)
        assert status_of(asked(service)) == 200
        assert service.end().code == 0


def test_a_vault_that_is_damaged_or_replaced_is_no_end(opened: Opened, tmp_path: Path) -> None:
    [vault] = opened.home.rglob("vault.db")
    good = vault.read_bytes()
    with served(opened) as service:
        for other in (bytes(len(good)), good[:5000], b"", bytes(reversed(good))):
            vault.write_bytes(other)
            assert status_of(asked(service)) == 503
        vault.write_bytes(good)
        assert status_of(asked(service)) == 200
        ended = service.end()
    assert ended.code == 0
    assert "Traceback" not in ended.err


def test_a_port_that_somebody_has_is_told_with_whose_it_is(opened: Opened) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ran = opened("serve", "--port", str(port))
    assert ran.code == 1
    assert f"port {port} of 127.0.0.1: PID {os.getpid()} (" in ran.err


def test_a_socket_is_the_users_alone_and_goes_with_the_service(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "s"
    with served(opened, "--socket", str(path)) as service:
        assert service.url == f"unix://{path}"
        assert stat.filemode(path.stat().st_mode) == "srw-------"
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert status_of(client.recv(65536)) == 200
        assert service.end().code == 0
    assert not path.exists()


def test_who_was_refused_and_still_sends_keeps_nobody_out(opened: Opened) -> None:
    with served(opened) as service, ExitStack() as stack:
        begun = f"POST /data_credentials HTTP/1.1\r\nHost: localhost:{service.port}\r\nContent-Length: 9\r\n\r\n"
        held = [stack.enter_context(raw(service.port)) for _ in range(MOST_CONNECTIONS)]
        for one in held:
            one.send(begun.encode())
        assert {status_of(one.answer()) for one in held} <= {401, 429}
        assert status_of(asked(service)) == 200
        stack.close()
        until_it_is_open(service)


def test_who_holds_every_connection_and_asks_nothing_keeps_nobody_out(opened: Opened) -> None:
    with served(opened) as service, ExitStack() as stack:
        request = f"GET /healthz HTTP/1.1\r\nHost: localhost:{service.port}\r\n".encode()
        held = [stack.enter_context(raw(service.port)) for _ in range(MOST_CONNECTIONS)]
        held[0].send(request)  # a head without an end
        held[1].send(request + b"\r\n")
        assert status_of(held[1].answer()) == 200
        others = [stack.enter_context(raw(service.port)) for _ in range(8)]
        for one in others:
            one.send(request + b"\r\n")
            assert status_of(one.answer()) == 200
        waited_longest = (held[0], *held[2:9])
        assert [one.to_the_end() for one in waited_longest] == [b""] * 8
        for one in (held[1], held[9], others[0]):
            one.send(request + b"\r\n")
            assert status_of(one.answer()) == 200
        stack.close()
        until_it_is_open(service)
        assert service.end().code == 0


def until_it_is_open(service: ServedProgram) -> None:
    """Ask until the service has seen that those who held its connections have left."""
    while not asked(service):
        assert service.process.poll() is None


def test_what_the_service_manager_listens_on_is_taken(opened: Opened) -> None:
    with socket.create_server(("127.0.0.1", 0)) as handed:
        port = handed.getsockname()[1]
        process = start_with(handed, opened)
        assert process.stdout is not None
        assert process.stdout.readline() == f"http://127.0.0.1:{port}\n"
        request = f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode()
        assert status_of(told(port, request)) == 200
        process.terminate()
        out, _ = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "")


def start_with(handed: socket.socket, program: Opened, *arguments: str) -> "subprocess.Popen[str]":
    """Start the service with this socket as its third file, as systemd does."""
    become = f"import os, sys; os.dup2({handed.fileno()}, 3); os.environ['LISTEN_PID'] = str(os.getpid());"
    become += " os.execv(sys.executable, sys.argv[1:])"
    return subprocess.Popen(
        [sys.executable, "-c", become, *program.command("serve", *arguments)],
        env={**program.environment, "LISTEN_FDS": "1"},
        cwd=program.home,
        pass_fds=(handed.fileno(),),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--socket", "s", "--port", "1"), "--socket stands alone"),
        (("--tls-cert", "a"), "a certificate needs its key"),
        (("--listen", "0.0.0.0", "--port", "0"), "must be encrypted"),
        (("--for", "0s"), "--for takes more than nothing"),
        (("--idle", "soon"), "--idle takes a number and a unit"),
        (("--port", "65536"), "--port"),
    ],
)
def test_what_makes_no_sense_is_refused_before_it_listens(
    opened: Opened, arguments: tuple[str, ...], message: str
) -> None:
    ran = opened("serve", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


@pytest.mark.parametrize("command", ["serve", "ui"])
def test_without_what_serves_it_says_how_to_get_it_into_this_very_python(opened: Opened, command: str) -> None:
    """Whether or not an index of packages has nexcred."""
    ran = subprocess.run(
        [sys.executable, "-c", _READS_FROM_NOWHERE, command],
        env=opened.environment,
        cwd=opened.home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    hint = ran.stderr.splitlines()[-1]
    assert hint.startswith("nexcred: hint: install it with: ")
    assert sys.executable in hint
    assert all(f"'{name}>=" in hint for name in ("starlette", "uvicorn", "jinja2"))
    assert "nexcred[" not in hint


def test_another_address_is_spoken_to_in_tls_alone(opened: Opened) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("nexcred.example")
    certificate, key = opened.home / "service.pem", opened.home / "service.key"
    certificate.write_bytes(b"".join(one.bytes() for one in issued.cert_chain_pems))
    key.touch(mode=0o600)
    key.write_bytes(issued.private_key_pem.bytes())
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    flags = ("--listen", "0.0.0.0", "--port", "0", "--tls-cert", str(certificate), "--tls-key", str(key))
    with served(opened, *flags) as service:
        where = ("127.0.0.1", service.port)
        with socket.create_connection(where, timeout=60) as plain:
            plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: nexcred.example\r\n\r\n")
            assert b"HTTP" not in RawConnection(plain).to_the_end()
        below = socket.create_connection(where, timeout=60)
        with trusting.wrap_socket(below, server_hostname="nexcred.example") as spoken:
            spoken.sendall(f"GET /healthz HTTP/1.1\r\nHost: nexcred.example:{service.port}\r\n\r\n".encode())
            assert status_of(spoken.recv(65536)) == 200
            assert spoken.version() in ("TLSv1.2", "TLSv1.3")
        assert service.end().code == 0
    assert service.url == f"https://0.0.0.0:{service.port}"
