"""X25519 keys from their 32 bytes (RFC 7748), and AES-256-GCM, where cryptography keeps them itself.

Its public ways import the OpenSSL backend and every cipher there is, to ask what this OpenSSL knows: a seventh of
`get`. What they come to is called at once; they are called where a version of cryptography has it elsewhere.
"""

from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING

from cryptography.hazmat.bindings import _rust
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def _constructors(
    openssl: ModuleType | None,
) -> tuple[Callable[[bytes], X25519PrivateKey], Callable[[bytes], X25519PublicKey]]:
    made = getattr(openssl, "x25519", None)
    private = getattr(made, "from_private_bytes", X25519PrivateKey.from_private_bytes)
    return private, getattr(made, "from_public_bytes", X25519PublicKey.from_public_bytes)


def _cipher(openssl: ModuleType | None) -> "type[AESGCM]":
    kept: type[AESGCM] | None = getattr(getattr(openssl, "aead", None), "AESGCM", None)
    if kept is None:
        from cryptography.hazmat.primitives.ciphers import aead

        kept = aead.AESGCM
    return kept


_openssl = getattr(_rust, "openssl", None)
# Both raise ValueError for another length.
private_key, public_key = _constructors(_openssl)
aes_gcm = _cipher(_openssl)
