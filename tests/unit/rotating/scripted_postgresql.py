"""A server that speaks PostgreSQL's protocol, proves itself by SCRAM, and answers statements as it is told to."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from scramp import ScramException, ScramMechanism

from nexcred.connectors.load.loader import load_connector
from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from nexcred.rotating.find import rotator_for
from nexcred.rotating.passwords import PasswordRotator
from tests.unit.databases.hostile import message
from tests.unit.rotating.acting import acting, login

PASSWORD = "EXAMPLE-password"
PROCESS = 77
GENUINE = "PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0), 64-bit"
Answers = Callable[[str], bytes]


READY = message(b"Z", b"I")


def row(*values: str | None) -> bytes:
    """Answer with one row of texts."""
    columns = b"".join(b"column\0" + struct.pack("!ihihih", 0, 0, 25, -1, -1, 0) for _ in values)
    told = b"".join(
        struct.pack("!i", -1) if one is None else struct.pack("!i", len(one.encode())) + one.encode() for one in values
    )
    count = struct.pack("!H", len(values))
    return message(b"T", count + columns) + message(b"D", count + told) + message(b"C", b"SELECT 1\0") + READY


def done() -> bytes:
    return message(b"C", b"COMMIT\0") + READY


def refused(code: str, sentence: str) -> bytes:
    return message(b"E", f"SERROR\0VERROR\0C{code}\0M{sentence}\0\0".encode()) + READY


def said_by(
    version: str = GENUINE,
    *,
    user: str = "ada",
    process: int = PROCESS,
    form: str = "scram-sha-256",
    change: bytes | None = None,
) -> Answers:
    """Answer as such a server would what is asked before a change, and the change."""

    def answer(statement: str) -> bytes:
        if statement == "SELECT version()":
            return row(version)
        if "SELECT session_user" in statement:
            return row(user, str(process), "false", form, None)
        return change or done()

    return answer


@contextmanager
def serving(answers: Answers, asked: list[str]) -> Iterator[int]:
    """Yield its port; `asked` gets every statement."""

    def serve(listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                line, _ = listening.accept()
                with line, suppress(OSError, ValueError, ScramException, struct.error):
                    _talk(line, answers, asked)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = threading.Thread(target=serve, args=(listening,))
        serving.start()
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            serving.join(20)


def _talk(line: socket.socket, answers: Answers, asked: list[str]) -> None:
    _read(line, has_kind=False)
    mechanism = ScramMechanism()
    info = mechanism.make_auth_info(PASSWORD)
    server = mechanism.make_server(lambda _: info)
    line.sendall(_authentication(10, b"SCRAM-SHA-256\0\0"))
    first = _read(line)[1]
    server.set_client_first(first[first.index(b"n,,") :].decode())
    line.sendall(_authentication(11, server.get_server_first().encode()))
    server.set_client_final(_read(line)[1].decode())
    line.sendall(_authentication(12, server.get_server_final().encode()) + _authentication(0))
    line.sendall(message(b"K", struct.pack("!ii", PROCESS, 1)) + READY)
    while (received := _read(line))[0] == b"Q":
        statement = received[1][:-1].decode()
        asked.append(statement)
        line.sendall(answers(statement))


def _authentication(code: int, body: bytes = b"") -> bytes:
    return message(b"R", struct.pack("!i", code) + body)


def _read(line: socket.socket, *, has_kind: bool = True) -> tuple[bytes, bytes]:
    kind = line.recv(1) if has_kind else b""
    size = struct.unpack("!i", line.recv(4, socket.MSG_WAITALL))[0] - 4
    return kind, line.recv(size, socket.MSG_WAITALL) if size else b""


def fields_at(port: int) -> dict[str, Value]:
    """Return the values of a login, of a password that needs no care in a message."""
    place: dict[str, Value] = {"host": "127.0.0.1", "port": port, "database": "sales", "sslmode": "disable"}
    return {**place, "username": "ada", "password": Secret(PASSWORD)}


def rotator_at(port: int, *, is_plain: bool = False) -> PasswordRotator:
    connector = load_connector("postgres")
    found = rotator_for(acting(connector, login(connector, fields_at(port)))._replace(is_plain=is_plain))
    assert isinstance(found, PasswordRotator)
    return found
