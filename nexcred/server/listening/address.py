"""An address of this machine that others reach: only with TLS."""

import ipaddress
import socket

from nexcred.errors import InvalidData, UsageError
from nexcred.local.files import reason
from nexcred.server.listening.loopback import NAMES, bound
from nexcred.server.listening.place import Listening, hosts_at
from nexcred.server.listening.tls import Certificate

_HTTPS = 443
_HTTP = 80
_OWN = "name an address that this machine has, or all of them with: --listen 0.0.0.0"


def listen_on_address(address: str, port: int, certificate: Certificate | None) -> Listening:
    """Listen at every address of that name; raise UsageError without TLS where others reach it, PortTaken."""
    found = _resolved(address, port)
    if certificate is None and not all(is_loopback(where) for _, where in found):
        raise UsageError(
            f"{address} can be reached by other machines, and what goes there must be encrypted",
            hint="give --tls-cert FILE and --tls-key FILE with --listen",
        )
    sockets = []
    for family, where in found:
        try:
            sockets.append(bound(family, where, port))
        except OSError as error:
            raise InvalidData(f"this machine cannot listen on {where}: {reason(error)}", hint=_OWN) from None
        port = sockets[0].getsockname()[1]
    names = (address, *(where for _, where in found), *NAMES, *(certificate.hosts if certificate else ()))
    scheme, usual = ("https", _HTTPS) if certificate else ("http", _HTTP)
    shown = f"[{address}]" if ":" in address else address
    hosts = hosts_at(tuple(dict.fromkeys(names)), port, usual)
    return Listening(tuple(sockets), f"{scheme}://{shown}:{port}", hosts, certificate.context if certificate else None)


def is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def _resolved(address: str, port: int) -> list[tuple[int, str]]:
    try:
        found = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise InvalidData(f"--listen: '{address}' is no address of this machine: {reason(error)}", hint=_OWN) from None
    return list(dict.fromkeys((family, str(where[0])) for family, _, _, _, where in found))
