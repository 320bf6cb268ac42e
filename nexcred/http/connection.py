"""urllib3 connections over sockets that others connect, so that nothing is looked up or dialled behind the checks."""

import logging
import socket
import ssl
from collections.abc import Callable
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection, ProxyConfig
from urllib3.util.url import Url

from nexcred.http.policy import Target
from nexcred.http.proxies import Proxy
from nexcred.http.whole_response import WholeResponse
from nexcred.model.client_certificate import ClientCertificate
from nexcred.network.guarded_socket import GuardedSocket

# urllib3 logs whole URLs, query included, when an answer's headers are odd.
logging.getLogger("urllib3").setLevel(logging.CRITICAL + 1)


# Returns a connected socket, given the seconds that connecting may take.
Dial = Callable[[float], socket.socket]


class DialledHTTP(HTTPConnection):
    """Plain HTTP over what `dial` connects, so that urllib3 looks nothing up itself."""

    response_class = WholeResponse

    def __init__(self, *where: Any, dial: Dial, **options: Any) -> None:
        super().__init__(*where, **options)
        self._dial = dial

    def _new_conn(self) -> socket.socket:
        return self._dial(_seconds(self))


class DialledHTTPS(DialledHTTP, HTTPSConnection):
    """TLS over what `dial` connects; the certificate is still checked against the name."""

    def connect(self) -> None:
        """Connect; an end without TLS saying so is no end: to whoever cuts the line, that would be a whole answer."""
        super().connect()
        self.sock.suppress_ragged_eofs = False  # type: ignore[union-attr]


def proxy_of(proxy: Proxy, tls: Callable[[], ssl.SSLContext]) -> tuple[Url, ProxyConfig]:
    """Return a proxy as urllib3 takes it."""
    url = Url(proxy.scheme, host=proxy.host.in_url, port=proxy.port)
    return url, ProxyConfig(tls() if proxy.scheme == "https" else None, False, None, None)


def connection_through(
    proxy: Proxy,
    line: GuardedSocket,
    target: Target,
    tls: Callable[..., ssl.SSLContext],
    shown: ClientCertificate | None = None,
) -> DialledHTTP | DialledHTTPS:
    """Return a connection over a line to the proxy, not yet speaking: a CONNECT tunnel (https), or what it forwards."""
    options: dict[str, Any] = {"timeout": line.socket.gettimeout(), "dial": lambda _: line.socket}
    connection: DialledHTTP | DialledHTTPS
    if target.scheme == "http" and proxy.scheme == "http":
        connection = DialledHTTP(proxy.host.name, proxy.port, **options)
    else:
        is_proxys = target.scheme == "http"  # the one TLS there is ends at the proxy
        connection = DialledHTTPS(
            proxy.host.name, proxy.port, ssl_context=tls() if is_proxys else tls(shown), **options
        )
    if target.scheme == "https":
        connection.proxy, connection.proxy_config = proxy_of(proxy, tls)
        connection.set_tunnel(target.host.in_url, target.port, headers=proxy.headers, scheme=proxy.scheme)
    return connection


def _seconds(connection: HTTPConnection) -> float:
    """Return the time that this connection may take to be made: whoever makes one sets it."""
    seconds = connection.timeout
    if not isinstance(seconds, int | float):
        raise TypeError("a connection without a time limit")
    return float(seconds)
