from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.errors import InvalidData, Tampered
from nexcred.model.credential import Details, Value
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.secret import Secret
from nexcred.vault.plaintext import (
    probe_from_json,
    probe_to_json,
    read_details,
    read_json,
    write_details,
    write_json,
)
from tests.support.sample_vault import NOW

BY = bytes(range(16))
TEXT = st.text(max_size=20)
VALUES: st.SearchStrategy[Value] = st.one_of(
    TEXT,
    st.integers(-(2**63), 2**63 - 1),
    TEXT.map(Secret),
    st.binary(max_size=20).map(Secret),
    st.binary(max_size=20).map(Secret.from_bytes),
)


def deep(levels: int) -> object:
    value: object = None
    for _ in range(levels):
        value = [value]
    return value


@given(TEXT, st.lists(TEXT), st.dictionaries(TEXT, VALUES, max_size=6))
def test_details_survive_being_written(word: str, hosts: list[str], fields: Mapping[str, Value]) -> None:
    details = Details(word, word, word, tuple(hosts), fields)
    read, by = read_details(write_details(details, BY))
    assert (read, by) == (details, BY)
    assert (list(read.fields), read.secret_fields) == (list(fields), details.secret_fields)


@pytest.mark.parametrize(
    "unreadable",
    [{"n": 2**63}, {"n": -(2**63) - 1}, {"n": float("inf")}, {"n": float("nan")}, {"n": "\ud800"}, {"n": deep(64)}],
)
def test_what_could_not_be_read_again_is_not_written(unreadable: dict[str, object]) -> None:
    with pytest.raises(InvalidData):
        write_json(unreadable)


def test_a_refused_value_is_not_kept_in_the_failure() -> None:
    with pytest.raises(InvalidData) as failure:
        write_json({"api_key": "EXAMPLE-secret \ud800"})
    assert failure.value.__context__ is None
    assert "EXAMPLE" not in repr(failure.value.args)


@pytest.mark.parametrize(
    "plaintext",
    [
        *(b"", b"{", b"[]", b'"x"', b"null", b"{} {}", b"\xff", b'{"a":1,"a":1}', b'{"a":"\\ud800"}', b'{"a":NaN}'),
        *(b'{"a":1e999}', b'{"a":' * 100_000, b'{"a":' + b"9" * 5000 + b"}"),
    ],
)
def test_a_plaintext_of_another_form_is_refused(plaintext: bytes) -> None:
    with pytest.raises(Tampered):
        read_json(plaintext)


@pytest.mark.parametrize(
    "change",
    [
        {"fields": []},
        {"fields": {"a": None}},
        {"fields": {"a": True}},
        {"fields": {"a": 1.5}},
        {"fields": {"a": {"b64": "%%%"}}},
        {"fields": {"a": {"b64": 7}}},
        {"fields": {"a": {"hex": "00"}}},
        {"secret_fields": "a"},
        {"secret_fields": ["a"], "fields": {"a": 7}},
        {"allowed_hosts": [7]},
    ],
)
def test_details_of_another_shape_are_refused(change: dict[str, object]) -> None:
    written = read_json(write_details(Details("rest", "", "bearer", (), {}), BY))
    for wrong in ({**written, **change}, {key: value for key, value in written.items() if key not in change}):
        with pytest.raises(Tampered):
            read_details(write_json(wrong))


def test_a_probe_result_survives_being_written() -> None:
    full = ProbeResult(ProbeStatus.RATE_LIMITED, NOW, 12, "ada", "slow down", 429, 1.5, NOW, 3)
    for result in (full, ProbeResult(ProbeStatus.UNREACHABLE, NOW, 0)):
        assert probe_from_json(probe_to_json(result)) == result
    assert probe_from_json(None) is None


@pytest.mark.parametrize(
    ("key", "value"),
    [("status", "fine"), ("checked_at", "0001-01-01T00:00:00+14:00"), ("elapsed_ms", True), ("retry_after_s", "1")],
)
def test_a_probe_result_of_another_shape_is_refused(key: str, value: object) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        probe_from_json({**probe_to_json(ProbeResult(ProbeStatus.ACCEPTED, NOW, 1)), key: value})
