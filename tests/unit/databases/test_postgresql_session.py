"""Servers that are no honest PostgreSQL: a session believes nothing of theirs, and none holds it up."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from scramp import ScramException, ScramMechanism

from nexcred.auth.database_login import Connect
from nexcred.databases.postgresql_session import PostgresSession, StatementRefused, open_session
from nexcred.network.failures import TransportFailed
from tests.unit.databases.hostile import message

PASSWORD = "EXAMPLE"
Script = Callable[[socket.socket], None]


def authentication(code: int, body: bytes = b"") -> bytes:
    return message(b"R", struct.pack("!i", code) + body)


SASL = authentication(10, b"SCRAM-SHA-256\0\0")
READY = message(b"Z", b"I")
ROW_OF_BYTES = message(b"T", struct.pack("!H", 1) + b"sealed\0" + struct.pack("!ihihih", 0, 0, 17, -1, -1, 0))


def prove(line: socket.socket, password: str = PASSWORD) -> None:
    """Do what an honest server does, up to its word that all is well."""
    mechanism = ScramMechanism()
    info = mechanism.make_auth_info(password)
    server = mechanism.make_server(lambda _: info)
    line.sendall(SASL)
    first = read(line)[1]
    server.set_client_first(first[first.index(b"n,,") :].decode())
    line.sendall(authentication(11, server.get_server_first().encode()))
    server.set_client_final(read(line)[1].decode())
    line.sendall(authentication(12, server.get_server_final().encode()))


def read(line: socket.socket) -> tuple[bytes, bytes]:
    head = line.recv(5, socket.MSG_WAITALL)
    if len(head) < 5:
        return b"", b""
    return head[:1], line.recv(struct.unpack("!i", head[1:])[0] - 4, socket.MSG_WAITALL)


@contextmanager
def serving(script: Script) -> Iterator[Connect]:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            line, _ = listening.accept()
            with line:
                start = line.recv(4, socket.MSG_WAITALL)
                line.recv(struct.unpack("!i", start)[0] - 4, socket.MSG_WAITALL)
                with suppress(OSError, ValueError, ScramException):
                    script(line)
                    while read(line)[0]:
                        pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        port = listening.getsockname()[1]
        yield Connect("postgresql", "127.0.0.1", port, "vaults", "ada", PASSWORD, tls="disable")
        thread.join(20)


def opened(script: Script) -> None:
    with serving(script) as connect:
        open_session(connect, 10, {}).close()


def answered(answer: bytes, *, most_bytes: int = 100_000) -> list[list[object]]:
    """Return what a session makes of an answer to its first statement."""

    def script(line: socket.socket) -> None:
        prove(line)
        line.sendall(authentication(0) + message(b"S", b"server_version\x0015.4\0") + READY)
        read(line)
        line.sendall(answer)

    with serving(script) as connect:
        session: PostgresSession = open_session(connect, 10, {})
        try:
            assert session.server_version == 15
            return session.ask("SELECT", timeout_s=10, most_bytes=most_bytes)
        finally:
            session.close()


def test_an_honest_server_is_asked() -> None:
    row = message(b"D", struct.pack("!Hi", 1, 6) + rb"\x00ff")
    assert answered(ROW_OF_BYTES + row + message(b"C", b"SELECT 1\0") + READY) == [[b"\x00\xff"]]


def test_a_server_that_knows_another_password_proves_nothing() -> None:
    with pytest.raises(TransportFailed, match=r"closed in the middle|could not prove"):
        opened(lambda line: prove(line, "another EXAMPLE"))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (authentication(0), "lets anybody in"),
        (authentication(3), "by another way than SCRAM"),
        (authentication(5, b"salt"), "by another way than SCRAM"),
        (authentication(7), "by another way than SCRAM"),
        (authentication(11, b"r=a,s=b,i=1"), "by another way than SCRAM"),
        (authentication(12, b"v=AAAA"), "by another way than SCRAM"),
        (authentication(10, b"SCRAM-SHA-1\0\0"), "by another way than SCRAM-SHA-256"),
        (SASL + authentication(0), "could not prove"),
        (SASL + authentication(12, b"v=AAAA"), "could not prove"),
        (SASL + authentication(11, b"r=another,s=AAAA,i=4096"), "could not prove"),
        (SASL + authentication(11, b"nothing"), "the answer is not PostgreSQL's"),
        (SASL + READY, "could not prove"),
        (READY, "could not prove"),
        (message(b"R", b"\0"), "the answer is not PostgreSQL's"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "longer than makes sense"),
        (b"R\xff\xff\xff\xff", "the answer is not PostgreSQL's"),
        (b"R\x7f\xff\xff\xff", "longer than makes sense"),
    ],
)
def test_a_login_that_proves_nothing_is_broken_off(said: bytes, words: str) -> None:
    with pytest.raises(TransportFailed, match=words):
        opened(lambda line: line.sendall(said))


def test_a_refusal_is_the_servers_word() -> None:
    refusal = message(b"E", b"SFATAL\0C28P01\0Mno\0\0")
    for said in (lambda line: line.sendall(refusal), lambda line: _refuse_late(line, refusal)):
        with pytest.raises(StatementRefused) as refused:
            opened(said)
        assert (refused.value.code, refused.value.message) == ("28P01", "no")


def _refuse_late(line: socket.socket, refusal: bytes) -> None:
    """As for a role that may not log in: its password is right."""
    prove(line)
    line.sendall(authentication(0) + refusal)
    line.shutdown(socket.SHUT_WR)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (ROW_OF_BYTES + message(b"D", struct.pack("!H", 2)) + READY, "is not PostgreSQL's"),
        (ROW_OF_BYTES + message(b"D", struct.pack("!Hi", 1, 99) + rb"\x00") + READY, "is not PostgreSQL's"),
        (ROW_OF_BYTES + message(b"D", struct.pack("!Hi", 1, 4) + b"\\000") + READY, "is not PostgreSQL's"),
        (ROW_OF_BYTES + message(b"D", struct.pack("!Hi", 1, 4) + rb"\xzz") + READY, "is not PostgreSQL's"),
        (message(b"D", struct.pack("!Hi", 1, 1) + b"x") + READY, "is not PostgreSQL's"),
        (message(b"T", struct.pack("!H", 9)) + READY, "is not PostgreSQL's"),
        (message(b"G", b"\0\0\0") + READY, "is not PostgreSQL's"),
        (authentication(3), "is not PostgreSQL's"),
        (message(b"N", bytes(90_000)) * 2, "longer than makes sense"),
        (message(b"D", bytes(100_001)), "longer than makes sense"),
    ],
)
def test_an_answer_that_makes_no_sense_is_given_up(answer: bytes, words: str) -> None:
    with pytest.raises(TransportFailed, match=words):
        answered(answer)
