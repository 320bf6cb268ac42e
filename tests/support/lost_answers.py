"""A place before the service that loses answers: what was asked is done, and whoever asked is told nothing."""

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.support.standins.in_thread import InThread

_PATIENCE_S = 60
_OF_THE_CONNECTION = ("host", "connection", "content-length", "transfer-encoding", "keep-alive")


class LosingPlace(ThreadingHTTPServer):
    """Passes on to a Unix socket. `asked` counts the requests by their first two words."""

    def __init__(self, path: Path, lost: dict[str, int]) -> None:
        super().__init__(("127.0.0.1", 0), _PassingOn)
        self.path = path
        self.asked: Counter[str] = Counter()
        self._lost = lost

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def loses(self, request: str) -> bool:
        self.asked[request] += 1
        return self.asked[request] <= self._lost.get(request, 0)


class _PassingOn(BaseHTTPRequestHandler):
    server: LosingPlace

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        kept = {name: value for name, value in self.headers.items() if name.lower() not in _OF_THE_CONNECTION}
        service = HTTPConnection("localhost")
        service.sock = socket.socket(socket.AF_UNIX)
        service.sock.settimeout(_PATIENCE_S)
        service.sock.connect(str(self.server.path))
        try:
            service.request(self.command, self.path, body, kept)
            answer = service.getresponse()
            data = answer.read()
        finally:
            service.close()
        if self.server.loses(f"{self.command} {self.path}"):
            return
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_PUT = do_DELETE = do_POST  # noqa: N815  the names that its base looks for

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""


@contextmanager
def losing(path: Path, lost: dict[str, int]) -> Iterator[LosingPlace]:
    """Stand before the service at a Unix socket; `lost` says how many answers are lost, by `POST /path`."""
    place = LosingPlace(path, lost)
    with InThread(place):
        yield place
