"""TLS before a server that has none."""

import http.client
import ssl

from tests.support.standins.exchange import Answer, Received
from tests.support.standins.server import StandIn

_OF_THE_HOP = {"connection", "transfer-encoding", "content-length", "keep-alive"}


class Forwarding(StandIn):
    """Hands each request on to a port of this machine, with the Host that was asked for."""

    name = "forwarding"

    def __init__(self, port_behind: int, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(tls=tls)
        self._port_behind = port_behind

    def answer(self, request: Received) -> Answer:
        headers = {name: text for name, text in request.headers.items() if name != "connection"}
        connection = http.client.HTTPConnection("127.0.0.1", self._port_behind, timeout=30)
        try:
            connection.request(request.method, request.target, request.body, headers)
            response = connection.getresponse()
            kept = tuple((name, text) for name, text in response.getheaders() if name.lower() not in _OF_THE_HOP)
            return Answer(response.status, response.read(), kept)
        finally:
            connection.close()
