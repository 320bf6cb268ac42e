"""KeePass databases (keepass.info, "KDBX 4" and "KDBX 3.1"): from the file and its key to the XML within.

Read here and not by pykeepass, which takes characters out of passwords that XML could not hold, goes on with what it
could not decrypt, and lets a file name any cost and hold any number of bytes.
"""

import struct
import zlib
from collections.abc import Iterator

from nexcred.errors import InvalidData, Locked
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.services.importing import foreign_ciphers as ciphers
from nexcred.services.importing.managers.kdbx_header import AES, CHACHA20, KdbxHeader, damaged, read_header, take
from nexcred.services.importing.managers.kdbx_key import transformed
from nexcred.services.importing.managers.salsa20 import salsa20

_GZIP = 16 + zlib.MAX_WBITS
_MOST_BYTES = 256 * 1024 * 1024
_SALSA20, _CHACHA20 = 2, 3
_INNER_END, _INNER_STREAM, _INNER_KEY, _INNER_BINARY = range(4)
_SALSA20_NONCE = bytes.fromhex("e830094b97205d2a")
_WRONG_KEY = "this is not the passphrase of the database, or not all of its key"


class Database(NamedTuple):
    """What a database holds: XML, the attachments beside it, and the key stream that hides some of its values."""

    xml: bytes
    binaries: tuple[bytes, ...]
    stream_kind: int
    stream_key: bytes

    def __repr__(self) -> str:
        return repr_of(self)


def open_database(data: bytes, composite: bytes) -> Database:
    """Open it by the SHA-256 of its keys; raise Locked for other keys, InvalidData for what is damaged or unknown."""
    header = read_header(data)
    key = transformed(header, composite)
    return _open_4(data, header, key) if header.major >= 4 else _open_3(data, header, key)


def unprotect(database: Database, hidden: bytes) -> bytes:
    """Return all hidden values, one after the other as the XML has them."""
    if database.stream_kind == _CHACHA20:
        stretched = ciphers.sha512(database.stream_key)
        return ciphers.chacha20(stretched[:32], stretched[32:44], hidden)
    if database.stream_kind == _SALSA20:
        return salsa20(ciphers.sha256(database.stream_key), _SALSA20_NONCE, hidden)
    if not hidden:
        return hidden
    raise InvalidData("the database hides its values in a way that is unknown")


def _open_4(data: bytes, header: KdbxHeader, key: bytes) -> Database:
    end = header.end
    if data[end : end + 32] != ciphers.sha256(data[:end]):
        raise damaged()
    base = ciphers.sha512(header.master_seed + key + b"\x01")
    if not ciphers.is_hmac(ciphers.sha512(b"\xff" * 8 + base), data[:end], data[end + 32 : end + 64]):
        raise Locked(_WRONG_KEY)
    sealed = b"".join(_authentic_blocks(data, end + 64, base))
    plain = _decrypted(header, key, sealed)
    if plain is None:
        raise damaged()
    return _with_inner_header(_inflated(plain) if header.is_compressed else plain)


def _open_3(data: bytes, header: KdbxHeader, key: bytes) -> Database:
    plain = _decrypted(header, key, data[header.end :])
    start = header.stream_start
    if plain is None or len(start) != 32 or not plain.startswith(start):
        raise Locked(_WRONG_KEY)
    xml = b"".join(_hashed_blocks(plain, len(start)))
    return Database(
        _inflated(xml) if header.is_compressed else xml, (), header.stream_kind, header.protected_stream_key
    )


def _decrypted(header: KdbxHeader, key: bytes, sealed: bytes) -> bytes | None:
    master = ciphers.sha256(header.master_seed + key)
    if header.cipher == AES:
        return ciphers.aes_cbc(master, header.iv, sealed)
    if header.cipher == CHACHA20 and len(header.iv) == 12:
        return ciphers.chacha20(master, header.iv, sealed)
    raise InvalidData(
        "the database is encrypted by a cipher other than AES and ChaCha20",
        hint="choose AES in KeePass's database settings, save it, and import again",
    )


def _authentic_blocks(data: bytes, at: int, base: bytes) -> Iterator[bytes]:
    """Yield the blocks of KDBX 4, each with its own HMAC; raise InvalidData for one that is cut, moved or changed."""
    for number in range(len(data)):
        mac, size = take(data, at, 32), struct.unpack("<I", take(data, at + 32, 4))[0]
        block = take(data, at + 36, size)
        place = struct.pack("<Q", number)
        if not ciphers.is_hmac(ciphers.sha512(place + base), place + struct.pack("<I", size) + block, mac):
            raise damaged()
        if not size:
            return
        yield block
        at += 36 + size


def _hashed_blocks(plain: bytes, at: int) -> Iterator[bytes]:
    """Yield the blocks of KDBX 3.1, each with its own hash."""
    while True:
        digest, size = take(plain, at + 4, 32), struct.unpack("<I", take(plain, at + 36, 4))[0]
        if not size:
            return
        block = take(plain, at + 40, size)
        if ciphers.sha256(block) != digest:
            raise damaged()
        yield block
        at += 40 + size


def _inflated(data: bytes) -> bytes:
    return inflate(data, _MOST_BYTES)


def inflate(data: bytes, most: int) -> bytes:
    """Return what gzip packed, of `most` bytes; raise InvalidData for more, and for what is cut."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        plain = unpacker.decompress(data, most + 1)
    except zlib.error:
        raise damaged() from None
    if len(plain) > most:
        raise InvalidData(f"the database holds more than {most // 1024 // 1024} MiB")
    if not unpacker.eof:
        raise damaged()
    return plain


def _with_inner_header(plain: bytes) -> Database:
    at, kind, key = 0, 0, b""
    binaries: list[bytes] = []
    while True:
        name, size = take(plain, at, 1)[0], struct.unpack("<I", take(plain, at + 1, 4))[0]
        value = take(plain, at + 5, size)
        at += 5 + size
        if name == _INNER_END:
            return Database(plain[at:], tuple(binaries), kind, key)
        if name == _INNER_STREAM:
            kind = int.from_bytes(value, "little")
        elif name == _INNER_KEY:
            key = value
        elif name == _INNER_BINARY:
            binaries.append(value[1:])  # behind a byte that says whether memory should hide it
