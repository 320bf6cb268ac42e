import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.errors import Locked, Tampered
from nexcred.vault.identity import Identity
from nexcred.vault.primitives import WrongKey
from nexcred.vault.recovery_key import new_recovery_key, read_recovery_key, write_recovery_key
from nexcred.vault.slot import (
    FLOOR,
    RECOVERY_KIND,
    SlotInfo,
    describe_slot,
    make_passphrase_slot,
    make_recovery_slot,
    open_passphrase_slot,
    open_recovery_slot,
)

KEY = bytes(range(7, 39))
TEXT = write_recovery_key(KEY)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
IDENTITY = Identity(b"a" * 32, b"v" * 16)


@given(st.binary(min_size=32, max_size=32))
def test_a_key_comes_back_from_paper(key: bytes) -> None:
    text = write_recovery_key(key)
    assert [len(group) for group in text.split("-")] == [5] * 13
    assert read_recovery_key(text) == key


@pytest.mark.parametrize(
    "typed",
    [
        TEXT.lower(),
        TEXT.replace("-", ""),
        TEXT.replace("-", " "),
        TEXT.replace("-", "\n"),
        f"  {TEXT}\r\n",
        TEXT.replace("0", "O").replace("1", "l"),
        TEXT.replace("0", "o").replace("1", "I"),
        TEXT.replace("-", " – "),
    ],
)
def test_it_may_be_typed_as_people_do(typed: str) -> None:
    assert read_recovery_key(typed) == KEY


def test_no_single_wrong_character_passes_and_its_group_is_named() -> None:
    bare = TEXT.replace("-", "")
    for place, other in itertools.product(range(len(bare)), ALPHABET):
        if other == bare[place]:
            continue
        with pytest.raises(Locked, match=f"^group {place // 5 + 1} of the recovery key is mistyped$"):
            read_recovery_key(bare[:place] + other + bare[place + 1 :])


def test_exchanged_groups_are_noticed() -> None:
    groups = TEXT.split("-")
    for one, other in itertools.combinations(range(13), 2):
        exchanged = list(groups)
        exchanged[one], exchanged[other] = exchanged[other], exchanged[one]
        with pytest.raises(Locked, match=f"group {one + 1} "):
            read_recovery_key("-".join(exchanged))


@pytest.mark.parametrize("text", ["", "-", TEXT[:-1], TEXT[:-6], TEXT + "0", f"{TEXT}-{TEXT}", IDENTITY.secret_string])
def test_what_is_no_recovery_key_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(Locked) as caught:
        read_recovery_key(text)
    assert all(group not in caught.value.message for group in TEXT.split("-"))
    assert caught.value.__context__ is None


@pytest.mark.parametrize("text", ["\ud800" * 65, "ß" * 65, "\0" * 65, "U" * 65, "0" * 1_000_000])
def test_strange_text_is_refused(text: str) -> None:
    with pytest.raises(Locked):
        read_recovery_key(text)


def test_two_keys_differ() -> None:
    assert new_recovery_key() != new_recovery_key()


def test_a_slot_gives_the_identity_back_for_its_recovery_key_only() -> None:
    slot = make_recovery_slot(KEY, IDENTITY)
    assert describe_slot(slot) == SlotInfo(RECOVERY_KIND, None)
    opened = open_recovery_slot(slot, KEY)
    assert (opened.seed, opened.vault_id) == (IDENTITY.seed, IDENTITY.vault_id)
    with pytest.raises(WrongKey):
        open_recovery_slot(slot, bytes(32))
    assert IDENTITY.seed not in slot


@pytest.mark.parametrize("position", [6, 21, 34, 45, 46, 77, 78, 125, -1])
def test_a_changed_slot_does_not_open(position: int) -> None:
    flipped = bytearray(make_recovery_slot(KEY, IDENTITY))
    flipped[position] ^= 1
    with pytest.raises(WrongKey):
        open_recovery_slot(bytes(flipped), KEY)


def test_case_03_a_recovery_slot_with_a_cost_or_another_length_is_refused() -> None:
    slot = make_recovery_slot(KEY, IDENTITY)
    costly = [slot[:place] + b"\1" + slot[place + 1 :] for place in (22, 26, 30)]
    for other in (*costly, slot + b"\0", slot[:-1], slot[:5]):
        with pytest.raises(Tampered):
            open_recovery_slot(other, KEY)


def test_a_slot_of_one_kind_is_not_opened_as_another() -> None:
    with pytest.raises(Tampered):
        open_passphrase_slot(make_recovery_slot(KEY, IDENTITY), "EXAMPLE")
    passphrase = make_passphrase_slot("EXAMPLE", IDENTITY, FLOOR)
    with pytest.raises(Tampered):
        open_recovery_slot(passphrase, KEY)
    # Made to look like the other kind, it has a cost, which recovery slots have not.
    with pytest.raises(Tampered):
        open_recovery_slot(passphrase[:5] + b"\2" + passphrase[6:], KEY)
