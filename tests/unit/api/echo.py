"""A server that keeps connections, takes bodies in chunks, and counts both."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.support.standins.in_thread import InThread


class Echo(InThread):
    """Answers with the body it was sent, in chunks. `bodies` and `connections` are what came."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.keys: list[str] = []
        self.connections = 0
        super().__init__(ThreadingHTTPServer(("127.0.0.1", 0), type("_Bound", (_Handler,), {"echo": self})))

    @property
    def url(self) -> str:
        return f"http://{self.host}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20
    echo: Echo

    def setup(self) -> None:
        super().setup()
        self.echo.connections += 1

    def do_POST(self) -> None:
        body = self._read()
        self.echo.bodies.append(body)
        self.echo.keys.append(self.headers.get("Authorization", ""))
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for start in range(0, len(body), 4096):
            piece = body[start : start + 4096]
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def _read(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))
        pieces = []
        while size := int(self.rfile.readline(), 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""
