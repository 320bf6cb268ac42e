"""X25519 keys from their 32 bytes (RFC 7748).

The public constructors of cryptography import its whole OpenSSL backend, a tenth of `get`, to ask whether this OpenSSL
knows X25519. What they call after that is called here at once; they are, where a version of cryptography has it
elsewhere.
"""

from collections.abc import Callable
from types import ModuleType

from cryptography.hazmat.bindings import _rust
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey


def _constructors(
    openssl: ModuleType | None,
) -> tuple[Callable[[bytes], X25519PrivateKey], Callable[[bytes], X25519PublicKey]]:
    made = getattr(openssl, "x25519", None)
    private = getattr(made, "from_private_bytes", X25519PrivateKey.from_private_bytes)
    return private, getattr(made, "from_public_bytes", X25519PublicKey.from_public_bytes)


# Both raise ValueError for another length.
private_key, public_key = _constructors(getattr(_rust, "openssl", None))
