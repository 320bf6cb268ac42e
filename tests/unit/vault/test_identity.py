import base64

import pytest

from nexcred.errors import InvalidData, Locked
from nexcred.vault.identity import NO_VAULT, PUBLIC_PREFIX, SECRET_PREFIX, Identity, PublicIdentity
from nexcred.vault.primitives import digest

VAULT_ID = bytes(range(16))


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
        encoded("NEXCRED-SECRET-2", bytes(48)),
        encoded(PUBLIC_PREFIX, bytes(64)),
    ],
)
def test_what_is_no_secret_identity_is_refused(text: str) -> None:
    with pytest.raises(Locked):
        Identity.parse(text)


def test_what_is_no_public_identity_is_refused() -> None:
    identity = Identity.generate()
    for text in ("", identity.secret_string, identity.public_string[:-1], encoded(PUBLIC_PREFIX, bytes(63))):
        with pytest.raises(InvalidData):
            PublicIdentity.parse(text)


def test_a_seed_or_vault_id_of_another_length_is_a_mistake_of_the_caller() -> None:
    for seed, vault_id in ((bytes(31), VAULT_ID), (bytes(33), VAULT_ID), (bytes(32), bytes(15))):
        with pytest.raises(ValueError, match="32 bytes"):
            Identity(seed, vault_id)
