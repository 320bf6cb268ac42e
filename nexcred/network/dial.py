"""Connecting to the first of several addresses that answers (Happy Eyeballs, RFC 8305).

An address that answers nothing holds nobody up: the next one is tried beside it after a quarter of a second, or at once
where one has failed. In one thread: attempts that do not block, and a selector that waits for them all.
"""

import errno
import selectors
import socket
import time
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest
from typing import Self

from nexcred.network.addresses import Address
from nexcred.network.deadline import Deadline
from nexcred.network.failures import line_failure

_PAUSE_S = 0.25  # RFC 8305, 8: Connection Attempt Delay
# Windows says WSAEWOULDBLOCK (10035) of a connection that is being made.
_UNDER_WAY = frozenset({errno.EINPROGRESS, errno.EWOULDBLOCK, 10035})


def connect(addresses: Sequence[Address], port: int, deadline: Deadline, *, pause_s: float = _PAUSE_S) -> socket.socket:
    """Return a socket that is connected to one of the addresses; raise TransportFailed when none answers in time."""
    with _Attempts(port) as attempts:
        connected = attempts.first(deque(in_turn(addresses)), deadline, pause_s)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connected.settimeout(deadline.remaining_s())
    return connected


def in_turn(addresses: Iterable[Address]) -> list[Address]:
    """Return IPv6 and IPv4 by turns (RFC 8305, 4), else in the resolver's order, whose first is the first."""
    families: dict[int, list[Address]] = {}
    for address in addresses:
        families.setdefault(address.version, []).append(address)
    return [address for address in chain(*zip_longest(*families.values())) if address is not None]


class _Attempts:
    """Connections that are being made, all of which but the first to succeed are closed in the end."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._selector = selectors.DefaultSelector()
        self._failure: OSError = OSError("no address")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for key in list(self._selector.get_map().values()):
            self._drop(key.fileobj)
        self._selector.close()

    def first(self, waiting: deque[Address], deadline: Deadline, pause_s: float) -> socket.socket:
        """Return the first that succeeds; raise TransportFailed, of the last failure or of the time."""
        starts_next = time.monotonic()
        while waiting or self._selector.get_map():
            if deadline.expired:
                raise line_failure(TimeoutError(), deadline)
            if waiting and (time.monotonic() >= starts_next or not self._selector.get_map()):
                starts_next = time.monotonic() + pause_s if self._start(waiting.popleft()) else time.monotonic()
                continue
            until = min(starts_next, deadline.ends_at) if waiting else deadline.ends_at
            for key, _ in self._selector.select(max(until - time.monotonic(), 0.001)):
                connected = self._ended(key.fileobj)
                if connected is not None:
                    return connected
                starts_next = time.monotonic()  # one failed: the next begins at once
        raise line_failure(self._failure, deadline) from None

    def _start(self, address: Address) -> bool:
        """Begin to connect; return whether that is under way."""
        # In bytes: for a text Python loads the tables of international names, even where nothing is looked up.
        host = str(address).encode()
        family, kind, protocol, _, place = socket.getaddrinfo(
            host, self._port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
        )[0]
        try:
            attempt = socket.socket(family, kind, protocol)
        except OSError as error:  # a machine without IPv6
            self._failure = error
            return False
        attempt.setblocking(False)
        result = attempt.connect_ex(place)
        if result and result not in _UNDER_WAY:
            attempt.close()
            self._failure = _failure(result)
            return False
        self._selector.register(attempt, selectors.EVENT_WRITE)
        return True

    def _ended(self, file: object) -> socket.socket | None:
        """Return the socket of an attempt that succeeded, taken out of these; else note why not, and close it."""
        assert isinstance(file, socket.socket)
        result = file.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if result:
            self._failure = _failure(result)
            self._drop(file)
            return None
        self._selector.unregister(file)
        return file

    def _drop(self, file: object) -> None:
        assert isinstance(file, socket.socket)
        self._selector.unregister(file)
        file.close()


def _failure(number: int) -> OSError:
    """Return the error of a number, of the class that stands for it."""
    return OSError(number, "")
