"""Keys made without the backend of cryptography are its keys."""

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from nexcred.vault.x25519 import _constructors, private_key, public_key

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


def test_where_they_have_moved_the_public_constructors_do() -> None:
    private, public = _constructors(None)
    assert (private, public) == (X25519PrivateKey.from_private_bytes, X25519PublicKey.from_public_bytes)
