"""An answer of http.client that has all its headers and its whole body, or raises."""

import http.client
import re
import socket
from io import BytesIO
from typing import Any, BinaryIO

from nexcred.http.body import too_long
from nexcred.http.head import UnreadableHead, read_head

_PIECE_BYTES = 64 * 1024

# RFC 9112, 7.1. Python's int() also takes signs, underscores and 0x, and a size below nothing reads to the end.
_SIZE = re.compile(rb"(?P<size>[0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r?\n")


class WholeResponse(http.client.HTTPResponse):
    """http.client takes the first line that is no header for the end of them all, and says so nowhere.

    So it is given those alone that it frames the body by, which were read and checked before.
    """

    def begin(self) -> None:
        if self.headers is not None:
            return
        body = self.fp
        head = read_head(body)
        self.fp = BytesIO(head.framing if head.line else b"")
        try:
            super().begin()
        finally:
            self.fp = body
        if self.chunked:
            self.fp = _Chunks(body)
        message = http.client.HTTPMessage()
        for name, value in head.fields:
            message[name] = value
        self.headers = self.msg = message

    def whole_body(self, largest: int) -> bytes:
        """Return the body as it was sent; raise TransportFailed for more than `largest` bytes, never kept."""
        pieces: list[bytes] = []
        size = 0
        while piece := self.read(_PIECE_BYTES):
            size += len(piece)
            if size > largest:
                raise too_long(largest, self.status)
            pieces.append(piece)
        if self.length:  # http.client itself takes a body that breaks off for a whole one
            raise http.client.IncompleteRead(b"", self.length)
        return b"".join(pieces)


def answer_on(line: socket.socket, method: str) -> WholeResponse:
    """Return the answer that comes over a line to a request by this method, its body unread."""
    answer = WholeResponse(line, method=method)
    try:
        answer.begin()
    except BaseException:
        answer.close()
        raise
    return answer


class _Chunks:
    """A file of chunks, whose lines are their sizes up to the last one; else the file that it stands for."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._was_last = False

    def readline(self, limit: int = -1, /) -> bytes:
        """Return the next line; raise UnreadableHead for one that is no size of a chunk."""
        line = self._file.readline(limit)
        if self._was_last or not line.endswith(b"\n"):
            return line
        found = _SIZE.fullmatch(line)
        if not found:
            raise UnreadableHead("the answer has a chunk without a readable size")
        self._was_last = int(found["size"], 16) == 0
        return line

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
