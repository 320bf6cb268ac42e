"""A proxy that knows PostgreSQL's messages, without TLS: it counts statements, loses answers, lies and cuts."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Matches = Callable[[str], bool]


def commits(statements: str) -> bool:
    """True for the last message of a write."""
    return statements.endswith("COMMIT")


class PostgresProxy:
    """Lies between programs and a server, whose port may change. A fault is for the first message that matches."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.statements: list[str] = []
        self.lose_answer_to: Matches | None = None
        self.lose: Matches | None = None
        self.hold: Matches | None = None
        self.held = threading.Event()
        self.release = threading.Event()
        self.is_down = False
        self.rewrite: Callable[[bytes], bytes] = bytes
        self.alter: Callable[[str], str] = str
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.lines: list[Line] = []

    @property
    def port(self) -> int:
        port: int = self._listening.getsockname()[1]
        return port

    @property
    def round_trips(self) -> list[str]:
        """The statements whose answers were waited for, of those since `forget`."""
        return [one for one in self.statements if one != "ROLLBACK"]

    def cut(self) -> None:
        """End every connection that there is."""
        for line in self.lines:
            line.end()

    def taken(self, name: str, statements: str) -> bool:
        """True once, for the first message that a fault is for."""
        matches: Matches | None = getattr(self, name)
        if matches is None or not matches(statements):
            return False
        setattr(self, name, None)
        return True

    def serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            if self.is_down:
                client.close()
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            line = Line(self, client, server)
            self.lines.append(line)
            line.start()

    def close(self) -> None:
        self.release.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()
        for line in self.lines:
            line.join()


class Line:
    """One connection through it."""

    def __init__(self, proxy: PostgresProxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy, self._client, self._server = proxy, client, server
        self._mute = False
        self.was_held = False
        self._threads = [threading.Thread(target=self._to_server), threading.Thread(target=self._to_client)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join(20)

    def end(self) -> None:
        for end in (self._client, self._server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _to_server(self) -> None:
        with contextlib.suppress(OSError, struct.error), self._client.makefile("rb") as reading:
            start = reading.read(4)
            self._server.sendall(start + reading.read(struct.unpack("!i", start)[0] - 4))
            while head := reading.read(5):
                body = reading.read(struct.unpack("!i", head[1:])[0] - 4)
                if head[:1] == b"Q":
                    if not self._pass_on(body[:-1].decode()):
                        break
                    body = self._proxy.alter(body[:-1].decode()).encode() + b"\0"
                    head = b"Q" + struct.pack("!i", len(body) + 4)
                self._server.sendall(head + body)
        if not self._mute:
            self.end()

    def _pass_on(self, statements: str) -> bool:
        proxy = self._proxy
        proxy.statements.append(statements)
        if proxy.taken("lose", statements):
            return False
        if proxy.taken("lose_answer_to", statements):
            self._mute = True
        if proxy.taken("hold", statements):
            self._mute = self.was_held = True
            with contextlib.suppress(OSError):
                self._client.shutdown(socket.SHUT_RDWR)
            proxy.held.set()
            proxy.release.wait(60)
        return True

    def _to_client(self) -> None:
        last = b""
        with contextlib.suppress(OSError):
            while data := self._server.recv(65536):
                if not self._mute:
                    self._client.sendall(self._proxy.rewrite(data))
                    continue
                last = (last + data)[-6:]
                if last[:5] == b"Z\0\0\0\x05":  # ReadyForQuery: it is done, and nobody is told
                    break
        self.end()
        self._client.close()
        self._server.close()


@contextmanager
def proxy_to(port: int) -> Iterator[PostgresProxy]:
    proxy = PostgresProxy(port)
    serving = threading.Thread(target=proxy.serve)
    serving.start()
    try:
        yield proxy
    finally:
        proxy.close()
        serving.join(20)
