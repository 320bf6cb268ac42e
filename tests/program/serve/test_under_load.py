"""A service that is told to end while many ask: nobody gets half an answer."""

import signal
import socket
import threading
from collections import Counter

from tests.support.opened import Opened, founded, opened
from tests.support.served_program import served

__all__ = ["founded", "opened"]

_CLIENTS = 16
_BEFORE = 20


class Client:
    """Asks again and again on one connection, until the service ends it; a half answer is kept."""

    def __init__(self, port: int, has_asked: threading.Semaphore) -> None:
        self.answered = 0
        self.half = b""
        self._port = port
        self._has_asked = has_asked
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        request = f"GET /healthz HTTP/1.1\r\nHost: localhost:{self._port}\r\n\r\n".encode()
        with socket.create_connection(("127.0.0.1", self._port), timeout=60) as connected:
            while True:
                self.half = b""
                try:
                    connected.sendall(request)
                    while not self.half.endswith(b'{"status":"ok"}'):
                        data = connected.recv(65536)
                        if not data:
                            return
                        self.half += data
                except OSError:
                    return
                self.answered += 1
                self._has_asked.release()


def test_each_request_gets_a_whole_answer_or_none(opened: Opened) -> None:
    has_asked = threading.Semaphore(0)
    with served(opened) as service:
        clients = [Client(service.port, has_asked) for _ in range(_CLIENTS)]
        for _ in range(_CLIENTS * _BEFORE):
            assert has_asked.acquire(timeout=60)
        ended = service.end(signal.SIGTERM)
        for client in clients:
            client.thread.join(60)
    assert ended.code == 0
    assert "Traceback" not in ended.err
    assert Counter(client.half for client in clients) == {b"": _CLIENTS}
    assert min(client.answered for client in clients) > 0
