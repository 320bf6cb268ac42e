"""Redshift's own way to ask for a password (authentication request 13): a salted hash, hashed again with two nonces.

Source: aws/amazon-redshift-jdbc-driver, which is Amazon's word on it; its manual does not write it down.
"""

import secrets
import struct
from hashlib import sha256

_SHA256 = 0


def digest_answer(request: bytes, password: bytes, nonce: bytes | None = None) -> bytes | None:
    """Return what answers the request, whose code was read; None for a hash other than SHA-256.

    Raises struct.error for a request that is cut short.
    """
    (algorithm,) = struct.unpack_from("!i", request)
    if algorithm != _SHA256:
        return None
    salt, rest = _counted(request[4:])
    server_nonce, _ = _counted(rest)
    own = nonce or str(secrets.randbits(48)).encode()
    hashed = sha256(sha256(password + salt).digest() + server_nonce + own).digest()
    return b"".join(struct.pack("!i", len(part)) + part for part in (hashed, own))


def _counted(data: bytes) -> tuple[bytes, bytes]:
    """Cut off what its length stands before."""
    (length,) = struct.unpack_from("!i", data)
    if not 0 <= length <= len(data) - 4:
        raise struct.error("a length that is none")
    return data[4 : 4 + length], data[4 + length :]
