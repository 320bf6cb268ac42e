"""What is taken from where cryptography keeps it is what its public ways lead to."""

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from nexcred.vault.openssl import _cipher, _constructors, aes_gcm, private_key, public_key

BYTES = st.binary(min_size=32, max_size=32)


@given(BYTES)
def test_they_are_those_of_the_public_constructors(seed: bytes) -> None:
    private, expected = private_key(seed), X25519PrivateKey.from_private_bytes(seed)
    assert isinstance(private, X25519PrivateKey)
    assert private.private_bytes_raw() == expected.private_bytes_raw()
    said = expected.public_key().public_bytes_raw()
    assert isinstance(public_key(said), X25519PublicKey)
    assert public_key(said).public_bytes_raw() == private.public_key().public_bytes_raw() == said


@pytest.mark.parametrize("length", [0, 31, 33])
def test_another_length_is_refused(length: int) -> None:
    for make in (private_key, public_key):
        with pytest.raises(ValueError, match="32 bytes"):
            make(bytes(length))


@given(BYTES, st.binary(max_size=300), st.binary(max_size=50))
def test_the_cipher_is_the_public_one(key: bytes, plaintext: bytes, associated: bytes) -> None:
    nonce = bytes(12)
    sealed = aes_gcm(key).encrypt(nonce, plaintext, associated)
    assert sealed == AESGCM(key).encrypt(nonce, plaintext, associated)
    assert AESGCM(key).decrypt(nonce, sealed, associated) == plaintext


def test_where_they_have_moved_the_public_ones_do() -> None:
    assert _cipher(None) is AESGCM
    private, public = _constructors(None)
    assert (private, public) == (X25519PrivateKey.from_private_bytes, X25519PublicKey.from_public_bytes)
