"""The form of access lists: exactly one way to write each, and everything that counts is signed."""

import base64
import struct

import pytest

from nexcred.vault.access_list import (
    NO_PINS,
    NOTHING,
    PINNED,
    READ,
    TO_MEMBER,
    TO_TEAM,
    WRITE,
    AccessGrant,
    AccessList,
    creator_and_salt,
    hash_list,
    make_list,
    most_of_each,
    read_list,
    write_list,
)
from nexcred.vault.identity import Identity
from nexcred.vault.primitives import digest

ADA, BOB = Identity(b"a" * 32, bytes(16)), Identity(b"b" * 32, bytes(16))
VAULT_ID, SALT, TEAM = b"v" * 16, b"s" * 16, b"t" * 16
GRANTS = (AccessGrant(TO_MEMBER, ADA.fingerprint, WRITE), AccessGrant(TO_TEAM, TEAM, READ))
PINS = {2: b"2" * 32, 3: b"3" * 32, 4: b"4" * 32, 5: b"5" * 32, 6: b"6" * 32}
LIST = make_list(
    ADA, ADA.fingerprint, VAULT_ID, version=7, grants=GRANTS, creator=ADA.fingerprint, salt=SALT, revision=3, pins=PINS
)
FRONT, GRANT = 8 + 16 + 16 + 8 + 5 * 32 + 2, 18


def raw_of(access: AccessList) -> bytes:
    return base64.b64decode(write_list(access))


def read_raw(raw: bytes) -> AccessList:
    return read_list(base64.b64encode(raw).decode())


def test_a_list_survives_being_written() -> None:
    assert read_list(write_list(LIST)) == LIST
    assert (LIST.version, LIST.revision, LIST.pins) == (7, 3, tuple(PINS[part] for part in PINNED))


def test_the_bytes_are_those_of_the_format() -> None:
    grants = b"".join(struct.pack(">B16sB", *grant) for grant in sorted(GRANTS))
    front = struct.pack(">Q", 7) + ADA.fingerprint + SALT + struct.pack(">Q", 3) + b"".join(PINS.values())
    assert raw_of(LIST) == front + b"\0\2" + grants + ADA.fingerprint + LIST.signature
    signed = b"nexcred/1 access list 2\0" + VAULT_ID + LIST.record_id + struct.pack(">QQ", 7, 3)
    signed += b"".join(PINS.values()) + b"\0\2" + grants + ADA.fingerprint
    assert LIST.message(VAULT_ID) == signed
    ADA.signing.public_key().verify(LIST.signature, signed)
    assert hash_list(LIST, VAULT_ID) == digest(b"nexcred/1 list\0" + signed)


def test_the_record_id_binds_creator_and_salt() -> None:
    assert LIST.record_id == digest(b"nexcred/1 record\0" + ADA.fingerprint + SALT)[:16]
    assert LIST._replace(creator=BOB.fingerprint).record_id != LIST.record_id
    assert LIST._replace(salt=bytes(16)).record_id != LIST.record_id


@pytest.mark.parametrize(
    "other",
    [
        LIST._replace(version=8),
        LIST._replace(creator=BOB.fingerprint),
        LIST._replace(salt=bytes(16)),
        LIST._replace(revision=4),
        LIST._replace(pins=NO_PINS),
        LIST._replace(pins=(*LIST.pins[1:], LIST.pins[0])),
        LIST._replace(grants=GRANTS[:1]),
        LIST._replace(grants=(GRANTS[0]._replace(may=READ), GRANTS[1])),
        LIST._replace(grants=(GRANTS[0], GRANTS[1]._replace(kind=TO_MEMBER))),
        LIST._replace(signer=BOB.fingerprint),
    ],
)
def test_whatever_a_list_says_is_signed_and_hashed(other: AccessList) -> None:
    assert other.message(VAULT_ID) != LIST.message(VAULT_ID)
    assert hash_list(other, VAULT_ID) != hash_list(LIST, VAULT_ID)


def test_a_list_is_for_one_vault() -> None:
    assert LIST.message(bytes(16)) != LIST.message(VAULT_ID)


def test_a_new_list_pins_nothing_and_has_a_salt_of_its_own() -> None:
    lists = [
        make_list(ADA, ADA.fingerprint, VAULT_ID, version=1, grants=GRANTS, creator=ADA.fingerprint) for _ in range(2)
    ]
    assert {one.pins for one in lists} == {NO_PINS}
    assert lists[0].salt != lists[1].salt


def test_of_several_grants_to_one_the_most_counts_and_they_are_sorted() -> None:
    to, other = b"b" * 16, b"a" * 16
    grants = [AccessGrant(TO_TEAM, other, READ), AccessGrant(TO_MEMBER, to, READ), AccessGrant(TO_MEMBER, to, WRITE)]
    assert most_of_each([*grants, AccessGrant(TO_MEMBER, to, READ)]) == (
        AccessGrant(TO_MEMBER, to, WRITE),
        AccessGrant(TO_TEAM, other, READ),
    )


def changed(position: int, to: bytes) -> bytes:
    raw = raw_of(LIST)
    return raw[:position] + to + raw[position + len(to) :]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        raw_of(LIST)[:-1],
        raw_of(LIST) + b"\0",
        raw_of(LIST)[: FRONT - 1],
        raw_of(LIST._replace(grants=())),
        raw_of(LIST._replace(grants=(GRANTS[1], GRANTS[0]))),
        raw_of(LIST._replace(grants=(GRANTS[0], GRANTS[0], GRANTS[1]))),
        raw_of(LIST._replace(grants=(GRANTS[0], GRANTS[0]._replace(may=READ)))),
        raw_of(LIST._replace(grants=(AccessGrant(0, TEAM, READ),))),
        raw_of(LIST._replace(grants=(AccessGrant(3, TEAM, READ),))),
        raw_of(LIST._replace(grants=(AccessGrant(TO_TEAM, TEAM, 0),))),
        raw_of(LIST._replace(grants=(AccessGrant(TO_TEAM, TEAM, 3),))),
        raw_of(LIST._replace(version=2**48)),
        raw_of(LIST._replace(revision=2**48)),
        raw_of(LIST._replace(revision=2**64 - 1)),
        changed(FRONT - 2, b"\0\1"),
        changed(FRONT - 2, b"\0\3"),
        changed(FRONT - 2, b"\xff\xff"),
    ],
)
def test_case_96_any_other_form_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="no access list"):
        read_raw(raw)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " " + write_list(LIST),
        write_list(LIST) + "\n",
        write_list(LIST)[:-1],
        write_list(LIST).rstrip("="),
        write_list(LIST) + "=",
        write_list(LIST).replace("+", "-").replace("/", "_") + "-",
        "é" + write_list(LIST),
    ],
)
def test_case_96_a_text_is_written_one_way(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_list(text)


def test_case_96_the_bits_that_base64_leaves_over_are_zero() -> None:
    """Two texts for one list would be two overviews that say the same."""
    short = LIST._replace(grants=GRANTS[:1])
    for access in (LIST, short, LIST._replace(grants=(*GRANTS, AccessGrant(TO_TEAM, b"z" * 16, READ)))):
        text = write_list(access)
        if not text.endswith("="):
            continue
        last = text.rstrip("=")[-1]
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        other = alphabet[alphabet.index(last) ^ 1]
        with pytest.raises(ValueError, match="no access list"):
            read_list(text.rstrip("=")[:-1] + other + "=" * text.count("="))


def test_the_front_of_a_list_is_read_alone() -> None:
    assert creator_and_salt(write_list(LIST)) == (ADA.fingerprint, SALT)
    for text in ("", write_list(LIST)[:50]):
        with pytest.raises(ValueError, match=r"."):
            creator_and_salt(text)


def test_zeros_pin_nothing() -> None:
    assert NO_PINS == (NOTHING,) * 5
    bare = make_list(
        ADA, ADA.fingerprint, VAULT_ID, version=1, grants=GRANTS, creator=ADA.fingerprint, pins={2: b"2" * 32}
    )
    assert bare.pins == (b"2" * 32, NOTHING, NOTHING, NOTHING, NOTHING)
