"""Flags of `request` become a query or a body."""

import json

import pytest

from nexcred.cli.input.request import Flags, wanted_of
from nexcred.errors import UsageError
from nexcred.services.requests.request import RequestInput


def test_without_fields_it_is_a_get() -> None:
    assert wanted_of("/me", Flags()) == RequestInput("/me")
    assert wanted_of("/me", Flags("delete", ["X-A:  b: c "])) == RequestInput("/me", "DELETE", {"X-A": "b: c"})


def test_fields_are_a_json_body() -> None:
    wanted = wanted_of("/x", Flags(fields=["a=1", "b=x=y"], json_fields=["c=[1, null]", 'd="e"']))
    assert wanted.method is None
    assert wanted.headers == {"Content-Type": "application/json"}
    assert json.loads(wanted.body or b"") == {"a": "1", "b": "x=y", "c": [1, None], "d": "e"}


def test_of_a_get_they_are_the_query() -> None:
    wanted = wanted_of("/x", Flags("GET", fields=["a=1 2"], json_fields=["b=true"]))
    assert (wanted.query, wanted.body) == ((("a", "1 2"), ("b", "true")), None)


def test_a_header_makes_them_a_form() -> None:
    wanted = wanted_of("/x", Flags(None, ["content-type: application/x-www-form-urlencoded"], ["a=1 2"]))
    assert wanted.body == b"a=1+2"


def test_beside_a_body_they_are_the_query() -> None:
    wanted = wanted_of("/x", Flags("PUT", fields=["a=1"], read_input=lambda: b"\0raw"))
    assert (wanted.query, wanted.body, wanted.headers) == ((("a", "1"),), b"\0raw", {})


@pytest.mark.parametrize(
    "flags",
    [
        Flags("GE T"),
        Flags(headers=["secret-EXAMPLE"]),
        Flags(headers=[": secret-EXAMPLE"]),
        Flags(fields=["secret-EXAMPLE"]),
        Flags(fields=["=secret-EXAMPLE"]),
        Flags(fields=["a=1"], json_fields=["a=2"]),
        Flags(json_fields=["a=secret-EXAMPLE"]),
    ],
)
def test_what_cannot_be_read_is_refused_without_repeating_it(flags: Flags) -> None:
    with pytest.raises(UsageError) as refused:
        wanted_of("/x", flags)
    assert "EXAMPLE" not in f"{refused.value.message} {refused.value.hint}"
