"""A connected socket that goes dead at the deadline, whoever is reading from it."""

import contextlib
import selectors
import socket
import threading
from collections.abc import Sequence

from nexcred.network.addresses import Address
from nexcred.network.deadline import Deadline
from nexcred.network.dial import connect
from nexcred.network.watch import SocketWatch

_WATCH = SocketWatch()


class GuardedSocket:
    """Close it when the answer was read.

    A socket's timeout starts anew with every byte, so a server that drips could hold it for ever. The second
    descriptor lets the watch shut the connection down under TLS, tunnel and HTTP alike.
    """

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self.socket = connected
        self.was_cut = False
        self._twin = connected.dup()
        self._lock = threading.Lock()
        self._is_watched = False
        self.renew(deadline)

    def renew(self, deadline: Deadline) -> None:
        """Let another answer come until this deadline, on the same connection."""
        self._is_watched = True
        _WATCH.watch(self, deadline.ends_at, self._cut)

    def rest(self) -> None:
        """Let the connection be, while no answer is awaited.

        Then closing it asks nothing of the watch: the garbage collector may do it, in the very thread that the watch
        waits for.
        """
        if self._is_watched:
            self._is_watched = False
            _WATCH.forget(self)

    def close(self) -> None:
        self.rest()
        self.let_go()

    def let_go(self) -> None:
        """Close it without asking the watch, as the garbage collector has to; what that does later does nothing."""
        # Under the lock, so that the watch never shuts down a descriptor that was given to another connection.
        with self._lock:
            self._twin.close()
        self.socket.close()

    def _cut(self) -> None:
        with self._lock, contextlib.suppress(OSError):
            self.was_cut = True
            self._twin.shutdown(socket.SHUT_RDWR)


def connect_guarded(addresses: Sequence[Address], port: int, deadline: Deadline) -> GuardedSocket:
    """Connect to the first address that answers, until the deadline; raise TransportFailed when none does."""
    return GuardedSocket(connect(addresses, port, deadline), deadline)


def has_word(connected: socket.socket) -> bool:
    """True where something came on a line on which nothing was asked, which is the end of it as a rule."""
    with selectors.DefaultSelector() as selector:
        selector.register(connected, selectors.EVENT_READ)
        return bool(selector.select(0))
