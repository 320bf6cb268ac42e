"""What docs/vault-format.md says of cryptography, strings and padding, written a second time."""

import base64
import hashlib
import hmac
import struct
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.vectors.reference import hkdf, hpke_open

NOTHING = bytes(32)


def label(name: str) -> bytes:
    return b"nexcred/1 " + name.encode() + b"\0"


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def mac(key: bytes, *parts: bytes) -> bytes:
    return hmac.digest(key, b"".join(parts), "sha256")


def derive(key: bytes, name: str, context: bytes = b"") -> bytes:
    return hkdf(key, label(name) + context)


def gcm_open(key: bytes, nonce: bytes, sealed: bytes, associated: bytes) -> bytes:
    return AESGCM(key).decrypt(nonce, sealed, associated)


def unwrap(private: bytes, wrapped: bytes, info: bytes) -> bytes:
    assert len(wrapped) == 80
    return hpke_open(private, wrapped[:32], wrapped[32:], info, b"")


def verify(public: bytes, signature: bytes, *message: bytes) -> None:
    Ed25519PublicKey.from_public_bytes(public).verify(signature, b"".join(message))


def unpad(padded: bytes) -> bytes:
    text = padded.rstrip(b"\0")[:-1]
    step = 256 if len(text) < 4096 else 1024
    assert padded == (text + b"\x80").ljust((len(text) // step + 1) * step, b"\0")
    return text


def fingerprint(agreement: bytes, signing: bytes) -> bytes:
    return sha256(label("id"), b"\1", agreement, signing)[:16]


class Floor(NamedTuple):
    roster_length: int
    roster_hash: bytes
    pairs: tuple[bytes, ...]


class Me(NamedTuple):
    """An identity: what its secret string holds, and what follows from its seed."""

    vault_id: bytes
    floor: Floor
    agreement: bytes
    fingerprint: bytes


def read_secret(text: str) -> Me:
    raw = _read_string(text, "NEXCRED-SECRET-2")
    seed, vault_id = raw[:32], raw[32:48]
    private = derive(seed, "x25519")
    agreement = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    signing = Ed25519PrivateKey.from_private_bytes(derive(seed, "ed25519")).public_key().public_bytes_raw()
    return Me(vault_id, _read_floor(raw[48:]), private, fingerprint(agreement, signing))


def read_public(text: str) -> tuple[bytes, bytes]:
    """Return both keys, proved to belong together."""
    raw = _read_string(text, "NEXCRED-ID-2")
    keys, signature = raw[:64], raw[64:]
    verify(keys[32:], signature, label("joiner"), keys)
    return keys[:32], keys[32:]


def read_checkpoint(text: str) -> tuple[bytes, int, bytes, Floor]:
    raw = _read_string(text, "NEXCRED-CHECK-1")
    return raw[:16], int.from_bytes(raw[16:24], "big"), raw[24:56], _read_floor(raw[56:])


def _read_string(text: str, prefix: str) -> bytes:
    assert text.startswith(prefix)
    body = text.removeprefix(prefix)
    raw = base64.b32decode(body + "=" * (-len(body) % 8))
    assert sha256(raw[:-4])[:4] == raw[-4:]
    return raw[:-4]


def _read_floor(raw: bytes) -> Floor:
    length, last, count = struct.unpack_from(">I32sH", raw)
    assert len(raw) == 38 + 16 * count
    return Floor(length, last, tuple(raw[at : at + 16] for at in range(38, len(raw), 16)))
