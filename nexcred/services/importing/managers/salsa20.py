"""Salsa20 (D. J. Bernstein, "Salsa20 specification"), which hides passwords in KDBX 3.1 and is in no library here."""

import struct
from itertools import count

_CONSTANTS = struct.unpack("<4I", b"expand 32-byte k")
_MASK = 0xFFFFFFFF
_COLUMNS = ((0, 4, 8, 12), (5, 9, 13, 1), (10, 14, 2, 6), (15, 3, 7, 11))
_ROWS = ((0, 1, 2, 3), (5, 6, 7, 4), (10, 11, 8, 9), (15, 12, 13, 14))
_DOUBLE_ROUNDS, _BLOCK_BYTES = 10, 64


def salsa20(key: bytes, nonce: bytes, data: bytes) -> bytes:
    """Return the data under the key stream of 32 bytes of key and 8 of nonce, from block 0."""
    words, number = struct.unpack("<8I", key), struct.unpack("<2I", nonce)
    plain = bytearray()
    for block in count():
        at = block * _BLOCK_BYTES
        if at >= len(data):
            return bytes(plain)
        some = data[at : at + _BLOCK_BYTES]
        stream = _block(words, number, block)[: len(some)]
        plain += (int.from_bytes(some, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(some), "big")
    raise AssertionError


def _block(key: tuple[int, ...], nonce: tuple[int, ...], number: int) -> bytes:
    c = _CONSTANTS
    start = [c[0], *key[:4], c[1], *nonce, number & _MASK, number >> 32, c[2], *key[4:], c[3]]
    words = list(start)
    for _ in range(_DOUBLE_ROUNDS):
        for quarter in (*_COLUMNS, *_ROWS):
            _mix(words, *quarter)
    return struct.pack("<16I", *((one + two) & _MASK for one, two in zip(words, start, strict=True)))


def _mix(words: list[int], a: int, b: int, c: int, d: int) -> None:
    for target, one, two, bits in ((b, a, d, 7), (c, b, a, 9), (d, c, b, 13), (a, d, c, 18)):
        total = (words[one] + words[two]) & _MASK
        words[target] ^= ((total << bits) | (total >> (32 - bits))) & _MASK
