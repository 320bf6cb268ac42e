import pytest

from nexcred.errors import InvalidData, NexcredError, NotPermitted, Tampered
from nexcred.vault.identity import Identity
from nexcred.vault.padding import pad
from nexcred.vault.primitives import commit_to, encrypt
from nexcred.vault.record import (
    DETAILS,
    MAX_PLAINTEXT_BYTES,
    OVERVIEW,
    RecordPlace,
    move_own_grant,
    open_as,
    overview_key,
    read_header,
    seal_for,
    seal_overview,
)
from tests.support.known_key import open_with

VAULT_KEY, HINT_KEY = bytes(32), b"\1" * 32
PLACE = RecordPlace(DETAILS, b"v" * 16, b"r" * 16, 7, 1)
ADA, EVE = Identity(b"a" * 32, bytes(16)), Identity(b"e" * 32, bytes(16))
HEADER = 94


def open_overview(record: bytes) -> bytes:
    return open_with(record, overview_key(VAULT_KEY, read_header(record).fixed))


def test_the_header_says_where_a_record_belongs() -> None:
    header = read_header(seal_for(PLACE, b"text", [ADA.public], HINT_KEY))
    assert (header.part, header.vault_id, header.record_id, header.revision, header.epoch) == tuple(PLACE)


def test_each_recipient_opens_a_record_and_nobody_else() -> None:
    record = seal_for(PLACE, b"text", [ADA.public, EVE.public], HINT_KEY)
    assert record[HEADER : HEADER + 2] == b"\0\2"
    assert {open_as(record, one, HINT_KEY) for one in (ADA, EVE)} == {b"text"}
    with pytest.raises(NotPermitted):
        open_as(record, Identity.generate(), HINT_KEY)
    with pytest.raises(NotPermitted):
        open_as(seal_for(PLACE, b"text", [], HINT_KEY), ADA, HINT_KEY)


def test_two_hints_that_meet_by_chance_do_no_harm() -> None:
    record = seal_for(PLACE, b"text", [EVE.public, ADA.public], HINT_KEY)
    start = HEADER + 2
    hint_of_ada = record[start + 84 : start + 88]
    assert open_as(record[:start] + hint_of_ada + record[start + 4 :], ADA, HINT_KEY) == b"text"


@pytest.mark.parametrize(("junk", "opens"), [(15, True), (16, False), (0xFFFE, False)])
def test_of_equal_hints_16_are_tried(junk: int, opens: bool) -> None:
    """A member may fill anybody's record with them, and each costs a key agreement."""
    sealed = seal_for(PLACE, b"text", [ADA.public], HINT_KEY)
    start = HEADER + 2
    spoilt = sealed[start : start + 4] + bytes(80)
    full = sealed[:HEADER] + (junk + 1).to_bytes(2, "big") + junk * spoilt + sealed[start:]
    if opens:
        assert open_as(full, ADA, HINT_KEY) == b"text"
        assert move_own_grant(full, ADA, EVE.public, HINT_KEY) != full
        return
    with pytest.raises(NotPermitted):
        open_as(full, ADA, HINT_KEY)
    with pytest.raises(NotPermitted):
        move_own_grant(full, ADA, EVE.public, HINT_KEY)


def test_an_overview_opens_with_the_vault_key_and_for_its_guests() -> None:
    record = seal_overview(PLACE._replace(part=OVERVIEW), b"text", VAULT_KEY, [EVE.public], HINT_KEY)
    assert open_overview(record) == open_as(record, EVE, HINT_KEY) == b"text"
    with pytest.raises(Tampered):
        open_with(record, overview_key(b"\1" + VAULT_KEY[1:], read_header(record).fixed))


def test_every_bit_of_an_overview_is_bound() -> None:
    record = seal_overview(PLACE._replace(part=OVERVIEW), b"text", VAULT_KEY, [], HINT_KEY)
    for bit in range(8 * len(record)):
        flipped = bytearray(record)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Tampered):
            open_overview(bytes(flipped))


def test_every_bit_of_details_is_bound() -> None:
    record = seal_for(PLACE, b"text", [ADA.public], HINT_KEY)
    for bit in range(8 * len(record)):
        flipped = bytearray(record)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises((Tampered, NotPermitted)):
            open_as(bytes(flipped), ADA, HINT_KEY)


def test_a_record_cut_at_any_length_or_lengthened_is_refused() -> None:
    record = seal_for(PLACE, b"text", [ADA.public], HINT_KEY)
    for other in (*(record[:length] for length in range(len(record))), record + b"\0"):
        with pytest.raises(NexcredError):
            open_as(other, ADA, HINT_KEY)


@pytest.mark.parametrize("front", [b"NXR0", b"NXR2", b"NXH1", b"NXR1\0", b"NXR1\2", b"NXR1\xff"])
def test_another_version_or_suite_is_refused(front: bytes) -> None:
    record = seal_for(PLACE, b"text", [ADA.public], HINT_KEY)
    with pytest.raises(Tampered):
        read_header(front + record[len(front) :])


def test_a_record_that_names_another_key_is_refused_though_it_would_decrypt() -> None:
    key, nonce = bytes(32), bytes(12)
    header = seal_for(PLACE, b"", [], HINT_KEY)[:50] + nonce + commit_to(b"\1" * 32)
    sealed = header + b"\0\0" + encrypt(key, nonce, pad(b"text"), header)
    with pytest.raises(Tampered, match="not sealed with its key"):
        open_with(sealed, key)
    honest = header[:62] + commit_to(key)
    assert open_with(honest + b"\0\0" + encrypt(key, nonce, pad(b"text"), honest), key) == b"text"


def test_a_revision_that_nobody_can_count_to_is_refused() -> None:
    for revision in (2**48, 2**62, 2**64 - 1):
        with pytest.raises(Tampered):
            read_header(seal_for(PLACE._replace(revision=revision), b"text", [ADA.public], HINT_KEY))


def test_a_grant_does_not_move_to_another_record() -> None:
    one, two = (seal_for(PLACE, text, [ADA.public], HINT_KEY) for text in (b"one", b"two"))
    grant = slice(HEADER + 2, HEADER + 2 + 84)
    with pytest.raises(NotPermitted):
        open_as(one[: grant.start] + two[grant] + one[grant.stop :], ADA, HINT_KEY)


def test_two_seals_of_one_text_share_nothing_but_their_place() -> None:
    one, two = (seal_for(PLACE, b"text", [ADA.public], HINT_KEY) for _ in range(2))
    assert one[:50] == two[:50]
    assert not {one[i : i + 8] for i in range(50, len(one) - 8)} & {two[i : i + 8] for i in range(50, len(two) - 8)} - {
        one[HEADER - 2 : HEADER + 6]
    }


def test_a_plaintext_has_a_limit() -> None:
    largest = bytes(MAX_PLAINTEXT_BYTES)
    assert open_as(seal_for(PLACE, largest, [ADA.public], HINT_KEY), ADA, HINT_KEY) == largest
    with pytest.raises(InvalidData):
        seal_for(PLACE, largest + b"\0", [ADA.public], HINT_KEY)
