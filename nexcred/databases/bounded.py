"""Sockets that give up on a server that says more than was asked for."""

import socket
import ssl
from typing import Any

from nexcred.network.failures import TransportFailed

# A login is a few hundred bytes each way; error messages and notices come to some kilobytes.
MOST_BYTES = 1024 * 1024


class _Counting:
    """Counts what is read; both drivers read by `makefile`, and that reads by `recv_into`."""

    received = 0
    most = MOST_BYTES

    def allow(self, most: int) -> None:
        """Begin to count anew: the next answer may have so many bytes."""
        self.received, self.most = 0, most

    def recv_into(self, *arguments: Any, **named: Any) -> int:
        count: int = super().recv_into(*arguments, **named)  # type: ignore[misc]
        self.received += count
        if self.received > self.most:
            raise TransportFailed.inconclusive("the answer is longer than makes sense")
        return count


class BoundedSocket(_Counting, socket.socket):
    """A plain socket that counts."""


class BoundedTLS(_Counting, ssl.SSLSocket):
    """What `SSLContext.sslsocket_class` makes of one."""


def bounded(connected: socket.socket) -> BoundedSocket:
    """Take over a connected socket, its timeout included."""
    timeout_s = connected.gettimeout()
    taken = BoundedSocket(connected.family, connected.type, connected.proto, fileno=connected.detach())
    taken.settimeout(timeout_s)
    return taken
