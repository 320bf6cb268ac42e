"""A loopback HTTP server in a thread: records every request, answers as its subclass decides or as its fault wants."""

import contextlib
import socket
import socketserver
import ssl
from http.server import BaseHTTPRequestHandler

from tests.support.standins.exchange import Answer, Fault, Received, json_answer
from tests.support.standins.in_thread import InThread

_IDLE_S = 20


class StandIn(InThread):
    """A provider, as the program sees it. Give a server-side TLS context to serve https.

    `fields` are the connector's fields that have a value here as an attribute, the secret one first; `identity` is who
    the provider says it is.
    """

    name = "stand-in"
    base_path = ""
    fields: tuple[str, ...] = ()
    identity: str | None = None

    def __init__(self, *, tls: ssl.SSLContext | None = None, fault: Fault | None = None, port: int = 0) -> None:
        self.tls = tls
        self.fault = fault
        self.received: list[Received] = []
        super().__init__(_Server(self, port))

    def answer(self, request: Received) -> Answer:
        """Answer as the provider does."""
        return json_answer({"message": "not found"}, 404)

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}"

    @property
    def base_url(self) -> str:
        """What `--set base_url=` takes for this provider's connector."""
        return self.url + self.base_path


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, stand_in: StandIn, port: int) -> None:
        self.stand_in = stand_in
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that hang up, or refuse the certificate, are what many tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = _IDLE_S

    def setup(self) -> None:
        # In the connection's own thread: a handshake must not hold up the next client.
        if self.server.stand_in.tls:
            context = self.server.stand_in.tls
            self.request = context.wrap_socket(self.request, server_side=True, do_handshake_on_connect=False)
            try:
                self.request.do_handshake()
            except ssl.SSLError:
                _linger(socket.socket(fileno=self.request.detach()))
                raise
        super().setup()

    def finish(self) -> None:
        super().finish()
        # The server closes the socket it accepted, of which TLS has taken the descriptor.
        self.request.close()

    def handle_one_request(self) -> None:
        self.close_connection = True
        first = self.rfile.peek(1)[:1]  # type: ignore[attr-defined]
        if first and not first.isalpha():
            self._refuse_what_is_no_http()
            return
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            return
        stand_in = self.server.stand_in
        request = self._receive()
        stand_in.received.append(request)
        proper = stand_in.answer(request)
        chosen = stand_in.fault(request, proper) if stand_in.fault else proper
        with contextlib.suppress(OSError):
            if isinstance(chosen, Answer):
                self._send(chosen)
            else:
                chosen(self.connection)
            self._hang_up()

    def _refuse_what_is_no_http(self) -> None:
        """Answer a greeting of TLS or SOCKS by its first byte, as nginx does: the line never ends."""
        with contextlib.suppress(OSError):
            self.wfile.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            self._hang_up()

    def _receive(self) -> Received:
        length = int(self.headers.get("Content-Length", "0"))
        headers = {name.lower(): value for name, value in self.headers.items()}
        lines = tuple(f"{name}: {value}" for name, value in self.headers.items())
        return Received(self.command, self.path, headers, self.rfile.read(length), lines)

    def _send(self, answer: Answer) -> None:
        names = {name.lower() for name, _ in answer.headers}
        if "date" in names:
            self.send_response_only(answer.status)
        else:
            self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if "content-length" not in names and "transfer-encoding" not in names:
            self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _hang_up(self) -> None:
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_WR)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet: what came in is recorded."""


def _linger(plain: socket.socket) -> None:
    """Hear the client out after an alert, as servers do, or what it sends meanwhile would have the alert lost."""
    with plain, contextlib.suppress(OSError):
        plain.settimeout(_IDLE_S)
        plain.shutdown(socket.SHUT_WR)
        while plain.recv(65536):
            pass
