"""A connected socket that goes dead at the deadline, whoever is reading from it."""

import contextlib
import socket
import threading
from collections.abc import Sequence

from nexcred.network.addresses import Address
from nexcred.network.deadline import Deadline
from nexcred.network.failures import line_failure
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
        _WATCH.watch(self, deadline.ends_at, self._cut)

    def close(self) -> None:
        _WATCH.forget(self)
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


def connect(addresses: Sequence[Address], port: int, deadline: Deadline) -> socket.socket:
    """Return a socket that is connected to the first address that answers; raise TransportFailed when none does."""
    failure: OSError = OSError("no address")
    for tried, address in enumerate(addresses):
        # A black hole must leave time for the addresses after it.
        share_s = deadline.remaining_s() / (len(addresses) - tried)
        try:
            connected = _connect(address, port, share_s)
        except OSError as error:
            failure = error
            continue
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connected.settimeout(deadline.remaining_s())
        return connected
    raise line_failure(failure, deadline) from None


def _connect(address: Address, port: int, timeout_s: float) -> socket.socket:
    # In bytes: for a text Python loads the tables of international names, even where nothing is looked up.
    host = str(address).encode()
    family, kind, protocol, _, place = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
    )[0]
    connected = socket.socket(family, kind, protocol)
    try:
        connected.settimeout(timeout_s)
        connected.connect(place)
    except OSError:
        connected.close()
        raise
    return connected
