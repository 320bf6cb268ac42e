"""The certificate by which a client proves itself in TLS, beside whatever else authenticates its requests."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from nexcred.model.client_certificate import ClientCertificate
from nexcred.model.template import Placeholder, TemplateContext, TemplateError, TextValues, names_in

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
    from cryptography.x509 import Certificate

_PEM = b"-----BEGIN "
_KEY_KINDS = (b"PRIVATE KEY", b"ENCRYPTED PRIVATE KEY", b"RSA PRIVATE KEY", b"EC PRIVATE KEY")
_WRONG = "is not a certificate with its key, in PEM or PKCS#12, that this passphrase opens"


class ClientCertificateSpec(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Each names one field in braces. `certificate` is PEM, with the key in it or in `key`, or PKCS#12 with both.

    `passphrase` opens the key, or the PKCS#12. Where no certificate has a value, none is shown.
    """

    certificate: str = "{client_certificate}"
    key: str = "{client_key}"
    passphrase: str = "{client_key_passphrase}"  # noqa: S105  a template

    def places(self, at: str, /) -> Iterator[Placeholder]:
        for name in ("certificate", "key", "passphrase"):
            yield Placeholder(f"{at}.{name}", getattr(self, name), TemplateContext.FILE)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for template in (self.certificate, self.key, self.passphrase) for name in names_in(template))

    def filled(self, values: TextValues) -> ClientCertificate | None:
        """Return what is shown to servers; raise TemplateError for what is no certificate with its key."""
        given, key = self._bytes(self.certificate, values), self._bytes(self.key, values)
        if not given:
            return None
        passphrase = self._bytes(self.passphrase, values) or None
        try:
            return _of_pem(given, key, passphrase) if _PEM in given else _of_pkcs12(given, passphrase)
        except (ValueError, TypeError):
            raise TemplateError(self._field(self.certificate), _WRONG) from None

    def _bytes(self, template: str, values: TextValues) -> bytes:
        value = values.get(self._field(template), b"")
        return value if isinstance(value, bytes) else str(value).encode()

    @staticmethod
    def _field(template: str) -> str:
        return next(iter(names_in(template)), "")


def _of_pem(given: bytes, key: bytes, passphrase: bytes | None) -> ClientCertificate:
    from cryptography import x509  # what few credentials have, and takes longer to import than a request
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    chain = x509.load_pem_x509_certificates(given)
    text = key or given
    is_encrypted = b"ENCRYPTED" in text
    return _shown(load_pem_private_key(_only_key(text), passphrase if is_encrypted else None), chain)


def _only_key(text: bytes) -> bytes:
    """Cut the key out of what may hold certificates too."""
    begins = max(text.find(_PEM + kind) for kind in _KEY_KINDS)
    if begins < 0:
        raise ValueError("no key")
    end = text.index(b"PRIVATE KEY-----", text.index(b"-----END ", begins)) + len(b"PRIVATE KEY-----")
    return text[begins:end]


def _of_pkcs12(given: bytes, passphrase: bytes | None) -> ClientCertificate:
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

    key, own, others = load_key_and_certificates(given, passphrase)
    if key is None or own is None:
        raise ValueError("no key, or no certificate")
    return _shown(key, [own, *others])


def _shown(key: "PrivateKeyTypes", chain: "Sequence[Certificate]") -> ClientCertificate:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    if chain[0].public_key() != key.public_key():
        raise ValueError("of another certificate")
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return ClientCertificate(b"".join(one.public_bytes(Encoding.PEM) for one in chain), pem)
