"""Case 117: a mail server, or whoever stands before it, that wants the password in clear, or to talk for ever."""

import base64
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address

import pytest

from nexcred.auth.database_login import Connect
from nexcred.databases.smtp import log_in
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from nexcred.network.guarded_socket import connect_guarded
from tests.support.standins.authority import Authority

PASSWORD = "mail-of-EXAMPLE"
CODED = base64.b64encode(f"\0ops\0{PASSWORD}".encode())
Talk = Callable[[socket.socket, ssl.SSLContext], bytes]
GREETING, HELLO = b"220 mail.example.com\r\n", b"250-mail.example.com\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n"


def read(line: socket.socket) -> bytes:
    return line.recv(65_536)


def without_tls(line: socket.socket, _: ssl.SSLContext) -> bytes:
    line.sendall(GREETING)
    said = read(line)
    line.sendall(HELLO.replace(b"250-STARTTLS\r\n", b""))
    return said + read(line)


def refusing_tls(line: socket.socket, _: ssl.SSLContext) -> bytes:
    line.sendall(GREETING)
    said = read(line)
    line.sendall(HELLO)
    said += read(line)
    line.sendall(b"454 not now\r\n")
    return said + read(line)


def going_on_in_clear(line: socket.socket, _: ssl.SSLContext) -> bytes:
    """Say before TLS what should be heard after it."""
    line.sendall(GREETING)
    said = read(line)
    line.sendall(HELLO)
    said += read(line)
    line.sendall(b"220 go ahead\r\n" + HELLO + b"334 \r\n235 welcome\r\n")
    return said + read(line)


def offering_before_tls_alone(line: socket.socket, context: ssl.SSLContext) -> bytes:
    """Offer no login under TLS: what was offered in clear, anybody may have said."""
    line.sendall(GREETING)
    said = read(line)
    line.sendall(HELLO)
    said += read(line)
    line.sendall(b"220 go ahead\r\n")
    with context.wrap_socket(line, server_side=True) as private:
        said += private.recv(65_536)
        private.sendall(b"250 mail.example.com\r\n")
        return said + private.recv(65_536)


def under_any_certificate(line: socket.socket, context: ssl.SSLContext) -> bytes:
    """Offer a login under TLS, as anybody can whose certificate is not looked at."""
    line.sendall(GREETING)
    said = read(line)
    line.sendall(HELLO)
    said += read(line)
    line.sendall(b"220 go ahead\r\n")
    with context.wrap_socket(line, server_side=True) as private:
        said += private.recv(65_536)
        private.sendall(HELLO)
        return said + private.recv(65_536)


def without_end(line: socket.socket, _: ssl.SSLContext) -> bytes:
    line.sendall(GREETING)
    said = read(line)
    with suppress(OSError):
        while True:
            line.sendall(b"250-more\r\n" * 1000)
    return said


def in_one_line(line: socket.socket, _: ssl.SSLContext) -> bytes:
    with suppress(OSError):
        while True:
            line.sendall(b"220" * 1000)
    return b""


@pytest.mark.parametrize(
    "talk", [without_tls, refusing_tls, going_on_in_clear, offering_before_tls_alone, without_end, in_one_line]
)
def test_case_117_it_gets_no_password_and_no_more_time(talk: Talk, authority: Authority) -> None:
    gets_no_password(talk, authority, "verify-full", authority.bundle.read_text())


@pytest.mark.parametrize("tls", ["require", "disable"])
def test_case_117_nor_where_a_connector_looks_at_no_certificate(tls: str, authority: Authority) -> None:
    gets_no_password(under_any_certificate, authority, tls, "")


def gets_no_password(talk: Talk, authority: Authority, tls: str, trusted: str) -> None:
    heard: list[bytes] = []

    def serve(listening: socket.socket) -> None:
        line, _ = listening.accept()
        with line, suppress(OSError):
            heard.append(talk(line, authority.server_context()))

    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = threading.Thread(target=serve, args=(listening,), daemon=True)
        serving.start()
        deadline = Deadline.after(30)
        port = listening.getsockname()[1]
        line = connect_guarded([ip_address("127.0.0.1")], port, deadline)
        connect = Connect("smtp", "localhost", port, "", "ops", PASSWORD, tls, trusted)
        with pytest.raises(TransportFailed):
            log_in(connect, line, deadline, {})
        line.close()
        serving.join(30)
    assert not serving.is_alive()
    said = b"".join(heard)
    assert b"AUTH" not in said
    assert CODED not in said
    assert not deadline.expired
