"""Ways to misbehave, each to be given to a stand-in as its `fault`."""

import gzip
import os
import socket
import struct
import threading
import time
import zlib
from functools import cache

from tests.support.standins.exchange import Answer, Fault, Received, Script, html, json_answer

_HELD_S = 60
ESCAPES = "\x1b[31mred\x1b[0m \x1b]52;c;ZXZpbA==\x07 \x9b2J \u202egnirts\u202c [link=https://evil.example]x[/link] [/x]"


def always(answer: Answer) -> Fault:
    return lambda request, proper: answer


def rate_limited(*headers: tuple[str, str]) -> Fault:
    """429, with whatever headers say when to come again."""
    return always(json_answer({"message": "too many requests"}, 429, headers))


def server_error(status: int = 503) -> Fault:
    return always(json_answer({"message": "try again later"}, status))


def html_page(status: int = 403) -> Fault:
    """What a firewall or a login page puts in the way."""
    return always(html("Access denied" if status == 403 else "Sign in", status))


def redirect(location: str, body: bytes = b"", status: int = 302, encoding: str = "") -> Fault:
    headers = (("Location", location), *((("Content-Encoding", encoding),) if encoding else ()))
    return always(Answer(status, body, headers))


def gzip_bomb(size: int, status: int = 200) -> Fault:
    """A small body that decompresses to `size` zeros."""
    headers = (("Content-Type", "application/json"), ("Content-Encoding", "gzip"))
    return always(Answer(status, bomb(size), headers))


@cache
def bomb(size: int) -> bytes:
    """Return `size` zeros in gzip (RFC 1952): one block that is packed once and stands there again and again."""
    piece = bytes(1024 * 1024)
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    count = size // len(piece)
    checksum = 0
    for _ in range(count):
        checksum = zlib.crc32(piece, checksum)
    head = gzip.compress(b"", mtime=0)[:10]
    return head + block * count + packer.flush() + struct.pack("<II", checksum, count * len(piece) % 2**32)


def nested_gzip(layers: int) -> Fault:
    """An answer compressed over and over."""

    def fault(request: Received, proper: Answer) -> Answer:
        body = proper.body
        for _ in range(layers):
            body = gzip.compress(body)
        return Answer(200, body, (("Content-Encoding", ", ".join(["gzip"] * layers)),))

    return fault


def broken_gzip() -> Fault:
    return always(Answer(200, b"not gzip at all", (("Content-Encoding", "gzip"),)))


class Held:
    """Answers nothing until it is let go, and properly then; `asked` is released for each request."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self.let_go = threading.Event()

    def __call__(self, request: Received, proper: Answer) -> Answer:
        self.asked.release()
        self.let_go.wait(_HELD_S)
        return proper


def reset() -> Fault:
    """Close with RST instead of an answer."""

    def script(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # Detached, since the server's own files over the socket would keep it open.
        os.close(connection.detach())

    return lambda request, proper: script


def hang_up() -> Fault:
    """Close politely instead of an answer."""
    return lambda request, proper: lambda connection: None


def broken_off() -> Fault:
    """Promise more bytes than come."""
    return lambda request, proper: _write(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"half":')


def raw(data: bytes) -> Fault:
    """Write these very bytes, and close."""
    return lambda request, proper: _write(data)


def not_http() -> Fault:
    return lambda request, proper: _write(b"220 mail.example ESMTP ready\r\n")


def drip(head: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", pause_s: float = 0.05) -> Fault:
    """Send `head` at once and then a byte at a time, for ever."""

    def script(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(b"x")
            time.sleep(pause_s)

    return lambda request, proper: script


def drip_headers() -> Fault:
    return drip(b"HTTP/1.1 200 OK\r\nX-Slow: ")


def silence() -> Fault:
    """Take the request and never answer."""

    def script(connection: socket.socket) -> None:
        while connection.recv(4096):
            pass

    return lambda request, proper: script


def endless_chunks() -> Fault:
    """A chunked body without an end."""

    def script(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        while True:
            connection.sendall(chunk)

    return lambda request, proper: script


def many_headers(count: int = 100_000) -> Fault:
    lines = b"".join(b"X-Header-%d: value\r\n" % number for number in range(count))
    return lambda request, proper: _write(b"HTTP/1.1 200 OK\r\n" + lines + b"Content-Length: 2\r\n\r\n{}")


def long_header(size: int = 10_000_000) -> Fault:
    return lambda request, proper: _write(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * size + b"\r\n\r\n")


def endless_continue() -> Fault:
    """Interim answers without an end."""

    def script(connection: socket.socket) -> None:
        while True:
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)

    return lambda request, proper: script


def echo(status: int = 401) -> Fault:
    """Repeat everything that was sent, secrets too, in an error."""

    def fault(request: Received, proper: Answer) -> Answer:
        sent = " ".join([request.target, *request.headers.values(), request.body.decode("latin-1")])
        return json_answer({"message": f"cannot accept: {sent}", "error": {"echo": sent}}, status)

    return fault


def _write(data: bytes) -> Script:
    return lambda connection: connection.sendall(data)
