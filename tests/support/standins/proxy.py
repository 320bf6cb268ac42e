"""A forwarding proxy: CONNECT tunnels and plain requests, all to one upstream, whatever name is asked for."""

import base64
import contextlib
import functools
import select
import socket
import ssl

from tests.support.standins.exchange import Answer, Received, Script, json_answer
from tests.support.standins.server import StandIn


class Proxy(StandIn):
    """Records what it was asked; `login` ("user:password") makes it demand Proxy-Authorization."""

    name = "proxy"

    def __init__(
        self, upstream: StandIn, *, tls: ssl.SSLContext | None = None, login: str = "", refuse_with: int = 0
    ) -> None:
        super().__init__(tls=tls)
        self.upstream = upstream
        self.login = login
        self.refuse_with = refuse_with
        self.fault = self._forward

    def _forward(self, request: Received, proper: Answer) -> Answer | Script:
        if self.refuse_with:
            return json_answer({}, self.refuse_with)
        expected = "Basic " + base64.b64encode(self.login.encode()).decode("ascii")
        if self.login and request.headers.get("proxy-authorization") != expected:
            return json_answer({}, 407, (("Proxy-Authenticate", "Basic"),))
        return functools.partial(tunnel, self.upstream.port) if request.method == "CONNECT" else self._relay(request)

    def _relay(self, request: Received) -> Script:
        path = "/" + request.target.split("://", 1)[-1].partition("/")[2]
        hop = ("proxy-authorization", "connection")
        lines = [f"{request.method} {path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in request.headers.items() if name not in hop]
        message = "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + request.body

        def script(client: socket.socket) -> None:
            with socket.create_connection(("127.0.0.1", self.upstream.port)) as server:
                server.sendall(message)
                _pump(server, client)

        return script


def tunnel(port: int, client: socket.socket) -> None:
    """Say that the way is open, and carry bytes both ways."""
    with socket.create_connection(("127.0.0.1", port)) as server:
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        join(client, server)


def join(client: socket.socket, server: socket.socket) -> None:
    """Carry bytes both ways until either side ends, in one thread: a TLS socket must not be used by two."""
    with contextlib.suppress(OSError):
        while True:
            waiting = isinstance(client, ssl.SSLSocket) and client.pending() > 0
            ready = [client] if waiting else select.select([client, server], [], [])[0]
            for source in ready:
                data = source.recv(65536)
                if not data:
                    return
                (server if source is client else client).sendall(data)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
