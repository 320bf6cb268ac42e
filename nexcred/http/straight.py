"""A connection without a proxy, of Python's own library: importing urllib3 takes longer than a request."""

import http.client
import ssl
from collections.abc import Callable

from nexcred.http.policy import DEFAULT_PORTS, Target
from nexcred.http.whole_response import WholeResponse
from nexcred.network.guarded_socket import GuardedSocket
from nexcred.network.tls import server_name


class StraightConnection(http.client.HTTPConnection):
    """HTTP, and for https TLS, over a line that is connected already. The certificate is checked against the name."""

    response_class = WholeResponse

    def __init__(self, line: GuardedSocket, target: Target, tls: Callable[[], ssl.SSLContext]) -> None:
        super().__init__(target.host.name, target.port)
        self.default_port = DEFAULT_PORTS[target.scheme]
        self._line = line
        self._tls = tls if target.scheme == "https" else None

    def connect(self) -> None:
        """Connect; an end without TLS saying so is no end: to whoever cuts the line, that would be a whole answer."""
        self.sock = self._line.socket
        if self._tls is not None:
            self.sock = self._tls().wrap_socket(
                self._line.socket, server_hostname=server_name(self.host), suppress_ragged_eofs=False
            )
