"""A connection without a proxy."""

import socket
import ssl
from collections.abc import Callable

from nexcred.http.policy import Target
from nexcred.network.guarded_socket import GuardedSocket
from nexcred.network.tls import server_name


class StraightConnection:
    """A line that is connected already, for https with TLS. The certificate is checked against the name."""

    def __init__(self, line: GuardedSocket, target: Target, tls: Callable[[], ssl.SSLContext]) -> None:
        self.sock: socket.socket = line.socket
        self._host = target.host.name
        self._tls = tls if target.scheme == "https" else None

    def connect(self) -> None:
        """Connect; an end without TLS saying so is no end: to whoever cuts the line, that would be a whole answer."""
        if self._tls is not None:
            context = self._tls()
            context.set_alpn_protocols(["http/1.1"])  # as urllib3 does on the way through a proxy
            self.sock = context.wrap_socket(
                self.sock, server_hostname=server_name(self._host), suppress_ragged_eofs=False
            )

    def close(self) -> None:
        self.sock.close()
