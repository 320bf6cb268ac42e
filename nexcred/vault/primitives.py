"""The cryptography of the format, each piece with its label: suite 1 is X25519, SHA-256, AES-256-GCM, Ed25519.

Labels end in a zero byte, fields have a fixed width or a length before them, so no two inputs can run together.
"""

import os
from _operator import _compare_digest  # what `hmac` calls compare_digest: importing that would load a second OpenSSL
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from nexcred.errors import Tampered
from nexcred.model.sha256 import sha256
from nexcred.vault.openssl import aes_gcm

SUITE = 1
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
WRAPPED_KEY_BYTES = 80
DIGEST_BYTES = 32
# No version, revision, serial or generation comes this far by counting. Beyond it, a member could use up what is left.
COUNT_LIMIT = 2**48

_HPKE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
_SHA256 = SHA256()
_NO_SALT = bytes(DIGEST_BYTES)
digest = sha256


class WrongKey(Exception):
    """Decryption failed: it is the wrong key, or the bytes were changed."""


@lru_cache
def label(name: str) -> bytes:
    return b"nexcred/1 " + name.encode() + b"\0"


def require_countable(number: int, what: str) -> None:
    """Raise Tampered for a number that could not be read back: somebody has driven it there."""
    if number >= COUNT_LIMIT:
        raise Tampered(
            f"{what} was counted to its end, as no program does: nothing can be written after it",
            hint="see who wrote last with: nexcred audit; remove and add what it concerns, or restore a backup:"
            " nexcred vault restore-backup FILE",
        )


def keyed_digest(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA-256; 32 bytes."""
    return _finish(_begin(key), message)


def same(left: bytes, right: bytes) -> bool:
    """Compare in constant time."""
    return _compare_digest(left, right)


@lru_cache(maxsize=16)
def _begin(key: bytes) -> HMAC:
    """An HMAC of nothing yet, kept for a key under which thousands are made."""
    return HMAC(key, _SHA256)


def _finish(begun: HMAC, message: bytes) -> bytes:
    made = begun.copy()
    made.update(message)
    return made.finalize()


def derive(key: bytes, name: str, context: bytes = b"") -> bytes:
    """HKDF-SHA-256 without salt (RFC 5869), info = label ‖ context; 32 bytes."""
    return expand(extract(key), name, context)


@lru_cache(maxsize=16)
def extract(key: bytes) -> bytes:
    """The first half of `derive` (RFC 5869, 2.2), kept for a key from which thousands are derived; 32 bytes."""
    return keyed_digest(_NO_SALT, key)


def expand(extracted: bytes, name: str, context: bytes = b"") -> bytes:
    """The second half of `derive`: for 32 bytes RFC 5869, 2.3 is one HMAC, of which a list needs thousands."""
    return keyed_digest(extracted, label(name) + context + b"\x01")


def commit_to(key: bytes) -> bytes:
    """A commitment to a key, since AES-GCM alone lets one text open under two keys; 32 bytes."""
    return digest(label("commit"), key)


def new_key() -> bytes:
    return os.urandom(KEY_BYTES)


def new_nonce() -> bytes:
    return os.urandom(NONCE_BYTES)


def encrypt(key: bytes, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """AES-256-GCM; the tag is the last 16 bytes. A key and nonce are used together once."""
    return aes_gcm(key).encrypt(nonce, plaintext, associated)


def decrypt(key: bytes, nonce: bytes, ciphertext: bytes, associated: bytes) -> bytes:
    """Undo `encrypt`; raise WrongKey."""
    try:
        return aes_gcm(key).decrypt(nonce, ciphertext, associated)
    except InvalidTag:
        raise WrongKey from None


def wrap_key(key: bytes, recipient: X25519PublicKey, info: bytes) -> bytes:
    """HPKE base mode (RFC 9180): encapsulated share 32 ‖ key 32 ‖ tag 16."""
    return _HPKE.encrypt(key, recipient, info=info)


def unwrap_key(wrapped: bytes, private: X25519PrivateKey, info: bytes) -> bytes:
    """Undo `wrap_key`; raise WrongKey, also for a share of low order or a wrong length."""
    if len(wrapped) != WRAPPED_KEY_BYTES:
        raise WrongKey
    try:
        return _HPKE.decrypt(wrapped, private, info=info)
    except (InvalidTag, ValueError):
        raise WrongKey from None
