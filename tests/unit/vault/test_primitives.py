import pytest

from nexcred.vault.identity import Identity
from nexcred.vault.primitives import (
    WRAPPED_KEY_BYTES,
    WrongKey,
    decrypt,
    derive,
    encrypt,
    label,
    new_key,
    new_nonce,
    unwrap_key,
    wrap_key,
)

KEY, NONCE = bytes(32), bytes(12)


def test_a_label_ends_in_a_zero_byte_so_that_none_is_the_front_of_another() -> None:
    assert label("id") == b"nexcred/1 id\0"
    assert not label("identity").startswith(label("id"))


def test_keys_of_different_uses_and_contexts_differ() -> None:
    assert len({derive(KEY, "name"), derive(KEY, "tree"), derive(KEY, "name", b"x"), derive(KEY, "namex")}) == 4


def test_what_was_encrypted_opens_with_the_same_context_only() -> None:
    sealed = encrypt(KEY, NONCE, b"text", b"here")
    assert decrypt(KEY, NONCE, sealed, b"here") == b"text"
    for key, nonce, text, context in (
        (b"\1" + KEY[1:], NONCE, sealed, b"here"),
        (KEY, b"\1" + NONCE[1:], sealed, b"here"),
        (KEY, NONCE, sealed[:-1], b"here"),
        (KEY, NONCE, sealed[:3], b"here"),
        (KEY, NONCE, b"", b"here"),
        (KEY, NONCE, sealed + b"\0", b"here"),
        (KEY, NONCE, sealed, b"there"),
    ):
        with pytest.raises(WrongKey):
            decrypt(key, nonce, text, context)


def test_a_wrapped_key_opens_for_its_recipient_and_purpose_only() -> None:
    ada, eve, key = Identity.generate(), Identity.generate(), new_key()
    wrapped = wrap_key(key, ada.public.agreement, b"purpose")
    assert len(wrapped) == WRAPPED_KEY_BYTES
    assert unwrap_key(wrapped, ada.agreement, b"purpose") == key
    for other, identity, info in (
        (wrapped, eve, b"purpose"),
        (wrapped, ada, b"other"),
        (wrapped[:-1], ada, b"purpose"),
        (wrapped + b"\0", ada, b"purpose"),
        (b"", ada, b"purpose"),
    ):
        with pytest.raises(WrongKey):
            unwrap_key(other, identity.agreement, info)


def test_every_bit_of_a_wrapped_key_matters() -> None:
    ada = Identity.generate()
    wrapped = wrap_key(new_key(), ada.public.agreement, b"purpose")
    for bit in range(8 * len(wrapped)):
        flipped = bytearray(wrapped)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(WrongKey):
            unwrap_key(bytes(flipped), ada.agreement, b"purpose")


def test_keys_and_nonces_are_fresh() -> None:
    assert len({new_key() for _ in range(100)} | {new_nonce() for _ in range(100)}) == 200
