import struct
import unicodedata

import pytest

from nexcred.errors import InvalidData, Tampered
from nexcred.vault.identity import Identity
from nexcred.vault.primitives import WrongKey
from nexcred.vault.slot import (
    FLOOR,
    Cost,
    SlotInfo,
    calibrate,
    describe_slot,
    encode_passphrase,
    make_passphrase_slot,
    open_passphrase_slot,
)

IDENTITY = Identity(b"a" * 32, b"v" * 16)
PASSPHRASE = "EXAMPLE pässphrase"
COST_AT = 22


@pytest.fixture(scope="module")
def slot() -> bytes:
    return make_passphrase_slot(PASSPHRASE, IDENTITY, FLOOR)


def test_a_slot_gives_the_identity_back_for_its_passphrase(slot: bytes) -> None:
    assert describe_slot(slot) == SlotInfo(1, FLOOR)
    opened = open_passphrase_slot(slot, unicodedata.normalize("NFD", PASSPHRASE))
    assert (opened.seed, opened.vault_id) == (IDENTITY.seed, IDENTITY.vault_id)
    with pytest.raises(WrongKey):
        open_passphrase_slot(slot, PASSPHRASE + " ")


@pytest.mark.parametrize("position", [6, 21, 38, 49, 50, 81, 82, 113, 130, -1])
def test_a_changed_slot_does_not_open(slot: bytes, position: int) -> None:
    flipped = bytearray(slot)
    flipped[position] ^= 1
    with pytest.raises(WrongKey):
        open_passphrase_slot(bytes(flipped), PASSPHRASE)


def test_a_slot_of_another_length_version_or_suite_is_refused(slot: bytes) -> None:
    cut = [slot[:length] for length in range(len(slot))]
    for other in (*cut, slot + b"\0", b"NXS2" + slot[4:], slot[:4] + b"\2" + slot[5:]):
        with pytest.raises(Tampered):
            describe_slot(other)


def test_a_slot_of_an_unknown_kind_is_described_and_not_opened(slot: bytes) -> None:
    other = slot[:5] + b"\7" + slot[6:] + b"more"
    assert describe_slot(other) == SlotInfo(7, None)
    with pytest.raises(Tampered):
        open_passphrase_slot(other, PASSPHRASE)


@pytest.mark.parametrize(
    "cost",
    [
        Cost(FLOOR.memory_kib - 1, 3, 4),
        Cost(FLOOR.memory_kib, 2, 4),
        Cost(FLOOR.memory_kib, 3, 0),
        Cost(FLOOR.memory_kib, 3, 17),
        Cost(FLOOR.memory_kib, 17, 4),
        Cost(1024 * 1024 + 1, 3, 4),
        Cost(1024 * 1024, 5, 4),
        Cost(2**32 - 1, 2**31, 2**32 - 1),
    ],
)
def test_a_cost_out_of_bounds_is_neither_read_nor_made(slot: bytes, cost: Cost) -> None:
    with pytest.raises(Tampered, match="out of bounds"):
        describe_slot(slot[:COST_AT] + struct.pack(">III", *cost) + slot[COST_AT + 12 :])
    with pytest.raises(ValueError, match="out of bounds"):
        make_passphrase_slot(PASSPHRASE, IDENTITY, cost)


def test_the_bounds_themselves_are_read(slot: bytes) -> None:
    for cost in (Cost(1024 * 1024, 4, 16), Cost(FLOOR.memory_kib, 16, 1)):
        changed = slot[:COST_AT] + struct.pack(">III", *cost) + slot[COST_AT + 12 :]
        assert describe_slot(changed).cost == cost


@pytest.mark.parametrize("target_s", [0.0, 0.3, 1e6])
def test_a_calibrated_cost_is_within_bounds(target_s: float) -> None:
    cost = calibrate(target_s)
    assert FLOOR.memory_kib <= cost.memory_kib <= 256 * 1024
    assert FLOOR.passes <= cost.passes <= 16
    assert cost.lanes == FLOOR.lanes


@pytest.mark.parametrize("bad", ["", "\ud800", "x" * 1025, "é" * 513, "x" * 1_000_000])
def test_case_30_a_bad_passphrase_is_refused_and_not_kept_in_the_failure(bad: str) -> None:
    with pytest.raises(InvalidData) as failure:
        encode_passphrase(bad)
    assert failure.value.__context__ is None


def test_case_30_a_passphrase_is_taken_whole_in_one_form() -> None:
    assert encode_passphrase("line\nline\n") == b"line\nline\n"
    assert encode_passphrase(unicodedata.normalize("NFD", "é")) == "é".encode()
    assert encode_passphrase("é" * 512) == "é".encode() * 512
