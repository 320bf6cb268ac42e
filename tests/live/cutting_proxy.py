"""A proxy that cuts one connection at certain words, before the server has them or when it has done what they say."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class _Cutting:
    def __init__(self, target: int, words: bytes, *, is_done: bool) -> None:
        self._target, self._words, self._is_done = target, words, is_done
        self._was_cut = threading.Event()

    def serve(self, listening: socket.socket) -> None:
        lines: list[threading.Thread] = []
        with suppress(OSError):
            while True:
                client, _ = listening.accept()
                lines.append(threading.Thread(target=self._serve_one, args=(client,)))
                lines[-1].start()
        for line in lines:
            line.join(20)

    def _serve_one(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._target)) as server:
            is_cut = threading.Event()
            answers = threading.Thread(target=self._pass_on, args=(server, client, is_cut))
            answers.start()
            self._pass_on(client, server, is_cut)
            answers.join(20)

    def _pass_on(self, source: socket.socket, to: socket.socket, is_cut: threading.Event) -> None:
        with suppress(OSError):
            while (data := source.recv(65536)) and not is_cut.is_set():  # an answer then, which nobody is told
                if self._words in data and not self._was_cut.is_set():
                    self._was_cut.set()
                    is_cut.set()
                    if not self._is_done:
                        break
                to.sendall(data)
        for end in (source, to):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def cutting(target: int, words: bytes, *, is_done: bool) -> Iterator[int]:
    """Yield the port of a proxy to the target, which knows no TLS."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = threading.Thread(target=_Cutting(target, words, is_done=is_done).serve, args=(listening,))
        serving.start()
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            serving.join(20)
