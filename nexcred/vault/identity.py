"""Identities: 32 secret bytes from which come a key to receive grants (X25519) and a key to sign (Ed25519)."""

import base64
import binascii
import os

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from nexcred.errors import InvalidData, Locked
from nexcred.vault.primitives import SUITE, derive, digest, label

SECRET_PREFIX = "NEXCRED-SECRET-1"  # noqa: S105
PUBLIC_PREFIX = "NEXCRED-ID-1"
SEED_BYTES = 32
VAULT_ID_BYTES = 16
FINGERPRINT_BYTES = 16
PUBLIC_KEY_BYTES = 32
SIGNATURE_BYTES = 64
NO_VAULT = bytes(VAULT_ID_BYTES)

_CHECKSUM_BYTES = 4
_FIELD_PRIME = 2**255 - 19


class PublicIdentity:
    """The two public keys of somebody, checked to be points that an honest key pair can have."""

    __slots__ = ("agreement", "fingerprint", "signing")

    def __init__(self, agreement: bytes, signing: bytes) -> None:
        if len(agreement) != PUBLIC_KEY_BYTES or len(signing) != PUBLIC_KEY_BYTES:
            raise InvalidData("a public key has 32 bytes")
        _refuse_small_order(agreement)
        _refuse_small_order(_to_montgomery(signing))
        self.agreement = X25519PublicKey.from_public_bytes(agreement)
        self.signing = Ed25519PublicKey.from_public_bytes(signing)
        self.fingerprint = digest(label("id"), bytes([SUITE]), agreement, signing)[:FINGERPRINT_BYTES]

    @classmethod
    def parse(cls, text: str) -> "PublicIdentity":
        """Read a `NEXCRED-ID-1…` string; raise InvalidData."""
        raw = _decode(text, PUBLIC_PREFIX, 2 * PUBLIC_KEY_BYTES)
        if raw is None:
            raise InvalidData(f"a public identity has the form {PUBLIC_PREFIX}…", hint="see: nexcred identity show")
        return cls(raw[:PUBLIC_KEY_BYTES], raw[PUBLIC_KEY_BYTES:])

    @property
    def keys(self) -> tuple[bytes, bytes]:
        """The raw keys: agreement, signing."""
        return self.agreement.public_bytes_raw(), self.signing.public_bytes_raw()

    @property
    def text(self) -> str:
        return _encode(PUBLIC_PREFIX, b"".join(self.keys))


class Identity:
    """Somebody who can open a vault. `vault_id` is zero until it is bound to one."""

    __slots__ = ("_seed", "agreement", "public", "signing", "vault_id")

    def __init__(self, seed: bytes, vault_id: bytes) -> None:
        if len(seed) != SEED_BYTES or len(vault_id) != VAULT_ID_BYTES:
            raise ValueError("a seed has 32 bytes, a vault id 16")
        self._seed = seed
        self.vault_id = vault_id
        self.agreement = X25519PrivateKey.from_private_bytes(derive(seed, "x25519"))
        self.signing = Ed25519PrivateKey.from_private_bytes(derive(seed, "ed25519"))
        self.public = PublicIdentity(
            self.agreement.public_key().public_bytes_raw(), self.signing.public_key().public_bytes_raw()
        )

    @classmethod
    def generate(cls) -> "Identity":
        return cls(os.urandom(SEED_BYTES), NO_VAULT)

    @classmethod
    def parse(cls, text: str) -> "Identity":
        """Read a `NEXCRED-SECRET-1…` string; raise Locked, never with a part of it."""
        raw = _decode(text, SECRET_PREFIX, SEED_BYTES + VAULT_ID_BYTES)
        if raw is None:
            raise Locked(
                f"this is not a secret identity: it has the form {SECRET_PREFIX}… and a check sum",
                hint="print it once more with: nexcred identity show --secret",
            )
        return cls(raw[:SEED_BYTES], raw[SEED_BYTES:])

    def bind(self, vault_id: bytes) -> "Identity":
        return Identity(self._seed, vault_id)

    @property
    def seed(self) -> bytes:
        return self._seed

    @property
    def fingerprint(self) -> bytes:
        return self.public.fingerprint

    @property
    def secret_string(self) -> str:
        return _encode(SECRET_PREFIX, self._seed + self.vault_id)

    @property
    def public_string(self) -> str:
        return self.public.text

    def __repr__(self) -> str:
        return f"Identity({self.fingerprint.hex()})"


def _encode(prefix: str, raw: bytes) -> str:
    checked = raw + digest(raw)[:_CHECKSUM_BYTES]
    return prefix + base64.b32encode(checked).decode().rstrip("=")


def _decode(text: str, prefix: str, size: int) -> bytes | None:
    text = text.strip().upper()
    body = text.removeprefix(prefix)
    if body == text or not body.isascii():
        return None
    try:
        raw = base64.b32decode(body + "=" * (-len(body) % 8))
    except (binascii.Error, ValueError):
        return None
    payload, checksum = raw[:size], raw[size:]
    if len(payload) != size or checksum != digest(payload)[:_CHECKSUM_BYTES] or _encode(prefix, payload) != text:
        return None
    return payload


def _refuse_small_order(u_coordinate: bytes) -> None:
    # RFC 7748, section 6.1: a point of small order, times any clamped scalar, is zero.
    try:
        X25519PrivateKey.from_private_bytes(bytes(32)).exchange(X25519PublicKey.from_public_bytes(u_coordinate))
    except ValueError:
        raise InvalidData("a public key of small order is refused") from None


def _to_montgomery(signing: bytes) -> bytes:
    # RFC 7748, section 4.1: u = (1 + y) / (1 - y). It keeps the order, so that one test serves both curves.
    y = int.from_bytes(signing, "little") % 2**255 % _FIELD_PRIME
    u = (1 + y) * pow(1 - y, -1, _FIELD_PRIME) if y != 1 else 0
    return (u % _FIELD_PRIME).to_bytes(32, "little")
