"""Sealing as Bitwarden and KeePass do it, to make exports with a passphrase of a test's own."""

import base64
import gzip
import hashlib
import hmac
import json
import os
import struct

from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES, ChaCha20
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB
from cryptography.hazmat.primitives.kdf.argon2 import Argon2d, Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from nexcred.services.importing.managers.salsa20 import salsa20

AES_UUID = bytes.fromhex("31c1f2e6bf714350be5805216afc5aff")
CHACHA20_UUID = bytes.fromhex("d6038a2b8b6f4cb5a524339a31dbb59a")
ARGON2D = bytes.fromhex("ef636ddf8c29444b91f7a9a403e30a0c")
ARGON2ID = bytes.fromhex("9e298b1956db4773b23dfc3ec6f0a1e6")
AES_KDF = bytes.fromhex("c9d9f39a628a4460bf740d08c18a4fea")


def sealed_bitwarden(inner: object, passphrase: str, *, argon2: bool = False, **changed: object) -> bytes:
    """Return a password-protected export of Bitwarden's."""
    salt = base64.b64encode(os.urandom(16)).decode()
    if argon2:
        cost = {"kdfType": 1, "kdfIterations": 1, "kdfMemory": 1, "kdfParallelism": 1}
        digest = hashlib.sha256(salt.encode()).digest()
        key = Argon2id(salt=digest, length=32, iterations=1, lanes=1, memory_cost=1024).derive(passphrase.encode())
    else:
        cost = {"kdfType": 0, "kdfIterations": 5000}
        key = hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt.encode(), 5000)
    encrypt, authenticate = (HKDFExpand(hashes.SHA256(), 32, one).derive(key) for one in (b"enc", b"mac"))

    def seal(text: bytes) -> str:
        iv = os.urandom(16)
        ciphertext = _aes_cbc(encrypt, iv, text)
        mac = hmac.digest(authenticate, iv + ciphertext, "sha256")
        return "2." + "|".join(base64.b64encode(one).decode() for one in (iv, ciphertext, mac))

    document = {
        "encrypted": True,
        "passwordProtected": True,
        "salt": salt,
        **cost,
        "encKeyValidation_DO_NOT_EDIT": seal(b"4f5c6d"),
        "data": seal(json.dumps(inner).encode()),
    }
    return json.dumps({**document, **changed}).encode()


def composite(passphrase: str) -> bytes:
    return hashlib.sha256(hashlib.sha256(passphrase.encode()).digest()).digest()


def kdbx_4(
    xml: bytes,
    passphrase: str,
    *,
    binaries: tuple[bytes, ...] = (),
    kdf: bytes = ARGON2D,
    cipher: bytes = AES_UUID,
    stream_key: bytes = b"k" * 64,
    packed: bool = True,
    key: bytes | None = None,
    memory: int = 64 * 1024,
    passes: int = 1,
) -> bytes:
    """Return a database of version 4; the XML's hidden values are hidden already, by `hide`."""
    seed, salt = os.urandom(32), os.urandom(32)
    iv = os.urandom(12 if cipher == CHACHA20_UUID else 16)
    costs = [(0x42, b"$UUID", kdf), (0x42, b"S", salt)]
    if kdf == AES_KDF:
        costs += [(0x05, b"R", struct.pack("<Q", passes))]
    else:
        costs += [(0x04, b"P", struct.pack("<I", 1)), (0x05, b"M", struct.pack("<Q", memory))]
        costs += [(0x05, b"I", struct.pack("<Q", passes)), (0x04, b"V", struct.pack("<I", 0x13))]
    header = b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5" + struct.pack("<HH", 0, 4)
    fields = ((2, cipher), (3, struct.pack("<I", int(packed))), (4, seed), (7, iv), (11, _variants(costs)))
    for number, value in (*fields, (0, b"\r\n\r\n")):
        header += struct.pack("<BI", number, len(value)) + value
    transformed = _transformed(kdf, key or composite(passphrase), salt, memory, passes)
    inner = struct.pack("<BII", 1, 4, 3) + struct.pack("<BI", 2, len(stream_key)) + stream_key
    for one in binaries:
        inner += struct.pack("<BI", 3, len(one) + 1) + b"\0" + one
    inner += struct.pack("<BI", 0, 0) + xml
    plain = gzip.compress(inner) if packed else inner
    master = hashlib.sha256(seed + transformed).digest()
    sealed = _aes_cbc(master, iv, plain) if cipher == AES_UUID else _chacha20(master, iv, plain)
    base = hashlib.sha512(seed + transformed + b"\x01").digest()
    whole = header + hashlib.sha256(header).digest()
    whole += hmac.digest(hashlib.sha512(b"\xff" * 8 + base).digest(), header, "sha256")
    for number, block in enumerate((sealed, b"")):
        place = struct.pack("<Q", number)
        key_of_block = hashlib.sha512(place + base).digest()
        size = struct.pack("<I", len(block))
        whole += hmac.digest(key_of_block, place + size + block, "sha256") + size + block
    return whole


def kdbx_3(xml: bytes, passphrase: str, *, rounds: int = 6000, stream_key: bytes = b"k" * 32) -> bytes:
    """Return a database of version 3.1, with Salsa20 within."""
    seed, salt, iv, start = os.urandom(32), os.urandom(32), os.urandom(16), os.urandom(32)
    header = b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5" + struct.pack("<HH", 1, 3)
    fields = (
        (2, AES_UUID),
        (3, struct.pack("<I", 1)),
        (4, seed),
        (5, salt),
        (6, struct.pack("<Q", rounds)),
        (7, iv),
        (8, stream_key),
        (9, start),
        (10, struct.pack("<I", 2)),
        (0, b"\r\n\r\n"),
    )
    for number, value in fields:
        header += struct.pack("<BH", number, len(value)) + value
    packed = gzip.compress(xml)
    blocks = struct.pack("<I", 0) + hashlib.sha256(packed).digest() + struct.pack("<I", len(packed)) + packed
    blocks += struct.pack("<I", 1) + bytes(32) + struct.pack("<I", 0)
    transformed = _transformed(AES_KDF, composite(passphrase), salt, 0, rounds)
    master = hashlib.sha256(seed + transformed).digest()
    return header + _aes_cbc(master, iv, start + blocks)


def hide_4(values: list[str], stream_key: bytes = b"k" * 64) -> list[str]:
    """Hide values in the order in which the XML has them, as KDBX 4 does."""
    stretched = hashlib.sha512(stream_key).digest()
    return _parted(values, _chacha20(stretched[:32], stretched[32:44], "".join(values).encode()))


def hide_3(values: list[str], stream_key: bytes = b"k" * 32) -> list[str]:
    """Hide values as KDBX 3.1 does."""
    key, nonce = hashlib.sha256(stream_key).digest(), bytes.fromhex("e830094b97205d2a")
    return _parted(values, salsa20(key, nonce, "".join(values).encode()))


def _parted(values: list[str], hidden: bytes) -> list[str]:
    parts, at = [], 0
    for one in values:
        size = len(one.encode())
        parts.append(base64.b64encode(hidden[at : at + size]).decode())
        at += size
    return parts


def _transformed(kdf: bytes, key: bytes, salt: bytes, memory: int, passes: int) -> bytes:
    if kdf == AES_KDF:
        encryptor = Cipher(AES(salt), ECB()).encryptor()
        for _ in range(passes):
            key = encryptor.update(key)
        return hashlib.sha256(key).digest()
    kind = Argon2id if kdf == ARGON2ID else Argon2d
    return kind(salt=salt, length=32, iterations=passes, lanes=1, memory_cost=memory // 1024).derive(key)


def _variants(items: list[tuple[int, bytes, bytes]]) -> bytes:
    whole = b"\x00\x01"
    for kind, name, value in items:
        whole += struct.pack("<BI", kind, len(name)) + name + struct.pack("<I", len(value)) + value
    return whole + b"\0"


def _aes_cbc(key: bytes, iv: bytes, plain: bytes) -> bytes:
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(AES(key), CBC(iv)).encryptor()
    return encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()


def _chacha20(key: bytes, nonce: bytes, plain: bytes) -> bytes:
    return Cipher(ChaCha20(key, bytes(4) + nonce), None).encryptor().update(plain)
