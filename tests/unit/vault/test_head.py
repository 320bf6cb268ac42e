import pytest

from nexcred.errors import MadeByNewer, Tampered
from nexcred.vault.head import Head, HeadPlace, open_head, read_head_place, seal_head, verify_author
from nexcred.vault.identity import Identity

KEY = bytes(32)
ADA, EVE = Identity(b"a" * 32, bytes(16)), Identity(b"e" * 32, bytes(16))
PLACE = HeadPlace(b"v" * 16, 3, 9)


def head(features: int = 0) -> Head:
    one, two, three, four, five, six = (bytes([number]) * 32 for number in range(6))
    return Head(features, 5, one, two, 2, three, four, five, six, 1_700_000_000_000, ADA.fingerprint)


def test_a_head_says_what_was_sealed_and_who_signed_it() -> None:
    sealed = seal_head(PLACE, head(), ADA, KEY)
    opened = open_head(sealed, KEY)
    assert (read_head_place(sealed), opened.place, opened.head) == (PLACE, PLACE, head())
    verify_author(opened, ADA.public)
    with pytest.raises(Tampered):
        verify_author(opened, EVE.public)


def test_every_bit_of_a_head_is_bound() -> None:
    sealed = seal_head(PLACE, head(), ADA, KEY)
    for bit in range(8 * len(sealed)):
        flipped = bytearray(sealed)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Tampered):
            open_head(bytes(flipped), KEY)


@pytest.mark.parametrize("suite", [0, 2, 255])
def test_another_suite_is_named_before_anything_is_opened(suite: int) -> None:
    sealed = seal_head(PLACE, head(), ADA, KEY)
    with pytest.raises(Tampered, match=f"unknown suite {suite}"):
        read_head_place(sealed[:4] + bytes([suite]) + sealed[5:])


def test_a_head_of_another_length_is_refused() -> None:
    sealed = seal_head(PLACE, head(), ADA, KEY)
    for other in (*(sealed[:length] for length in range(len(sealed))), sealed + b"\0"):
        with pytest.raises(Tampered):
            open_head(other, KEY)


def test_a_generation_that_nobody_can_count_to_is_refused() -> None:
    for generation in (2**48, 2**62, 2**63, 2**64 - 1):
        with pytest.raises(Tampered):
            open_head(seal_head(PLACE._replace(generation=generation), head(), ADA, KEY), KEY)


def test_two_heads_of_the_same_content_have_two_hashes() -> None:
    assert len({open_head(seal_head(PLACE, head(), ADA, KEY), KEY).hash for _ in range(10)}) == 10


@pytest.mark.parametrize("bit", range(16))
def test_a_low_feature_bit_forbids_writing(bit: int) -> None:
    assert open_head(seal_head(PLACE, head(1 << bit), ADA, KEY), KEY).head.is_read_only


@pytest.mark.parametrize("bit", range(17, 32))
def test_a_high_feature_bit_forbids_reading(bit: int) -> None:
    with pytest.raises(MadeByNewer):
        open_head(seal_head(PLACE, head(1 << bit), ADA, KEY), KEY)


def test_the_bit_of_version_2_says_so_and_forbids_nothing() -> None:
    first, second = (open_head(seal_head(PLACE, head(features), ADA, KEY), KEY).head for features in (0, 1 << 16))
    assert (first.is_first_format, second.is_first_format) == (True, False)
    assert not first.is_read_only
    assert not second.is_read_only
