"""A database server that says what it is told to, for one connection after the other."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Script = Callable[[socket.socket], None]


@contextmanager
def serving(script: Script) -> Iterator[int]:
    """Yield the port on which every connection is handed to the script, and then closed."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_serve, args=(listening, script), daemon=True).start()
        try:
            yield listening.getsockname()[1]
        finally:
            # Closing alone would not wake who waits for a connection.
            listening.shutdown(socket.SHUT_RDWR)


def _serve(listening: socket.socket, script: Script) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection, suppress(OSError):
            script(connection)
