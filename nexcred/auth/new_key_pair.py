"""Make a key pair, and what of it a provider may see: the public key, bare or in a certificate of its own.

cryptography is imported where it is needed: few commands make keys.
"""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from nexcred.auth.signing import load_private_key

_BITS = 2048
_SUBJECT = "unused"
# A certificate is refused before it begins, and no two clocks are the same.
_BEGUN_BEFORE = timedelta(minutes=10)
_WITHOUT_END = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)  # RFC 5280, 4.1.2.5


def new_private_key(passphrase: str = "") -> str:
    """Return an RSA key of 2048 bits in PEM (PKCS#8), sealed by the passphrase where there is one."""
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    sealing = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealing).decode()


def public_key_of(pem: str, passphrase: str = "") -> str:
    """Return the public key of a private one: base64 of its DER (SubjectPublicKeyInfo), without lines around it.

    Raises ValueError as `load_private_key` does.
    """
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = load_private_key(pem, passphrase, is_checked=True).public_key()
    return b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def fingerprint_of(pem: str, passphrase: str = "") -> str:
    """Return SHA256: and the base64 of the hash of the public key in DER; raise ValueError as `load_private_key`."""
    from nexcred.auth.signing import public_fingerprint

    return public_fingerprint(load_private_key(pem, passphrase, is_checked=True))


def fingerprint_of_certificate(pem: bytes) -> str:
    """Return the same of the public key in a certificate in PEM; "" where it is none."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    try:
        public = x509.load_pem_x509_certificate(pem).public_key()
        der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except ValueError:
        return ""
    return f"SHA256:{b64encode(sha256(der).digest()).decode()}"


def self_signed_certificate(pem: str, now: datetime) -> str:
    """Return an X.509 certificate in PEM around the public key of a private one, without an end.

    It names nobody, and says nothing but the key: who takes it does so for the key alone.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding

    key = load_private_key(pem, is_checked=True)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, _SUBJECT)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BEGUN_BEFORE)
        .not_valid_after(_WITHOUT_END)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    return certificate.public_bytes(Encoding.PEM).decode()
