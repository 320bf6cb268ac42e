"""Bytes to a service and back, on a connection of their own."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PATIENCE_S = 60


class RawConnection:
    """A connection on which a test says every byte."""

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected
        self._read = bytearray()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def to_the_end(self) -> bytes:
        """Read until the service ends the connection, by whatever way."""
        with suppress(ConnectionResetError):
            while data := self.socket.recv(65536):
                self._read += data
        return self._taken(len(self._read))

    def answer(self) -> bytes:
        """Read one answer, whose body has a length."""
        while b"\r\n\r\n" not in self._read:
            self._read_more()
        head, end, _ = bytes(self._read).partition(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        whole = len(head) + len(end) + length
        while len(self._read) < whole:
            self._read_more()
        return self._taken(whole)

    def _read_more(self) -> None:
        data = self.socket.recv(65536)
        assert data, "the service ended the connection"
        self._read += data

    def _taken(self, count: int) -> bytes:
        taken = bytes(self._read[:count])
        del self._read[:count]
        return taken


@contextmanager
def raw(port: int) -> Iterator[RawConnection]:
    with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_S) as connected:
        yield RawConnection(connected)


def told(port: int, data: bytes) -> bytes:
    """Return all that the service says to these bytes, until it ends the connection."""
    with raw(port) as connection:
        connection.send(data)
        return connection.to_the_end()


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])
