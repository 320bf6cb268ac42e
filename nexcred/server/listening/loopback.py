"""A port of this machine that nothing else can reach."""

import errno
import socket
from contextlib import suppress

from nexcred.errors import PortTaken
from nexcred.local.files import reason
from nexcred.server.listening.place import Listening, hosts_at
from nexcred.server.listening.port_owner import describe_owner

# N, E, X, C on the keys of a telephone.
DEFAULT_PORT = 6392
NAMES = ("127.0.0.1", "localhost", "::1")
_BACKLOG = 1024
_HTTP = 80
# How often another free port is looked for, where somebody has the one of the other family.
_TRIES = 16
# As almost every system has it.
_LAST_OF_ROOT = 1023
_ANOTHER = "take another port with --port"


def listen_on_loopback(port: int, instead: str = _ANOTHER) -> Listening:
    """Listen on 127.0.0.1 and, where there is one, on ::1, lest another user takes that for `localhost`.

    With 0 the system chooses the port. Raise PortTaken, with what may be done instead of ending who has it.
    """
    for last in (*[False] * (_TRIES - 1), True):
        first = bound(socket.AF_INET, "127.0.0.1", port, instead)
        number = first.getsockname()[1]
        try:
            second = _on_ipv6(number, instead)
        except PortTaken:
            first.close()
            if port or last:
                raise
            continue
        return Listening((first, *second), f"http://127.0.0.1:{number}", hosts_at(NAMES, number, _HTTP))
    raise AssertionError


def bound(family: int, address: str, port: int, instead: str = _ANOTHER) -> socket.socket:
    """Return a socket that listens there; raise PortTaken, OSError where there is no such address."""
    # With its protocol said, or asyncio leaves Nagle's algorithm on: a kept connection's answers take 40 ms longer.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind((address, port))
        made.listen(_BACKLOG)
        made.setblocking(False)
    except OSError as error:
        made.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise _taken(address, port, error, instead) from None
        raise
    return made


def _on_ipv6(port: int, instead: str) -> tuple[socket.socket, ...]:
    with suppress(OSError):  # a machine without it
        return (bound(socket.AF_INET6, "::1", port, instead),)
    return ()


def _taken(address: str, port: int, error: OSError, instead: str) -> PortTaken:
    message = f"cannot listen on port {port} of {address}: "
    if error.errno == errno.EACCES:
        return PortTaken(message + reason(error), hint=f"take a port above {_LAST_OF_ROOT} with --port")
    owner = describe_owner(port)
    return PortTaken(message + (f"{owner} has it" if owner else reason(error)), hint=f"end that, or {instead}")
