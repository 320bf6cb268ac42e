"""A service that is told to end while many ask: nobody gets half an answer, and what was answered is kept."""

import json
import signal
import socket
import threading
from collections import Counter
from http.client import HTTPConnection, HTTPException

from tests.support.opened import Opened
from tests.support.served_program import served

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


class Writer:
    """Adds one credential after the other; `added` has those that it was told of, `begun` all that it asked for."""

    def __init__(self, name: str, port: int, token: str, has_added: threading.Semaphore) -> None:
        self.added: list[str] = []
        self.begun: list[str] = []
        self._name, self._port, self._token = name, port, token
        self._has_added = has_added
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        try:
            while True:
                self.begun.append(f"{self._name}-{len(self.begun)}")
                self._add(self.begun[-1])
        except (OSError, HTTPException):  # it has ended
            self._has_added.release()

    def _add(self, name: str) -> None:
        values = {"base_url": "https://api.example.com", "api_key": f"{name}-EXAMPLE"}
        body = json.dumps({"name": name, "credentials_type": "rest", "credentials": values})
        connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request("POST", "/data_credentials", body, {"Authorization": f"Bearer {self._token}"})
            answer = connection.getresponse()
            told = json.loads(answer.read())
        finally:
            connection.close()
        assert (answer.status, told["name"]) == (200, name), told
        self.added.append(name)
        self._has_added.release()


def test_what_was_answered_is_in_the_vault_and_whole(opened: Opened) -> None:
    token = opened("serve", "token", "new", "etl", "--may", "write:*").out
    has_added = threading.Semaphore(0)
    with served(opened) as service:
        writers = [Writer(f"w{number}", service.port, token, has_added) for number in range(4)]
        for _ in range(12):
            assert has_added.acquire(timeout=60)
        ended = service.end(signal.SIGTERM)
        for writer in writers:
            writer.thread.join(60)
    assert ended.code == 0
    assert "Traceback" not in ended.err
    kept = {*opened.names}
    added = {name for one in writers for name in one.added}
    begun = {name for one in writers for name in one.begun}
    assert added <= kept <= begun
    assert len(added) >= 12
    for name in kept:
        assert opened("get", f"{name}/api_key").out == f"{name}-EXAMPLE"
