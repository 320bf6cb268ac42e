"""Messages of PostgreSQL's protocol 3.0 (manual, chapter 55): what a login by SCRAM and plain statements take."""

import struct
from collections.abc import Iterator, Mapping
from typing import Any

from nexcred.databases.bounded import BoundedSocket, BoundedTLS
from nexcred.network.failures import TransportFailed

AUTHENTICATION, DATA, DESCRIPTION, ERROR, PARAMETER, READY = b"R", b"D", b"T", b"E", b"S", b"Z"
_VERSION = 196608  # 3.0
_BOOL, _BYTEA, _NUMBERS = 16, 17, (20, 21, 23, 26)
# BackendKeyData, NoticeResponse, NotificationResponse, CommandComplete, EmptyQueryResponse.
_PASSED_OVER = (b"K", b"N", b"A", b"C", b"I")


class MessageStream:
    """Messages to and from a server, each answer no longer than was allowed."""

    def __init__(self, line: BoundedSocket | BoundedTLS) -> None:
        self._line = line
        self._reading = line.makefile("rb", buffering=64 * 1024)

    def start(self, options: Mapping[str, str]) -> None:
        """Send the first message, which has no kind."""
        body = b"".join(part.encode() + b"\0" for pair in options.items() for part in pair)
        self._line.sendall(struct.pack("!ii", len(body) + 9, _VERSION) + body + b"\0")

    def send(self, kind: bytes, body: bytes) -> None:
        self._line.sendall(kind + struct.pack("!i", len(body) + 4) + body)

    def receive(self) -> tuple[bytes, bytes]:
        """Return kind and body of the next message that says something; raise TransportFailed, or what a line does."""
        while True:
            head = self._exactly(5)
            body = self._exactly(struct.unpack("!i", head[1:])[0] - 4)
            if head[:1] not in _PASSED_OVER:
                return head[:1], body

    def _exactly(self, size: int) -> bytes:
        if size < 0:
            raise ValueError("a length that is none")
        if size > self._line.most:  # before so much is made room for
            raise TransportFailed.inconclusive("the answer is longer than makes sense")
        data: bytes = self._reading.read(size)
        if len(data) < size:
            raise EOFError
        return data

    def close(self) -> None:
        self._reading.close()
        self._line.close()


def error_of(body: bytes) -> tuple[str, str]:
    """Return an error's SQLSTATE, and its sentence in the server's language."""
    fields = {part[:1]: part[1:].decode(errors="replace") for part in body.split(b"\0") if part}
    return fields.get(b"C") or "?????", fields.get(b"M", "")


def types_of(body: bytes) -> list[int]:
    """Return the types of the columns that a row will have."""
    (count,) = struct.unpack_from("!H", body)
    types, at = [], 2
    for _ in range(count):
        at = body.index(b"\0", at) + 1
        types.append(struct.unpack_from("!ihihih", body, at)[2])
        at += 18
    return types


def values_of(body: bytes, types: list[int]) -> list[Any]:
    """Return the values of a row; raise ValueError, struct.error for what is none."""
    (count,) = struct.unpack_from("!H", body)
    if count != len(types):
        raise ValueError("a row of other columns")
    return [None if text is None else _value(text, kind) for text, kind in zip(_texts(body), types, strict=True)]


def _texts(body: bytes) -> Iterator[bytes | None]:
    at = 2
    while at < len(body):
        (length,) = struct.unpack_from("!i", body, at)
        at += 4
        if length < 0:
            yield None
            continue
        if length > len(body) - at:
            raise ValueError("a length that is none")
        yield body[at : at + length]
        at += length


def _value(text: bytes, kind: int) -> Any:
    if kind == _BYTEA:
        if not text.startswith(b"\\x"):
            raise ValueError("not in hexadecimal digits")
        return bytes.fromhex(text[2:].decode("ascii"))
    if kind in _NUMBERS:
        return int(text)
    return text == b"t" if kind == _BOOL else text.decode(errors="replace")
