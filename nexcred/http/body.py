"""Reading an answer's body: as it was sent, or unpacked, but never more than a bound."""

import http.client
import zlib
from typing import TYPE_CHECKING

from nexcred.auth.flow import Response
from nexcred.network.failures import TransportFailed

if TYPE_CHECKING:
    from urllib3.response import BaseHTTPResponse

LARGEST_BODY_BYTES = 1024 * 1024
_PIECE_BYTES = 64 * 1024
_PACKED_PIECE_BYTES = 16 * 1024
_MOST_LAYERS = 5
_MOST_MEMBERS = 10_000
_CODING = "content-encoding"
_GZIP, _ZLIB, _DEFLATE = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
_GZIP_BEGINS = b"\x1f\x8b"
_ANY_OF = {"gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (_ZLIB, _DEFLATE)}


def read_body(answer: "BaseHTTPResponse", largest: int = LARGEST_BODY_BYTES) -> bytes:
    """Return the whole body as it was sent; raise TransportFailed for more than `largest` bytes, never kept."""
    pieces: list[bytes] = []
    size = 0
    for piece in answer.stream(_PIECE_BYTES, decode_content=False):
        size += len(piece)
        if size > largest:
            raise _too_long(largest, answer.status)
        pieces.append(piece)
    return b"".join(pieces)


def read_plain_body(answer: http.client.HTTPResponse, largest: int) -> bytes:
    """Do the same with an answer of http.client, which itself takes a body that breaks off for a whole one."""
    pieces: list[bytes] = []
    size = 0
    while piece := answer.read(_PIECE_BYTES):
        size += len(piece)
        if size > largest:
            raise _too_long(largest, answer.status)
        pieces.append(piece)
    if answer.length:
        raise http.client.IncompleteRead(b"", answer.length)
    return b"".join(pieces)


def unpacked(response: Response, largest: int = LARGEST_BODY_BYTES) -> Response:
    """Return the answer with its body as it was before Content-Encoding; raise TransportFailed.

    A body that ends before its compression does is no whole one. One that is empty was never packed, and what is
    labelled with another word than ours stays as it came: most often that is no compression, such as `utf-8`.
    """
    codings = [coding.strip().lower() for coding in response.headers.get(_CODING, "").split(",")]
    codings = [coding for coding in codings if coding not in ("", "identity")]
    if not codings or any(coding not in _ANY_OF for coding in codings):
        return response
    if len(codings) > _MOST_LAYERS:
        raise _unreadable(response.status)
    body = response.body
    for coding in reversed(codings if body else []):
        body = _without(coding, body, largest, response.status)
    headers = {name: value for name, value in response.headers.items() if name != _CODING}
    lines = tuple((name, value) for name, value in response.lines if name != _CODING)
    return response._replace(headers=headers, body=body, lines=lines)


def _without(coding: str, body: bytes, largest: int, status: int) -> bytes:
    for form in _ANY_OF[coding]:
        try:
            found = _inflated(body, form, largest)
        except zlib.error:
            continue
        if found is None:
            raise _too_long(largest, status)
        return found
    raise _unreadable(status) from None


def _inflated(body: bytes, form: int, largest: int) -> bytes | None:
    """Return what the body holds, None for more than `largest` bytes; raise zlib.error for what is broken or cut off.

    Gzip may hold several members, and after them what gzip itself overlooks (RFC 1952, 2.2).
    """
    found = bytearray()
    at = 0
    for _ in range(_MOST_MEMBERS):
        at = _member(body, at, form, found, largest)
        if len(found) > largest:
            return None
        if form != _GZIP or not body.startswith(_GZIP_BEGINS, at):
            return bytes(found)
    raise zlib.error("it has too many members")


def _member(body: bytes, at: int, form: int, found: bytearray, largest: int) -> int:
    """Unpack one member, up to a byte more than `largest` in all; return where the next one begins."""
    unpacker = zlib.decompressobj(form)
    while not unpacker.eof:
        if at == len(body):
            raise zlib.error("it is cut off")
        piece = body[at : at + _PACKED_PIECE_BYTES]
        found += unpacker.decompress(piece, largest + 1 - len(found))
        if len(found) > largest:
            break
        at += len(piece) - len(unpacker.unused_data)
    return at


def _too_long(largest: int, status: int) -> TransportFailed:
    return TransportFailed.inconclusive(f"the answer is longer than {largest // 1024 // 1024} MiB", status)


def _unreadable(status: int) -> TransportFailed:
    return TransportFailed.inconclusive("the answer cannot be decompressed", status)
