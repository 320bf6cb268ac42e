"""A SOCKS5 proxy (RFC 1928, RFC 1929): all ways lead to one upstream, whatever is asked for."""

import contextlib
import socket
import socketserver
import struct

from tests.support.standins.in_thread import InThread
from tests.support.standins.proxy import join
from tests.support.standins.server import StandIn

_IPV4, _NAME, _IPV6 = 1, 3, 4
_NO_LOGIN, _LOGIN, _NONE_OF_THESE = 0, 2, 0xFF


class Socks(InThread):
    """Records whom it was asked for; `login` ("user:password") is demanded, `refuse_with` is a reply other than 0."""

    def __init__(self, upstream: StandIn, *, login: str = "", refuse_with: int = 0) -> None:
        self.upstream = upstream
        self.login = login
        self.refuse_with = refuse_with
        self.asked: list[tuple[str, int]] = []
        super().__init__(_Server(self))


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, stand_in: Socks) -> None:
        self.stand_in = stand_in
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        stand_in = self.server.stand_in
        with contextlib.suppress(OSError, struct.error, EOFError):
            if not self._greeted(stand_in.login):
                return
            stand_in.asked.append(self._destination())
            self.wfile.write(bytes([5, stand_in.refuse_with, 0, _IPV4]) + bytes(6))
            if stand_in.refuse_with == 0:
                with socket.create_connection(("127.0.0.1", stand_in.upstream.port)) as server:
                    join(self.connection, server)

    def _greeted(self, login: str) -> bool:
        if len(begins := self.rfile.read(2)) < 2:  # whoever connected has gone
            raise EOFError
        count = begins[1]
        wanted = _LOGIN if login else _NO_LOGIN
        if wanted not in self.rfile.read(count):
            self.wfile.write(bytes([5, _NONE_OF_THESE]))
            return False
        self.wfile.write(bytes([5, wanted]))
        if not login:
            return True
        self.rfile.read(1)
        given = ":".join(self.rfile.read(self.rfile.read(1)[0]).decode() for _ in range(2))
        self.wfile.write(bytes([1, 0 if given == login else 1]))
        return given == login

    def _destination(self) -> tuple[str, int]:
        kind = self.rfile.read(4)[3]
        if kind == _NAME:
            host = self.rfile.read(self.rfile.read(1)[0]).decode()
        else:
            packed = self.rfile.read(4 if kind == _IPV4 else 16)
            host = socket.inet_ntop(socket.AF_INET if kind == _IPV4 else socket.AF_INET6, packed)
        return host, struct.unpack(">H", self.rfile.read(2))[0]
