"""Connections on which TLS is not spoken yet: the service waits for so many, and the longest of them makes room."""

import socket
import weakref
from contextlib import suppress

from nexcred.server.limits import MOST_HANDSHAKES


class Handshakes:
    """Those that have begun, by the numbers of their files, in their order."""

    def __init__(self) -> None:
        self._begun: dict[int, weakref.ref[socket.socket]] = {}

    def begin(self, connected: socket.socket) -> None:
        """Take one more; end the one that has waited longest where there are too many."""
        self._begun = {number: one for number, one in self._begun.items() if _is_open(one(), number)}
        self._begun[connected.fileno()] = weakref.ref(connected)
        if len(self._begun) > MOST_HANDSHAKES:
            _shut(self._begun.pop(next(iter(self._begun))))

    def end(self, number: int) -> None:
        """Forget one: from now on it is a connection like others."""
        self._begun.pop(number, None)

    def end_all(self) -> None:
        """Wait for none of them any more."""
        for one in self._begun.values():
            _shut(one)
        self._begun = {}


def _shut(connected: "weakref.ref[socket.socket]") -> None:
    """End it by its socket: who has accepted it sees that, and cleans up."""
    found = connected()
    if found is not None:
        with suppress(OSError):
            found.shutdown(socket.SHUT_RDWR)


def _is_open(one: socket.socket | None, number: int) -> bool:
    return one is not None and one.fileno() == number
