"""A client that costs as little as can be, so that what is measured is the service."""

import socket
import time
from contextlib import ExitStack
from urllib.parse import urlsplit

_LENGTH = b"content-length: "


class Asking:
    """One request, again and again on so many connections."""

    def __init__(self, url: str, path: str, token: str, connections: int) -> None:
        self._port = urlsplit(url).port or 0
        self._connections = connections
        lines = (f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{self._port}", f"Authorization: Bearer {token}", "", "")
        self._request = "\r\n".join(lines).encode()

    def seconds(self, requests: int) -> float:
        """Return how long so many take, one on each connection at a time; raise SystemExit for one that fails."""
        with ExitStack() as stack:
            where = ("127.0.0.1", self._port)
            sockets = [stack.enter_context(socket.create_connection(where)) for _ in range(self._connections)]
            began = time.perf_counter()
            for _ in range(requests // self._connections):
                for one in sockets:
                    one.sendall(self._request)
                for one in sockets:
                    _read_answer(one)
            return time.perf_counter() - began


def _read_answer(one: socket.socket) -> None:
    read = b""
    while b"\r\n\r\n" not in read:
        read += _more(one)
    head, _, body = read.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200 "):
        raise SystemExit(f"the service answered {head[:40]!r}")
    rest = int(head.partition(_LENGTH)[2].partition(b"\r\n")[0]) - len(body)
    while rest > 0:
        rest -= len(_more(one))


def _more(one: socket.socket) -> bytes:
    data = one.recv(65536)
    if not data:
        raise SystemExit("the service ended the connection")
    return data
