"""HKDF and HPKE's base mode, written a second time from the RFCs with hashlib, X25519 and AES-GCM alone."""

import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_KEM_SUITE = b"KEM\x00\x20"  # DHKEM(X25519, HKDF-SHA256)
_SUITE = b"HPKE\x00\x20\x00\x01\x00\x02"  # with HKDF-SHA256 and AES-256-GCM


def hkdf(key: bytes, info: bytes, *, salt: bytes = b"", size: int = 32) -> bytes:
    """HKDF-SHA-256 (RFC 5869)."""
    return _expand(_extract(salt, key), info, size)


def hpke_open(private: bytes, share: bytes, sealed: bytes, info: bytes, associated: bytes) -> bytes:
    """Open the first message of a context in base mode (RFC 9180, 5.1.1)."""
    key, nonce = hpke_schedule(hpke_shared_secret(private, share), info)
    return AESGCM(key).decrypt(nonce, sealed, associated)


def hpke_seal(ephemeral: bytes, recipient: bytes, text: bytes, info: bytes) -> bytes:
    """Seal one message; return share ‖ ciphertext."""
    own = X25519PrivateKey.from_private_bytes(ephemeral)
    share = own.public_key().public_bytes_raw()
    agreed = own.exchange(X25519PublicKey.from_public_bytes(recipient))
    key, nonce = hpke_schedule(_kem_secret(agreed, share + recipient), info)
    return share + AESGCM(key).encrypt(nonce, text, b"")


def hpke_shared_secret(private: bytes, share: bytes) -> bytes:
    """Decapsulate (RFC 9180, 4.1)."""
    own = X25519PrivateKey.from_private_bytes(private)
    agreed = own.exchange(X25519PublicKey.from_public_bytes(share))
    return _kem_secret(agreed, share + own.public_key().public_bytes_raw())


def hpke_schedule(shared_secret: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Return key and base nonce (RFC 9180, 5.1)."""
    context = b"\0" + _labelled_extract(_SUITE, b"", b"psk_id_hash", b"")
    context += _labelled_extract(_SUITE, b"", b"info_hash", info)
    secret = _labelled_extract(_SUITE, shared_secret, b"secret", b"")
    return (
        _labelled_expand(_SUITE, secret, b"key", context, 32),
        _labelled_expand(_SUITE, secret, b"base_nonce", context, 12),
    )


def _kem_secret(agreed: bytes, context: bytes) -> bytes:
    extracted = _labelled_extract(_KEM_SUITE, b"", b"eae_prk", agreed)
    return _labelled_expand(_KEM_SUITE, extracted, b"shared_secret", context, 32)


def _labelled_extract(suite: bytes, salt: bytes, label: bytes, key: bytes) -> bytes:
    return _extract(salt, b"HPKE-v1" + suite + label + key)


def _labelled_expand(suite: bytes, key: bytes, label: bytes, info: bytes, size: int) -> bytes:
    return _expand(key, size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info, size)


def _extract(salt: bytes, key: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), key, "sha256")


def _expand(key: bytes, info: bytes, size: int) -> bytes:
    block, out = b"", b""
    for counter in range(1, -(-size // 32) + 1):
        block = hmac.digest(key, block + info + bytes([counter]), "sha256")
        out += block
    return out[:size]
