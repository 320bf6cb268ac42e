"""Requests over connections that stay open."""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from nexcred.auth.flow import Request
from nexcred.errors import HostRefused
from nexcred.http.kept import KeptTransport
from nexcred.http.policy import HostPolicy
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from tests.support.standins.authority import Authority

PLENTY_S = 30.0


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.server.accepted += 1  # type: ignore[attr-defined]

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        if self.path == "/closing":
            self.send_header("Connection", "close")
        if self.path == "/dripping":
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            while not self.server.is_over.wait(0.01):  # type: ignore[attr-defined]
                self.wfile.write(b"x")
            return
        body = b"x" * 100_000 if self.path == "/large" else self.path.encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection |= self.path == "/hanging-up"

    do_GET = do_PUT = _answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    accepted = 0
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.is_over = threading.Event()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: object) -> None:
        """Who hangs up is no error of the server's."""


@contextmanager
def serving(authority: Authority | None = None) -> Iterator[Server]:
    with Server() as server:
        if authority is not None:
            server.socket = authority.server_context("127.0.0.1").wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.is_over.set()
        server.shutdown()
        thread.join()


def transport_to(server: Server, **environment: str) -> KeptTransport:
    return KeptTransport(HostPolicy((), (server.host,)), environment)


def get(
    transport: KeptTransport, server: Server, path: str, *, scheme: str = "http", seconds: float = PLENTY_S
) -> bytes:
    request = Request("GET", f"{scheme}://{server.host}{path}")
    return transport.send(request, Deadline.after(seconds), 100_000).body


def test_one_connection_serves_many_requests() -> None:
    with serving() as server:
        transport = transport_to(server)
        assert [get(transport, server, f"/{number}") for number in range(5)] == [b"/0", b"/1", b"/2", b"/3", b"/4"]
        assert server.accepted == 1


def test_it_does_over_tls_too(authority: Authority) -> None:
    with serving(authority) as server:
        transport = transport_to(server, SSL_CERT_FILE=str(authority.bundle))
        assert [get(transport, server, "/a", scheme="https") for _ in range(3)] == [b"/a"] * 3
        assert server.accepted == 1


def test_another_authority_is_not_believed(authority: Authority) -> None:
    with serving(authority) as server, pytest.raises(TransportFailed, match="certificate"):
        get(transport_to(server), server, "/a", scheme="https")


def test_threads_have_connections_of_their_own() -> None:
    with serving() as server, ThreadPoolExecutor(8) as threads:
        transport = transport_to(server)
        wanted = [f"/{number}" for number in range(100)]
        assert list(threads.map(lambda path: get(transport, server, path).decode(), wanted)) == wanted
        assert server.accepted <= 8


@pytest.mark.parametrize("path", ["/closing", "/hanging-up"])
def test_a_connection_that_the_server_closes_is_not_used_again(path: str) -> None:
    with serving() as server:
        transport = transport_to(server)
        assert get(transport, server, path) == path.encode()
        while server.accepted == 1:
            try:
                assert get(transport, server, "/next") == b"/next"
            except TransportFailed:  # it was closed on the way
                continue
        assert server.accepted == 2


def test_a_server_that_drips_holds_nobody() -> None:
    with serving() as server:
        transport = transport_to(server)
        assert get(transport, server, "/a") == b"/a"
        with pytest.raises(TransportFailed, match=r"no complete answer within 0\.3 s"):
            get(transport, server, "/dripping", seconds=0.3)
        assert get(transport, server, "/b") == b"/b"


def test_a_larger_answer_is_refused_and_its_connection_given_up() -> None:
    with serving() as server:
        transport = transport_to(server)
        assert len(get(transport, server, "/large")) == 100_000
        request = Request("GET", f"http://{server.host}/large")
        with pytest.raises(TransportFailed, match="longer") as caught:
            transport.send(request, Deadline.after(PLENTY_S), 99_999)
        assert caught.value.http_status == 200
        assert get(transport, server, "/b") == b"/b"


def test_another_host_is_refused() -> None:
    with serving() as server, pytest.raises(HostRefused):
        transport_to(server).send(Request("GET", "http://127.0.0.1:1/"), Deadline.after(PLENTY_S), 1)


def test_nobody_listens() -> None:
    with serving() as server:
        pass
    with pytest.raises(TransportFailed, match="refused"):
        get(transport_to(server), server, "/")


def test_a_fork_opens_connections_of_its_own() -> None:
    with serving() as server:
        transport = transport_to(server)
        assert get(transport, server, "/parent") == b"/parent"
        child = os.fork()
        if not child:
            try:
                os._exit(0 if get(transport, server, "/child") == b"/child" else 1)
            finally:
                os._exit(2)
        assert os.waitpid(child, 0)[1] == 0
        assert get(transport, server, "/parent") == b"/parent"
        assert server.accepted == 2
