"""urllib3 connections over a line that is already open, so that nothing is looked up or dialled behind the checks."""

import logging
import socket
import ssl
from collections.abc import Callable

from urllib3.connection import HTTPConnection, HTTPSConnection, ProxyConfig
from urllib3.util.url import Url

from nexcred.http.policy import Target
from nexcred.http.proxies import Proxy
from nexcred.network.guarded_socket import GuardedSocket

# urllib3 logs whole URLs, query included, when an answer's headers are odd.
logging.getLogger("urllib3").setLevel(logging.CRITICAL + 1)


class PinnedHTTP(HTTPConnection):
    """Plain HTTP over the given line."""

    line: GuardedSocket

    def _new_conn(self) -> socket.socket:
        return self.line.socket


class PinnedHTTPS(HTTPSConnection):
    """TLS over the given line; the certificate is still checked against the name."""

    line: GuardedSocket

    def _new_conn(self) -> socket.socket:
        return self.line.socket


def connection_over(
    line: GuardedSocket, target: Target, proxy: Proxy | None, tls: Callable[[], ssl.SSLContext]
) -> PinnedHTTP | PinnedHTTPS:
    """Return a connection, not yet speaking: straight, through a CONNECT tunnel (https), or to a forwarding proxy."""
    host, port = (proxy.host, proxy.port) if proxy else (target.host, target.port)
    timeout_s = line.socket.gettimeout()
    connection: PinnedHTTP | PinnedHTTPS
    if target.scheme == "http" and (proxy is None or proxy.scheme == "http"):
        connection = PinnedHTTP(host.name, port, timeout=timeout_s)
    else:
        connection = PinnedHTTPS(host.name, port, timeout=timeout_s, ssl_context=tls())
    connection.line = line
    if proxy and target.scheme == "https":
        connection.proxy = Url(proxy.scheme, host=proxy.host.in_url, port=proxy.port)
        connection.proxy_config = ProxyConfig(tls() if proxy.scheme == "https" else None, False, None, None)
        connection.set_tunnel(target.host.in_url, target.port, headers=proxy.headers, scheme=proxy.scheme)
    return connection
