"""Sockets that the service manager listens on already, and hands over: sd_listen_fds(3)."""

import os
import socket
import stat
from collections.abc import MutableMapping
from pathlib import Path

from nexcred.errors import InvalidData
from nexcred.local.files import reason
from nexcred.server.listening.address import is_loopback
from nexcred.server.listening.loopback import NAMES
from nexcred.server.listening.place import Listening, hosts_at
from nexcred.server.listening.tls import Certificate
from nexcred.server.listening.unix_socket import HOSTS, refuse_shared

_FIRST = 3
_MOST = 16
_OTHERS = 0o077
_HTTP, _HTTPS = 80, 443
_START = "let systemd start it by its .socket unit, or unset LISTEN_FDS"
_HINT = "name a path in a folder of your own in its .socket unit: ListenStream=%t/nexcred.sock"


def activated_sockets(environment: MutableMapping[str, str]) -> tuple[socket.socket, ...]:
    """Take what was handed to this process, and nothing that was meant for another; raise InvalidData."""
    count, process = environment.get("LISTEN_FDS", ""), environment.get("LISTEN_PID", "")
    if process != str(os.getpid()):
        return ()
    for name in ("LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"):
        environment.pop(name, None)
    if not count.isascii() or not count.isdigit() or not 0 < int(count) <= _MOST:
        raise InvalidData(f"LISTEN_FDS must be a number from 1 to {_MOST}", hint=_START)
    return tuple(_taken(number) for number in range(_FIRST, _FIRST + int(count)))


def listen_on_activated(sockets: tuple[socket.socket, ...], certificate: Certificate | None) -> Listening:
    """Serve them; raise InvalidData for one that others could reach unencrypted, StoreFailed where they could put
    another in its place."""
    hosts: set[str] = set()
    urls = [_checked(one, certificate, hosts) for one in sockets]
    return Listening(sockets, urls[0], frozenset(hosts), certificate.context if certificate else None)


def _taken(number: int) -> socket.socket:
    try:
        found = socket.socket(fileno=number)
        listens = found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except OSError:
        raise InvalidData(f"file descriptor {number}, one of LISTEN_FDS, is no socket", hint=_START) from None
    if found.type != socket.SOCK_STREAM or not listens:
        raise InvalidData(
            f"file descriptor {number}, one of LISTEN_FDS, is no socket that listens for streams", hint=_START
        )
    found.set_inheritable(False)
    found.setblocking(False)
    return found


def _checked(one: socket.socket, certificate: Certificate | None, hosts: set[str]) -> str:
    """Return the URL of a socket, and add the names by which it may be asked."""
    where = one.getsockname()
    if one.family == socket.AF_UNIX:
        _refuse_open(str(where))
        hosts |= HOSTS
        return f"unix://{where}"
    if one.family not in (socket.AF_INET, socket.AF_INET6):
        raise InvalidData(f"file descriptor {one.fileno()}, one of LISTEN_FDS, is neither of TCP nor a Unix socket")
    address, port = where[0], where[1]
    if certificate is None and not is_loopback(address):
        raise InvalidData(
            f"the socket at {address} can be reached by other machines, and what goes there must be encrypted",
            hint="give --tls-cert FILE and --tls-key FILE, or let it listen on 127.0.0.1",
        )
    scheme, usual = ("https", _HTTPS) if certificate else ("http", _HTTP)
    hosts |= hosts_at((address, *NAMES, *(certificate.hosts if certificate else ())), port, usual)
    return f"{scheme}://{f'[{address}]' if ':' in address else address}:{port}"


def _refuse_open(path: str) -> None:
    if not path.startswith("/"):
        raise InvalidData("a socket of the service manager has no path", hint=_HINT)
    try:
        found = Path(path).lstat()
    except OSError as error:
        raise InvalidData(f"the socket {path!r} cannot be looked at: {reason(error)}") from None
    if found.st_mode & _OTHERS:
        mode = f"{stat.S_IMODE(found.st_mode):04o}"
        raise InvalidData(
            f"others have access to the socket {path!r} (mode {mode})", hint="say SocketMode=0600 in its .socket unit"
        )
    if found.st_uid not in (0, os.geteuid()):
        raise InvalidData(f"the socket {path!r} belongs to another user", hint=_HINT)
    refuse_shared(Path(path).parent, _HINT)
