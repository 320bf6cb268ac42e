"""Asking a SOCKS5 proxy (RFC 1928) for the way, on a connection to it that others made; PySocks knows the protocol."""

import socket
from typing import Any

from nexcred.http.policy import HostPolicy, Target
from nexcred.http.proxies import Proxy
from nexcred.http.reach import Resolver
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed

# PySocks writes longer ones with a length of two bytes, which the protocol does not have.
_LONGEST = 127


def ask_for_the_way(
    connected: socket.socket,
    proxy: Proxy,
    target: Target,
    *,
    policy: HostPolicy,
    deadline: Deadline,
    resolver: Resolver,
) -> socket.socket:
    """Return the same connection, which from here on leads to the target; raise HostRefused, TransportFailed.

    A socks5 proxy is given an address that was looked up and checked here, socks5h the name: it looks that up itself.
    """
    destination = _destination(proxy, target, policy, deadline, resolver)
    username, password = proxy.login
    if max(map(len, (destination, username.encode(), password.encode()))) > _LONGEST:
        connected.close()
        raise TransportFailed.unreachable(f"the proxy {proxy.authority}: a name or its login is too long for SOCKS")
    import socks

    through: Any = _through(connected, deadline)
    remote = proxy.scheme == "socks5h"
    through.set_proxy(socks.SOCKS5, str(proxy.host.name), proxy.port, remote, username or None, password or None)
    try:
        through.connect((destination, target.port))
    except socks.ProxyError as error:
        through.close()
        raise TransportFailed.unreachable(f"the proxy {proxy.authority}: {_reason(error)}") from None
    line: socket.socket = through
    return line


def _destination(proxy: Proxy, target: Target, policy: HostPolicy, deadline: Deadline, resolver: Resolver) -> str:
    if target.host.address is not None:
        return str(target.host.address)
    if proxy.scheme == "socks5h":
        return target.host.name
    addresses = resolver(target.host.name, deadline)
    policy.check_addresses(target, addresses)
    return str(addresses[0])


def _through(connected: socket.socket, deadline: Deadline) -> object:
    """Return PySocks' socket over a connection that is there already, so that it looks nothing up and dials nobody."""
    import socks

    class _Connected(socket.socket):
        def connect(self, _address: object, /) -> None:
            """Be connected already."""

    class _Through(socks.socksocket, _Connected):  # type: ignore[misc]
        """PySocks connects by the class after its own."""

    family, kind, protocol = connected.family, connected.type, connected.proto
    through = _Through(family, kind, protocol, fileno=connected.detach())
    through.settimeout(deadline.remaining_s())
    return through


def _reason(error: Any) -> str:
    import socks

    if isinstance(error.socket_err, socks.ProxyError):  # its own errors are socket errors to it, and wrapped
        error = error.socket_err
    if isinstance(error, socks.SOCKS5AuthError):
        return "it wants a user name and password, or other ones"
    if isinstance(error, socks.SOCKS5Error):
        return f"it found no way ({str(error).partition(': ')[2].lower()})"
    if isinstance(error.socket_err, TimeoutError):
        return "it did not answer in time"
    return "it does not speak SOCKS5, or hung up"
