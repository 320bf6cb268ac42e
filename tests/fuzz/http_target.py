"""Bytes on a connection of the service: refused or read, and no handler is reached by what two readers take apart."""

import asyncio
import re
import socket
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from nexcred.server.listening.handshakes import Handshakes
from nexcred.server.protocol import StrictProtocol

_HEAD = re.compile(rb"[A-Z]+ /[\x21-\x7e]* HTTP/1\.1\r\n(?:[^\r\n:]+:[^\r\n]*\r\n)+\r\n")

_QUIET_TURNS = 8


class _Wire(asyncio.Transport):
    """Keeps what is said, and never says that it is busy."""

    def __init__(self, connected: socket.socket) -> None:
        super().__init__({"socket": connected})
        self.said = bytearray()
        self.is_closed = False

    def write(self, data: Any) -> None:
        self.said += data

    def close(self) -> None:
        self.is_closed = True

    def abort(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.is_closed = True

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass


class _Handler:
    """Reads each request whole, and answers it."""

    def __init__(self) -> None:
        self.read: list[tuple[str, bytes]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message["body"]
            more = message["more_body"]
        self.read.append((scope["path"], body))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


async def _served(data: bytes, step: int) -> list[tuple[str, bytes]]:
    handler = _Handler()
    config = uvicorn.Config(handler, lifespan="off", log_config=None, log_level="error", access_log=False, ws="none")
    protocol = StrictProtocol(Handshakes(), config, ServerState(), {})
    with socket.socket() as connected:
        protocol.connection_made(_Wire(connected))
        for begin in range(0, len(data), step):
            protocol.data_received(data[begin : begin + step])
        await _until_quiet(handler)
        protocol.connection_lost(None)
    while protocol.tasks:
        await asyncio.sleep(0)
    return handler.read


async def _until_quiet(handler: _Handler) -> None:
    """Let the loop turn until no request comes any more."""
    quiet, seen = 0, 0
    while quiet < _QUIET_TURNS:
        await asyncio.sleep(0)
        quiet = quiet + 1 if seen == len(handler.read) else 0
        seen = len(handler.read)


def fuzz_http(data: bytes) -> None:
    """The first byte says in which pieces it comes: what is read must be the same, and behind heads that are strict."""
    with asyncio.Runner() as runner:
        whole = runner.run(_served(data[1:], max(1, len(data))))
        parts = runner.run(_served(data[1:], max(1, data[0] if data else 1)))
    assert whole == parts
    assert len(whole) <= len(_HEAD.findall(data))
