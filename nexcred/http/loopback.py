"""Receiving the browser's redirect on loopback (RFC 8252, 7.3 and 8.3): one request is taken, any other gets 404."""

import os
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from nexcred.auth.authorization import Answer, answer_in
from nexcred.model.named_tuple import NamedTuple

ADDRESS = "127.0.0.1"
_NAMES = frozenset({ADDRESS, "localhost"})
_IDLE_S = 10
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>nexcred</title></head>
<body><p>{text}</p></body></html>
"""
_RECEIVED = "nexcred has received the answer. Go back to {place}, and close this page."
_NOT_FOUND = "nexcred does not wait for this."


class RedirectEndpoint(NamedTuple):
    """The port and path on loopback that a redirect URI leads to."""

    port: int
    path: str


def redirect_endpoint(redirect_uri: str) -> RedirectEndpoint | None:
    """Return the place; None for a redirect URI that does not lead to this computer over plain http."""
    parts = urlsplit(redirect_uri)
    if parts.scheme != "http" or parts.hostname not in _NAMES:
        return None
    return RedirectEndpoint(parts.port or 80, parts.path or "/")


class Loopback:
    """Listens while entered, on 127.0.0.1 alone. Entering raises OSError when the port cannot be had.

    `fileno` becomes readable once an answer was taken, so that it can be waited for beside something else.
    """

    def __init__(
        self, place: RedirectEndpoint, is_due: Callable[[Answer], bool], back_to: str = "the terminal"
    ) -> None:
        """Take where the person waits, to be told there."""
        self.place = place
        self.received = _RECEIVED.format(place=back_to)
        self._is_due = is_due
        self._lock = threading.Lock()
        self.answer: Answer | None = None

    def __enter__(self) -> Self:
        self._server = _Server(self)
        self._here, self._there = socket.socketpair()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._here.close()
        self._there.close()

    def fileno(self) -> int:
        return self._here.fileno()

    def take(self, method: str, host: str, target: str) -> bool:
        """Take the answer if this is the request that is waited for, and the first one."""
        try:
            parts = urlsplit(target)
            name = urlsplit(f"//{host}").hostname
        except ValueError:
            return False
        # A name that was made to lead here belongs to somebody's web page (DNS rebinding).
        if (
            method != "GET"
            or name not in _NAMES
            or parts.netloc
            or parts.path.rstrip("/") != self.place.path.rstrip("/")
        ):
            return False
        answer = answer_in(parts.query)
        if answer is None or not self._is_due(answer):
            return False
        with self._lock:
            if self.answer is not None:
                return False
            self.answer = answer
        return True

    def announce(self) -> None:
        """Wake who waits: after the page was sent, since the server stops then."""
        self._there.send(b"\0")


class _Server(ThreadingHTTPServer):
    # On Windows this would let another program listen on the same port.
    allow_reuse_address = os.name == "posix"
    # The page of the answer that was taken is sent to its end; what a browser opened ahead is not waited for.
    daemon_threads = True

    def __init__(self, loopback: Loopback) -> None:
        self.loopback = loopback
        super().__init__((ADDRESS, loopback.place.port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a browser that hangs up is no failure, and what it asked for may hold the code."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _IDLE_S
    server_version = "nexcred"
    sys_version = ""

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        self.close_connection = True
        if len(self.raw_requestline) > 65536 or not self.raw_requestline or not self.parse_request():
            return
        taken = self.server.loopback.take(self.command, self.headers.get("Host", ""), self.path)
        self._send(200 if taken else 404, self.server.loopback.received if taken else _NOT_FOUND)
        if taken:
            self.server.loopback.announce()

    def _send(self, status: int, text: str) -> None:
        """Send a page that holds nothing of the request, runs nothing, and is not kept."""
        body = _PAGE.format(text=text).encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cache-Control", "no-store"),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet: the path holds the code."""
