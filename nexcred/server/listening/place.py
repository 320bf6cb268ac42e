"""A place where the service listens, opened."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from socket import socket

from nexcred.model.secret import repr_of


def _leave() -> None:
    """Nothing is left behind by a socket without a file."""


@dataclass(frozen=True, slots=True)
class Listening:
    """`url` is what clients are told, `hosts` the names in `Host` by which it may be asked. `leave` takes away what
    the sockets left in the file system."""

    sockets: tuple[socket, ...]
    url: str
    hosts: frozenset[str]
    tls: ssl.SSLContext | None = None
    leave: Callable[[], None] = _leave

    def __repr__(self) -> str:
        return repr_of(self, "hosts")


def hosts_at(names: tuple[str, ...], port: int, usual: int) -> frozenset[str]:
    """Return each name as `Host` has it: with the port, and alone where the port is the scheme's own."""
    shown = [f"[{name}]" if ":" in name else name.lower() for name in names]
    return frozenset([f"{name}:{port}" for name in shown] + (shown if port == usual else []))
