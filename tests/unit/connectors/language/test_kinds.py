"""What each kind of field takes and refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.connectors.language.kinds import problem_in_kind
from nexcred.connectors.language.spec import Field, Kind


def field_of(kind: Kind) -> Field:
    return Field(name="value", label="Value", kind=kind)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("int", 5432),
        ("int", "-1"),
        ("url", "https://api.example.com"),
        ("url", "http://127.0.0.1:8080/v1"),
        ("url", "https://[::1]:8443"),
        ("url", "https://xn--bcher-kva.example/"),
        ("path", ""),
        ("path", "/me?x=1&y=%20"),
        ("jmespath", "user.id"),
        ("jmespath", "status == 'ok'"),
        ("json", '{"a": [1]}'),
        ("base64", "aGVsbG8="),
        ("base64", "aGVs\nbG8=\n"),
        ("file", "any\0thing"),
    ],
)
def test_a_value_of_its_kind_is_taken(kind: Kind, value: str | int) -> None:
    assert problem_in_kind(field_of(kind), value) == ""


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("int", "5.4"),
        ("int", "٣"),
        ("int", "1" * 20),
        ("int", " 1"),
        ("url", "api.example.com"),
        ("url", "file:///etc/passwd"),
        ("url", "ftp://example.com"),
        ("url", "https://user@example.com"),
        ("url", "https://user:pass@example.com"),
        ("url", "https://example.com\\@evil.test"),
        ("url", "https://example.com/?a=1"),
        ("url", "https://example.com/#a"),
        ("url", "https:///v1"),
        ("url", "https://bücher.example"),
        ("url", "https://a b.example"),
        ("url", "https://example.com:99999"),
        ("url", "https://example.com:0"),
        ("url", "https://[::1"),
        ("url", "https://exa\tmple.com"),
        ("url", "javascript:alert(1)"),
        ("path", "me"),
        ("path", "//evil.test/"),
        ("path", "/a b"),
        ("path", "/a#b"),
        ("path", "/\\evil.test"),
        ("jmespath", "user["),
        ("json", "{"),
        ("json", "[" * 100_000),
        ("json", "NaN"),
        ("json", '{"a": 1, "a": 2}'),
        ("base64", "a"),
        ("base64", "ä==="),
        ("base64", "a*b="),
    ],
)
def test_a_value_of_another_kind_is_explained_without_being_quoted(kind: Kind, value: str) -> None:
    problem = problem_in_kind(field_of(kind), value)
    assert problem
    assert kind == "jmespath" or len(value) < 4 or value not in problem


def test_an_integer_has_bounds() -> None:
    port = Field(name="port", label="Port", kind="int", min=1, max=65535)
    assert problem_in_kind(port, 65535) == ""
    assert problem_in_kind(port, "0") == "must be between 1 and 65535"
    assert problem_in_kind(field_of("int"), 2**63) != ""


@given(st.sampled_from(["int", "url", "path", "jmespath", "json", "base64"]), st.text())
def test_any_text_is_taken_or_refused(kind: Kind, value: str) -> None:
    assert isinstance(problem_in_kind(field_of(kind), value), str)
