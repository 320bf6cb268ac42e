"""Whatever bytes somebody plants, what reads them raises a failure of nexcred's own, and soon."""

import base64
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nexcred.errors import Damaged, InvalidData, Locked, NotPermitted, Tampered
from nexcred.vault.access import older_vault_keys, open_access
from nexcred.vault.access_list import read_list, write_list
from nexcred.vault.authority import verify_record
from nexcred.vault.checkpoint import read_checkpoint
from nexcred.vault.floor import read_floor, write_floor
from nexcred.vault.head import open_head
from nexcred.vault.identity import Identity, PublicIdentity
from nexcred.vault.kept_roster import open_kept_roster
from nexcred.vault.overview import read_overview, write_overview
from nexcred.vault.overview_shown import to_credential
from nexcred.vault.padding import unpad
from nexcred.vault.pins import read_pin, write_pin
from nexcred.vault.plaintext import read_details, read_json, write_details
from nexcred.vault.record import open_as
from nexcred.vault.roster import open_roster, read_roster
from nexcred.vault.slot import describe_slot
from nexcred.vault.statements import read_details_statement, read_part_statement, write_statement
from nexcred.vault.tree import read_leaf
from nexcred.vault.version1.overview import read_first_overview
from tests.support.known_key import open_with
from tests.support.sample_overview import ADA, OVERVIEW, ROSTER
from tests.support.sample_vault import details

KEY = bytes(32)
FRONTS = [
    *(b"", b"NXR1\1", b"NXR1\1\1", b"NXH1\1", b"NXS1\1\1", b"NXS1\1\2", b"NXS2\1\1", b"\0\0\0\1\1", b"\0\0\0\0"),
    *(b"NEXCRED-SECRET-2", b"NEXCRED-CHECK-1"),
]
SIZES = [0, 1, 33, 38, 48, 61, 85, 96, 112, 150, 162, 178, 240, 300, 361]

READERS: list[Callable[[bytes], object]] = [
    lambda data: open_with(data, KEY),
    lambda data: open_as(data, ADA, KEY),
    lambda data: open_head(data, KEY),
    lambda data: open_access((data,), ADA, bytes(16), 1).vault_key,
    lambda data: older_vault_keys((data,), KEY, bytes(16), int.from_bytes(data[:4], "big")),
    lambda data: open_roster((data,), KEY, bytes(16), 1),
    lambda data: open_roster((data,), KEY, bytes(16), 1, is_first_format=True),
    lambda data: read_roster((data,)),
    lambda data: list(read_leaf(data)),
    lambda data: Identity.parse(data.decode("latin-1")),
    lambda data: PublicIdentity.parse(data.decode("latin-1")),
    lambda data: read_checkpoint(data.decode("latin-1")),
    lambda data: open_kept_roster(data, ADA, bytes(16)),
    describe_slot,
    read_overview,
    read_first_overview,
    read_details,
    unpad,
]

JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**65), 2**65),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
        st.sampled_from(["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "zz", "00" * 16, "00" * 32]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=5,
)


@given(st.sampled_from(READERS), st.sampled_from(FRONTS), st.binary(max_size=400), st.sampled_from([*SIZES, None]))
def test_any_bytes_are_read_or_refused(
    reader: Callable[[bytes], object], front: bytes, rest: bytes, size: int | None
) -> None:
    data = front + rest
    if size is not None:
        data = data[:size].ljust(size, b"\1")
    with suppress(InvalidData, Locked, Damaged, NotPermitted):
        reader(data)


def mutate(document: dict[str, Any], where: list[str], value: object) -> dict[str, Any]:
    """Return the document with one value, at most two levels down, replaced."""
    key = where[0]
    inner = document.get(key)
    if isinstance(inner, dict) and len(where) > 1:
        return {**document, key: mutate(inner, where[1:], value)}
    return {**document, key: value}


def paths(document: dict[str, Any]) -> list[list[str]]:
    inner = [[key, below] for key, value in document.items() if isinstance(value, dict) for below in value]
    return [[key] for key in document] + inner


def encode(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


WRITTEN_OVERVIEW = read_json(write_overview(OVERVIEW))
WRITTEN_DETAILS = read_json(write_details(details(b"\0\xff"), ADA.fingerprint))


@given(st.sampled_from(paths(WRITTEN_OVERVIEW)), JSON)
def test_an_overview_with_any_value_anywhere_is_read_whole_or_refused(where: list[str], value: object) -> None:
    try:
        overview = read_overview(encode(mutate(WRITTEN_OVERVIEW, where, value)))
    except Tampered:
        return
    assert to_credential(overview, 1, ROSTER, ADA.fingerprint).revision == 1
    assert read_overview(write_overview(overview)) == overview
    try:
        verify_record(overview, ROSTER, 1)
    except Tampered:
        assert where[0] in ("access", "statement", "parts")


@given(st.sampled_from(paths(WRITTEN_DETAILS)), JSON)
def test_details_with_any_value_anywhere_are_read_whole_or_refused(where: list[str], value: object) -> None:
    try:
        read, by = read_details(encode(mutate(WRITTEN_DETAILS, where, value)))
    except Tampered:
        return
    assert read_details(write_details(read, by or ADA.fingerprint)) == (read, by or ADA.fingerprint)


@given(st.binary(max_size=400), st.sampled_from([*SIZES, None]))
def test_what_is_read_of_a_list_a_statement_a_floor_or_a_pin_is_written_as_it_was(
    data: bytes, size: int | None
) -> None:
    if size is not None:
        data = data[:size].ljust(size, b"\1")
    text = base64.b64encode(data).decode()
    with suppress(ValueError):
        assert write_list(read_list(text)) == text
    for read in (read_details_statement, read_part_statement):
        with suppress(ValueError):
            assert write_statement(read(text)) == text
    floor, pin = read_floor(data), read_pin(data)
    assert floor is None or write_floor(floor) == data
    assert pin is None or write_pin(pin) == data
