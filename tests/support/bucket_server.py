"""A bucket in memory that is asked over HTTP on this machine, and the way there that goes wrong as a test wants it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from nexcred.auth.flow import Request, Response
from tests.support.bucket import NAME, MemoryBucket

# Given the request and what answers it, returns the answer; None cuts the connection.
Meddle = Callable[[Request, Callable[[Request], Response]], Response | None]


class Served(NamedTuple):
    """A bucket that is served: its objects, and its address."""

    memory: MemoryBucket
    endpoint: str

    @property
    def url(self) -> str:
        return f"s3://{NAME}/vault?region=eu-central-1&endpoint={self.endpoint}"


class Meddler:
    """Stands between clients and the bucket; a test sets `meddle`."""

    def __init__(self) -> None:
        self.meddle: Meddle = lambda request, answer: answer(request)


@contextmanager
def serving(meddler: Meddler | None = None) -> Iterator[Served]:
    memory, lock, between = MemoryBucket(), threading.Lock(), meddler or Meddler()

    def answer(request: Request) -> Response:
        with lock:
            return memory.answer(request)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            given = dict(self.headers.items())
            assert given["Accept-Encoding"] == "identity"
            assert given["Authorization"].startswith("AWS4-HMAC-SHA256 ")
            url = f"http://{given['Host']}{self.path}"
            found = between.meddle(Request(self.command, url, given, body=body), answer)
            if found is None:
                self.close_connection = True
                return
            self.send_response_only(found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            if found.status != 204:
                self.send_header("Content-Length", str(len(found.body)))
            self.end_headers()
            self.wfile.write(found.body)

        do_GET = do_PUT = do_DELETE = _do  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 256

        def handle_error(self, *_: object) -> None:
            """A client that hangs up is no error of this server's."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Served(memory, f"http://127.0.0.1:{server.server_address[1]}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
