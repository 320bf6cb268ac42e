"""JMESPath over answers, and times out of them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.auth.pick import is_true, pick, pick_text, problem_in_expression
from nexcred.auth.timestamp import parse_timestamp


def nested() -> list[object]:
    """Return a list 100,000 levels deep."""
    inner: list[object] = []
    for _ in range(100_000):
        inner = [inner]
    return inner


@pytest.mark.parametrize(
    ("document", "truth"),
    [({"a": 0}, True), ({"a": False}, False), ({"a": ""}, False), ({"a": []}, False), ({"a": {}}, False), ({}, False)],
)
def test_truth_is_jmespaths(document: object, truth: bool) -> None:
    assert is_true("a", document) is truth


def test_what_cannot_be_applied_finds_nothing() -> None:
    assert pick("length(a)", {"a": 1}) is None
    assert pick("a > b", {"a": "x", "b": 1}) is None
    assert pick("", {"a": 1}) is None
    assert pick("[][][]", nested()) is not None
    assert pick("to_string(@)", nested()) is None


def test_only_texts_and_numbers_are_texts() -> None:
    assert pick_text("a", {"a": 17}) == "17"
    assert pick_text("a", {"a": " x "}) == "x"
    assert pick_text("a", {"a": True}) is None
    assert pick_text("a", {"a": {}}) is None
    assert pick_text("a", {"a": 10**5000}) is None


def test_an_expression_is_checked() -> None:
    assert problem_in_expression("a.b[0]") == ""
    assert problem_in_expression("a.").startswith("is not a JMESPath expression")
    assert problem_in_expression("(" * 100_000) != ""


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-01-15T12:00:00Z", datetime(2026, 1, 15, 12, tzinfo=UTC)),
        ("2026-01-15T14:00:00+02:00", datetime(2026, 1, 15, 12, tzinfo=UTC)),
        ("2026-01-15T12:00:00", datetime(2026, 1, 15, 12, tzinfo=UTC)),
        (1768478400, datetime(2026, 1, 15, 12, tzinfo=UTC)),
        ("1768478400", datetime(2026, 1, 15, 12, tzinfo=UTC)),
        (1768478400000, datetime(2026, 1, 15, 12, tzinfo=UTC)),
        (True, None),
        (None, None),
        ("tomorrow", None),
        (1e300, None),
        (float("inf"), None),
        pytest.param(10**5000, None, id="5,001 digits"),
        ({}, None),
    ],
)
def test_a_time_is_read_in_any_usual_form(value: object, moment: datetime | None) -> None:
    assert parse_timestamp(value) == moment


@given(st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none()))
def test_any_value_is_a_time_or_none(value: object) -> None:
    moment = parse_timestamp(value)
    assert moment is None or moment.tzinfo is not None
