"""The outer header of a KeePass database, which anybody can read."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from nexcred.errors import InvalidData
from nexcred.model.secret import repr_of

AES = bytes.fromhex("31c1f2e6bf714350be5805216afc5aff")
CHACHA20 = bytes.fromhex("d6038a2b8b6f4cb5a524339a31dbb59a")

_MAGIC = bytes.fromhex("03d9a29a67fb4bb5")
_FIRST_VERSION = bytes.fromhex("03d9a29a65fb4bb5")
_MOST_FIELDS = 64
(
    _END,
    _,
    _CIPHER,
    _COMPRESSION,
    _MASTER_SEED,
    _TRANSFORM_SEED,
    _ROUNDS,
    _IV,
    _STREAM_KEY,
    _STREAM_START,
    _STREAM_KIND,
    _KDF,
) = range(12)


@dataclass(frozen=True, slots=True)
class KdbxHeader:
    """What it says; `end` is where it ends. What only one of the two versions has is empty in the other."""

    major: int
    end: int
    cipher: bytes
    is_compressed: bool
    master_seed: bytes
    iv: bytes
    transform_seed: bytes
    rounds: int
    protected_stream_key: bytes
    stream_start: bytes
    stream_kind: int
    kdf: Mapping[str, bytes]

    def __repr__(self) -> str:
        return repr_of(self, "major")


def read_header(data: bytes) -> KdbxHeader:
    """Read it; raise InvalidData for what is no database of KeePass 2, or is cut."""
    if data.startswith(_FIRST_VERSION) or (data[:4] == _MAGIC[:4] and not data.startswith(_MAGIC)):
        raise InvalidData("the file is a database of KeePass 1", hint="open it in KeePass 2 or KeePassXC, and save it")
    if not data.startswith(_MAGIC):
        raise InvalidData("the file is no KeePass database")
    _, major = struct.unpack("<HH", take(data, 8, 4))
    if major not in (3, 4):
        raise InvalidData(f"the database is of version {major}, and 3 and 4 are known")
    fields, end = _fields_in(data, major)
    return KdbxHeader(
        major=major,
        end=end,
        cipher=fields.get(_CIPHER, b""),
        is_compressed=int.from_bytes(fields.get(_COMPRESSION, b""), "little") == 1,
        master_seed=fields.get(_MASTER_SEED, b""),
        iv=fields.get(_IV, b""),
        transform_seed=fields.get(_TRANSFORM_SEED, b""),
        rounds=int.from_bytes(fields.get(_ROUNDS, b""), "little"),
        protected_stream_key=fields.get(_STREAM_KEY, b""),
        stream_start=fields.get(_STREAM_START, b""),
        stream_kind=int.from_bytes(fields.get(_STREAM_KIND, b""), "little"),
        kdf=_variants_in(fields[_KDF]) if _KDF in fields else {},
    )


def take(data: bytes, at: int, size: int) -> bytes:
    """Return so many bytes from there; raise InvalidData where there are fewer."""
    if at + size > len(data):
        raise damaged()
    return data[at : at + size]


def damaged() -> InvalidData:
    return InvalidData("the database is damaged, or cut short")


def _fields_in(data: bytes, major: int) -> tuple[dict[int, bytes], int]:
    form, size = ("<I", 4) if major >= 4 else ("<H", 2)
    fields: dict[int, bytes] = {}
    at = 12
    for _ in range(_MOST_FIELDS):
        name, length = take(data, at, 1)[0], struct.unpack(form, take(data, at + 1, size))[0]
        fields[name] = take(data, at + 1 + size, length)
        at += 1 + size + length
        if name == _END:
            return fields, at
    raise damaged()


def _variants_in(data: bytes) -> dict[str, bytes]:
    """Read a variant dictionary: type, name and value of each."""
    found: dict[str, bytes] = {}
    at = 2
    for _ in range(_MOST_FIELDS):
        if take(data, at, 1) == b"\0":
            return found
        length = struct.unpack("<I", take(data, at + 1, 4))[0]
        name = take(data, at + 5, length)
        size = struct.unpack("<I", take(data, at + 5 + length, 4))[0]
        found[name.decode(errors="replace")] = take(data, at + 9 + length, size)
        at += 9 + length + size
    raise damaged()
