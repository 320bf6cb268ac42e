import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.model import strict_json


def test_plain_documents_are_decoded() -> None:
    document = b'{"a": [1, -2.5, true, null, "\xc3\xa9"], "b": {"c": "\\ud83d\\ude00"}}'
    assert strict_json.loads(document) == {"a": [1, -2.5, True, None, "é"], "b": {"c": "😀"}}
    assert strict_json.loads('"text"') == "text"


@pytest.mark.parametrize(
    "document",
    [
        "",
        "{",
        '{"a": 1} x',
        '{"a": 1, "a": 2}',
        '[{"a": {"b": 1, "b": 1}}]',
        "NaN",
        "[Infinity]",
        "-Infinity",
        "1e999",
        "9223372036854775808",
        "-9223372036854775809",
        "1" * 5000,
        '"\\ud800"',
        '{"\\udc00": 1}',
        '"\ud800"',
        '"raw \x01 control"',
        b'"\xff"',
        b"\xef\xbb\xbf{}",
        '{"a": 1}'.encode("utf-16"),
        "'single'",
        "[1,]",
    ],
)
def test_doubtful_documents_are_refused(document: str | bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the message is the next test's matter
        strict_json.loads(document)


def test_64_bit_integers_are_taken() -> None:
    assert strict_json.loads("[9223372036854775807, -9223372036854775808]") == [2**63 - 1, -(2**63)]


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
def test_depth_is_bounded_before_decoding(opening: str) -> None:
    for depth in (65, 100_000):
        with pytest.raises(ValueError, match=r"levels deep"):
            strict_json.loads(opening * depth)


def test_64_levels_and_brackets_in_strings_are_taken() -> None:
    assert strict_json.loads("[" * 64 + "]" * 64)
    text = '["' + "[{" * 200 + '", "\\"' + "[" * 200 + '"]'
    assert strict_json.loads(text) == ["[{" * 200, '"' + "[" * 200]
    assert strict_json.loads("[" + "[]," * 500 + "[]]") == [[]] * 501


def test_no_message_repeats_content() -> None:
    for document in ('{"k": CANARY}', '{"CANARY": 1, "CANARY": 2}', '["CANARY', '["CANARY\\q"]', '["CANARY\\ud800"]'):
        with pytest.raises(ValueError) as caught:  # noqa: PT011
            strict_json.loads(document)
        assert "CANARY" not in str(caught.value)
        assert caught.value.__context__ is None


def test_hostile_strings_take_linear_time() -> None:
    with pytest.raises(ValueError, match="levels deep"):
        strict_json.loads("[" * 65 + '"' + '\\"' * 1_000_000)  # quadratic work would take hours here


@pytest.mark.parametrize(
    "value",
    [
        {"a": float("nan")},
        {"a": float("inf")},
        {"a": 2**63},
        {"a": [-(2**63) - 1]},
        {"a": 10**400},
        {"a": "\ud800"},
        {"\udc00": 1},
        {"a": eval("[" * 64 + "]" * 64)},
    ],
    ids=range(8),
)
def test_what_would_not_be_taken_back_is_not_written(value: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        strict_json.dumps(value)


@given(
    st.dictionaries(
        st.text(max_size=5),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters() | st.just('"')),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
            max_leaves=6,
        ),
        max_size=4,
    )
)
def test_what_is_written_is_taken_back_as_it_was(value: dict[str, object]) -> None:
    try:
        written = strict_json.dumps(value)
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011
            strict_json.loads(json.dumps(value))
    else:
        assert strict_json.loads(written) == value
