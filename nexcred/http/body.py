"""Unpacking an answer's body, but never more than a bound."""

import zlib

from nexcred.auth.flow import Response
from nexcred.network.failures import TransportFailed

LARGEST_BODY_BYTES = 1024 * 1024
_PACKED_PIECE_BYTES = 16 * 1024
_MOST_LAYERS = 5
_MOST_MEMBERS = 10_000
_CODING = "content-encoding"
_GZIP, _ZLIB, _DEFLATE = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
_GZIP_BEGINS = b"\x1f\x8b"
_ANY_OF = {"gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (_ZLIB, _DEFLATE)}


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
        raise _unreadable(response.status) from None
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
            raise too_long(largest, status)
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


def too_long(largest: int, status: int) -> TransportFailed:
    """Return the error for an answer whose body has more bytes."""
    return TransportFailed.inconclusive(f"the answer is longer than {largest // 1024 // 1024} MiB", status)


def _unreadable(status: int) -> TransportFailed:
    return TransportFailed.inconclusive("the answer cannot be decompressed", status)
