"""A database server that says what it is told to, for one connection after the other, and the login that asks it."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from nexcred.auth.database_login import Connect, DatabaseLogin, Driver
from nexcred.databases.log_in import log_in
from nexcred.network.deadline import Deadline
from nexcred.network.resolve import resolve

Script = Callable[[socket.socket], None]
PASSWORD = "pw-EXAMPLE"
DRIVERS: tuple[Driver, ...] = ("postgresql", "mysql")
# A MySQL greeting (protocol 10): version, thread, salt, capabilities without TLS but with plugins, its plugin.
GREETING = b"\x0a8.4.0\0\x01\0\0\0saltsalt\0\x00\x82\x21\x02\x00\x08\x00\x15" + b"\0" * 10 + b"saltsaltsalt\0%s\0"


@contextmanager
def serving(script: Script) -> Iterator[int]:
    """Yield the port on which every connection is handed to the script, and then closed."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_serve, args=(listening, script), daemon=True).start()
        try:
            yield listening.getsockname()[1]
        finally:
            # Closing alone would not wake who waits for a connection.
            listening.shutdown(socket.SHUT_RDWR)


def _serve(listening: socket.socket, script: Script) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection, suppress(OSError):
            script(connection)


def ask(driver: Driver, port: int, *, tls: str = "disable", timeout_s: float = 20, ca: str = "") -> DatabaseLogin:
    connect = Connect(driver, "127.0.0.1", port, "analytics", "ada", PASSWORD, tls, ca)
    return log_in(connect, Deadline.after(timeout_s), environment={}, resolver=resolve)


def packet(payload: bytes, number: int = 0) -> bytes:
    """Frame for MySQL."""
    return struct.pack("<I", len(payload))[:3] + bytes([number]) + payload


def message(kind: bytes, payload: bytes) -> bytes:
    """Frame for PostgreSQL."""
    return kind + struct.pack("!i", len(payload) + 4) + payload
