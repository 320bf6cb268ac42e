"""Key pairs that are made here, and what of them may be seen."""

from base64 import b64decode
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
)

from nexcred.auth.new_key_pair import (
    fingerprint_of,
    fingerprint_of_certificate,
    new_private_key,
    public_key_of,
    self_signed_certificate,
)
from nexcred.auth.signing import problem_in_private_key

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_a_new_key_can_sign_and_no_two_are_the_same() -> None:
    pem = new_private_key()
    assert problem_in_private_key(pem) == ""
    assert fingerprint_of(pem) != fingerprint_of(new_private_key())


def test_a_passphrase_seals_the_new_key() -> None:
    pem = new_private_key("phrase of EXAMPLE")
    assert pem.startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert public_key_of(pem, "phrase of EXAMPLE")
    with pytest.raises(ValueError, match="cannot be opened with this passphrase"):
        public_key_of(pem, "another phrase")


def test_a_certificate_holds_the_public_key_and_nothing_of_anybody() -> None:
    pem = new_private_key()
    text = self_signed_certificate(pem, NOW)
    certificate = x509.load_pem_x509_certificate(text.encode())
    public = load_pem_private_key(pem.encode(), None).public_key()
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert certificate.public_key() == public == load_der_public_key(b64decode(public_key_of(pem)))
    assert b64decode(public_key_of(pem)) == der
    certificate.verify_directly_issued_by(certificate)
    assert certificate.version is x509.Version.v3
    assert certificate.subject.rfc4514_string() == "CN=unused"
    assert certificate.not_valid_before_utc < NOW
    assert certificate.not_valid_after_utc.year == 9999
    assert fingerprint_of_certificate(text.encode()) == fingerprint_of(pem)
    assert fingerprint_of_certificate(b"no certificate") == ""
    assert "PRIVATE" not in text
