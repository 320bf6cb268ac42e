"""A throw-away certificate authority, and the certificates that go wrong."""

import datetime
import ssl
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


class Authority:
    """Issues for 127.0.0.1 and the names given; `bundle` is the file to trust."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _ca(self) -> trustme.CA:
        return trustme.CA(key_type=trustme.KeyType.ECDSA)

    @cached_property
    def bundle(self) -> Path:
        path = self._folder / "authority.pem"
        self._ca.cert_pem.write_to_path(str(path))
        return path

    def server_context(self, *names: str, not_after: datetime.datetime | None = None) -> ssl.SSLContext:
        """Return a server's context with a certificate for 127.0.0.1 (or `names`), valid until `not_after`."""
        issued = self._ca.issue_cert(
            *(names or ("127.0.0.1", "localhost")), not_after=not_after, key_type=trustme.KeyType.ECDSA
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issued.configure_cert(context)
        return context

    def write_server_certificate(self, path: Path, *names: str) -> None:
        """Write key and certificate for a server of its own into one file that its owner alone can read."""
        issued = self._ca.issue_cert(*names, key_type=trustme.KeyType.ECDSA)
        path.touch(mode=0o600)
        path.write_bytes(issued.private_key_and_cert_chain_pem.bytes())

    def expired_context(self) -> ssl.SSLContext:
        yesterday = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
        return self.server_context(not_after=yesterday)

    def self_signed_context(self) -> ssl.SSLContext:
        """Return a context whose certificate vouches for itself alone."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
        now = datetime.datetime.now(datetime.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
            .sign(key, hashes.SHA256())
        )
        path = self._folder / "self-signed.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(private + certificate.public_bytes(Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context
