"""A socket that accepts few connections at a time, so that those which make room for others end meanwhile."""

import socket
from typing import Any

from nexcred.server.listening.handshakes import Handshakes

# Of an event loop, which else takes whatever is waiting, and has no file left before it comes to end any.
MOST_AT_A_TIME = 64


class AcceptingListener(socket.socket):
    """Listens in place of another; `handshakes` is told of each connection, where TLS is to be spoken on it."""

    def __init__(self, listening: socket.socket, handshakes: Handshakes | None) -> None:
        super().__init__(listening.family, listening.type, listening.proto, listening.detach())
        self.setblocking(False)
        self._handshakes = handshakes
        self._left = MOST_AT_A_TIME

    def accept(self) -> tuple[socket.socket, Any]:
        """Raise BlockingIOError too where so many were accepted: who waits for more is told of the rest again."""
        try:
            if not self._left:
                raise BlockingIOError
            connected, address = super().accept()
        except BlockingIOError:
            self._left = MOST_AT_A_TIME
            raise
        self._left -= 1
        if self._handshakes is not None:
            self._handshakes.begin(connected)
        return connected, address
