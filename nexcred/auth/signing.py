"""Sign JSON Web Tokens with RS256 (RFC 7515, RFC 7518 section 3.3), and read the keys for it.

The formats of keys are imported where one is read: a tenth of the start-up of every request, and few requests sign.
"""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

_FEWEST_BITS = 2048  # RFC 7518, 3.3
# What is easily taken for a private key in PEM.
_OTHERS = {
    "OPENSSH PRIVATE KEY": "is in OpenSSH's own format: convert it with ssh-keygen -p -m PKCS8 -f FILE",
    "PUBLIC KEY": "is a public key, but the private key is needed",
    "RSA PUBLIC KEY": "is a public key, but the private key is needed",
    "CERTIFICATE": "is a certificate, but its private key is needed",
}
_ENCRYPTED = ("ENCRYPTED PRIVATE KEY-----", "Proc-Type: 4,ENCRYPTED")


def load_private_key(pem: str, passphrase: str = "", *, is_checked: bool = False) -> rsa.RSAPrivateKey:
    """Return the RSA key of a PEM text (PKCS#8 or PKCS#1); raise ValueError, whose sentence holds nothing of it.

    Line breaks may be written as the two characters that JSON and environment variables have for one. A key that was
    checked when it was given is not checked again: that takes 40 ms. Behind a passphrase it could not be, and is.
    """
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    text = pem.replace("\\n", "\n").strip()
    if other := next((told for mark, told in _OTHERS.items() if f"-----BEGIN {mark}-----" in text), ""):
        raise ValueError(other)
    if not text.startswith("-----BEGIN ") or "PRIVATE KEY-----" not in text:
        raise ValueError("is not a private key in PEM: it must begin with -----BEGIN PRIVATE KEY-----")
    is_encrypted = any(mark in text for mark in _ENCRYPTED)
    if is_encrypted and not passphrase:
        raise ValueError("is encrypted, and no passphrase is given for it")
    try:
        opened_by = passphrase.encode() if is_encrypted else None
        is_known = is_checked and not is_encrypted
        key = load_pem_private_key(text.encode(), opened_by, unsafe_skip_rsa_key_validation=is_known)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        problem = "cannot be opened with this passphrase" if is_encrypted else "is not a whole private key in PEM"
        raise ValueError(problem) from None
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < _FEWEST_BITS:
        raise ValueError(f"is not an RSA key of {_FEWEST_BITS} bits or more")
    return key


def problem_in_private_key(pem: str) -> str:
    """Say why this is no key to sign with, "" when it is one; behind a passphrase only the outside can be seen."""
    if pem.strip().startswith("-----BEGIN ") and any(mark in pem for mark in _ENCRYPTED):
        return ""
    try:
        load_private_key(pem)
    except ValueError as error:
        return str(error)
    return ""


def sign_jwt(claims: Mapping[str, object], key: rsa.RSAPrivateKey, key_id: str = "") -> str:
    """Return the claims as a signed JWT in compact form."""
    header = {"alg": "RS256", "typ": "JWT", **({"kid": key_id} if key_id else {})}
    return sign_compact(_json(header), _json(dict(claims)), key)


def sign_compact(header: bytes, payload: bytes, key: rsa.RSAPrivateKey) -> str:
    """Return the JWS compact serialisation of exactly these bytes (RFC 7515, 5.1)."""
    signed = f"{_base64url(header)}.{_base64url(payload)}"
    return f"{signed}.{_base64url(key.sign(signed.encode(), PKCS1v15(), SHA256()))}"


def public_fingerprint(key: rsa.RSAPrivateKey) -> str:
    """Return SHA256: and the base64 of the hash of the public key in DER, as `openssl rsa -pubout` gives it."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"SHA256:{b64encode(sha256(public).digest()).decode()}"


def another_private_key() -> str:
    """Make a key that nobody knows, in PEM: what a control sends in place of the real one."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = rsa.generate_private_key(public_exponent=65537, key_size=_FEWEST_BITS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _json(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
