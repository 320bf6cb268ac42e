import base64

import pytest

from nexcred.errors import InvalidData, Locked
from nexcred.vault.floor import MOST_PAIRS, Floor, pair_of, write_floor
from nexcred.vault.identity import (
    FIRST_SECRET_PREFIX,
    NO_VAULT,
    PUBLIC_PREFIX,
    SECRET_PREFIX,
    Identity,
    PublicIdentity,
)
from nexcred.vault.primitives import digest

VAULT_ID = bytes(range(16))
FLOOR = write_floor(Floor(3, b"r" * 32))


def encoded(prefix: str, payload: bytes) -> str:
    return prefix + base64.b32encode(payload + digest(payload)[:4]).decode().rstrip("=")


def test_an_identity_survives_being_written_down() -> None:
    identity = Identity.generate().bind(VAULT_ID)
    read = Identity.parse(f"  {identity.secret_string.lower()}\n")
    assert (read.seed, read.vault_id, read.fingerprint) == (identity.seed, VAULT_ID, identity.fingerprint)
    assert PublicIdentity.parse(identity.public_string).fingerprint == identity.fingerprint


def test_a_new_identity_belongs_to_no_vault_yet_and_binding_keeps_its_keys() -> None:
    identity = Identity.generate()
    assert identity.vault_id == NO_VAULT
    assert identity.bind(VAULT_ID).fingerprint == identity.fingerprint


def test_an_identity_never_prints_its_seed() -> None:
    identity = Identity.generate()
    assert identity.seed.hex() not in repr(identity)
    assert repr(identity.seed) not in f"{identity} {identity!r}"


def test_every_mistyped_character_is_noticed_and_not_repeated() -> None:
    secret = Identity.generate().bind(VAULT_ID).secret_string
    for position in range(len(secret)):
        other = "B" if secret[position] == "A" else "A"
        wrong = secret[:position] + other + secret[position + 1 :]
        with pytest.raises(Locked) as failure:
            Identity.parse(wrong)
        assert wrong[20:28] not in str(failure.value) + failure.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "",
        SECRET_PREFIX,
        f"{SECRET_PREFIX}=",
        f"{SECRET_PREFIX}AAAA\0",
        f"{SECRET_PREFIX}é",
        f"{SECRET_PREFIX}\ud800",
        "hunter2 EXAMPLE",
        encoded(SECRET_PREFIX, bytes(47)),
        encoded(SECRET_PREFIX, bytes(49)),
        encoded(SECRET_PREFIX, bytes(48)) + "A",
        encoded(SECRET_PREFIX, bytes(48)) + "====",
        encoded("NEXCRED-SECRET-3", bytes(48)),
        encoded(SECRET_PREFIX, bytes(48) + FLOOR[:-1]),
        encoded(SECRET_PREFIX, bytes(48) + FLOOR + b"\0"),
        encoded(SECRET_PREFIX, bytes(48) + bytes(4) + FLOOR[4:]),
        encoded(SECRET_PREFIX, bytes(48) + FLOOR[:-2] + b"\0\1"),
        encoded(SECRET_PREFIX, bytes(48) + FLOOR + bytes(15)),
        encoded(FIRST_SECRET_PREFIX, bytes(47)),
        encoded(FIRST_SECRET_PREFIX, bytes(49)),
        encoded(FIRST_SECRET_PREFIX, bytes(48) + FLOOR),
        encoded(PUBLIC_PREFIX, bytes(64)),
    ],
)
def test_what_is_no_secret_identity_is_refused(text: str) -> None:
    with pytest.raises(Locked):
        Identity.parse(text)


def test_what_is_no_public_identity_is_refused() -> None:
    identity = Identity.generate()
    mallory = Identity.generate()
    raw = b"".join(identity.public.keys) + identity.signing.sign(identity.public.joiner_message)
    half = mallory.public.keys[0] + raw[32:]
    other_half = raw[:32] + mallory.public.keys[1] + mallory.signing.sign(b"nexcred/1 joiner\0" + raw[:64])
    for text in (
        *("", identity.secret_string, identity.public_string[:-1], encoded(PUBLIC_PREFIX, bytes(63))),
        *(
            encoded(PUBLIC_PREFIX, one)
            for one in (raw[:-1], raw + b"\0", raw[:-1] + bytes([raw[-1] ^ 1]), half, other_half)
        ),
    ):
        with pytest.raises(InvalidData):
            PublicIdentity.parse(text)


def test_case_66_both_keys_of_a_joiner_are_signed_for() -> None:
    identity = Identity.generate()
    raw = b"".join(identity.public.keys)
    signature = identity.signing.sign(b"nexcred/1 joiner\0" + raw)
    assert identity.public_string == encoded("NEXCRED-ID-2", raw + signature)
    assert PublicIdentity.parse(identity.public_string).keys == identity.public.keys


def test_the_first_form_of_a_public_identity_is_told_apart() -> None:
    with pytest.raises(InvalidData, match="first version"):
        PublicIdentity.parse(Identity.generate().public.text)


def test_an_identity_carries_the_roster_that_its_maker_knew() -> None:
    pairs = tuple(pair_of(VAULT_ID, bytes([number]) * 16, f"name {number}") for number in range(3))
    identity = Identity.generate().bind(VAULT_ID, Floor(9, b"r" * 32, pairs))
    raw = identity.seed + VAULT_ID + b"\0\0\0\x09" + b"r" * 32 + b"\0\3" + b"".join(pairs)
    assert identity.secret_string == encoded("NEXCRED-SECRET-2", raw)
    assert Identity.parse(identity.secret_string).floor == Floor(9, b"r" * 32, pairs)
    assert identity.bind(bytes(16)).floor == identity.floor
    assert "r" * 32 not in repr(identity.floor)


def test_one_without_a_roster_is_of_the_first_form() -> None:
    identity = Identity.generate().bind(VAULT_ID)
    assert identity.secret_string == encoded("NEXCRED-SECRET-1", identity.seed + VAULT_ID)
    assert Identity.parse(identity.secret_string).floor is None


def test_the_pairs_of_a_floor_are_given_once_and_have_a_limit() -> None:
    floor = Floor(1, b"r" * 32, (b"a" * 16,)).with_pairs([b"b" * 16, b"a" * 16])
    assert floor.pairs == (b"a" * 16, b"b" * 16)
    many = floor.with_pairs(number.to_bytes(16, "big") for number in range(MOST_PAIRS + 10))
    assert len(many.pairs) == MOST_PAIRS
    identity = Identity.generate().bind(VAULT_ID, many)
    assert Identity.parse(identity.secret_string).floor == many


def test_a_pair_tells_neither_name_nor_record_and_binds_both() -> None:
    pair = pair_of(VAULT_ID, b"r" * 16, "prod")
    assert pair == digest(b"nexcred/1 floor\0" + VAULT_ID + b"r" * 16 + b"prod")[:16]
    others = {
        pair_of(bytes(16), b"r" * 16, "prod"),
        pair_of(VAULT_ID, b"s" * 16, "prod"),
        pair_of(VAULT_ID, b"r" * 16, "x"),
    }
    assert len({pair, *others}) == 4


def test_a_seed_or_vault_id_of_another_length_is_a_mistake_of_the_caller() -> None:
    for seed, vault_id in ((bytes(31), VAULT_ID), (bytes(33), VAULT_ID), (bytes(32), bytes(15))):
        with pytest.raises(ValueError, match="32 bytes"):
            Identity(seed, vault_id)
