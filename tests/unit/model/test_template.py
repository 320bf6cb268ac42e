"""Templates: a value enters each context encoded for it, or not at all."""

import re
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.model.template import (
    TemplateContext,
    TemplateError,
    names_in,
    problem_in,
    render,
    render_all,
    render_optional,
    sole_name,
)


def test_names_are_read_in_order_and_double_braces_are_literal() -> None:
    assert names_in("{a}-{{b}}-{c_2}") == ("a", "c_2")
    assert render("{{{a}}}", {"a": "x"}, TemplateContext.TEXT) == "{x}"


@pytest.mark.parametrize("template", ["{", "}", "{A}", "{a", "a}", "{a b}", "{}", "{1a}"])
def test_a_stray_brace_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="stray"):
        names_in(template)


def test_a_missing_value_is_named() -> None:
    with pytest.raises(TemplateError, match=r"^a has no value$"):
        render("{a}", {}, TemplateContext.TEXT)


@pytest.mark.parametrize(
    ("context", "value", "rendered"),
    [
        (TemplateContext.HOST, "my-Tenant1", "my-Tenant1"),
        (TemplateContext.PATH, "a/b?c#d e%ä", "a%2Fb%3Fc%23d%20e%25%C3%A4"),
        (TemplateContext.TAIL, "/a b/%20?x=ä", "/a%20b/%20?x=%C3%A4"),
        (TemplateContext.TAIL, "", ""),
        (TemplateContext.BASE, "https://a.test/v1//", "https://a.test/v1"),
        (TemplateContext.HEADER, " a b ", "a b"),
        (TemplateContext.HEADER, "", ""),
        (TemplateContext.TEXT, "ä\n&=", "ä\n&="),
        (TemplateContext.USERNAME, "ädä/token", "ädä/token"),
        (TemplateContext.PASSWORD, "a:b ä", "a:b ä"),
    ],
)
def test_a_value_is_encoded_for_its_context(context: TemplateContext, value: str, rendered: str) -> None:
    assert render("{v}", {"v": value}, context) == rendered


@pytest.mark.parametrize(
    ("context", "value"),
    [
        *(
            (TemplateContext.HOST, value)
            for value in ("", "a.b", "a/", "a@b", "a:1", "a b", "ä", "a\n", "a" * 64, "%61", "a_b")
        ),
        *((TemplateContext.PATH, value) for value in ("", ".", "..")),
        *((TemplateContext.TAIL, value) for value in ("a", "evil.test/", ".evil.test")),
        *((TemplateContext.HEADER, value) for value in ("a\r\nX: y", "a\n", "a\0", "ä", "\x7f", "\x1b")),
        *((TemplateContext.HEADER_NAME, value) for value in ("", "a b", "a:", "ä", "a\n")),
        *((TemplateContext.USERNAME, value) for value in ("a:b", "a\n", "\0")),
        *((TemplateContext.PASSWORD, value) for value in ("a\n", "\0")),
        *((context, "\ud800") for context in TemplateContext),
        *((context, b"\xff") for context in TemplateContext if context is not TemplateContext.FILE),
    ],
)
def test_a_value_that_cannot_stand_there_is_refused_without_being_quoted(
    context: TemplateContext, value: str | bytes
) -> None:
    assert problem_in(value, context)
    with pytest.raises(TemplateError) as caught:
        render("{v}", {"v": value}, context)
    assert caught.value.name == "v"
    assert len(value) < 4 or str(value) not in str(caught.value)


def test_a_file_may_hold_any_bytes() -> None:
    assert problem_in(b"\xff\0", TemplateContext.FILE) == ""


def test_an_entry_is_left_out_when_none_of_its_fields_has_a_value() -> None:
    templates = {"A": "{a}", "B": "{b}", "C": "{b} {a}", "D": "fixed"}
    assert render_all(templates, {"a": "1"}, TemplateContext.HEADER) == {"A": "1", "C": "1", "D": "fixed"}
    assert render_optional("{b}", {}, TemplateContext.TEXT) is None


def test_a_header_name_may_be_a_value() -> None:
    assert render_all({"{name}": "{a}"}, {"a": "1", "name": "X-Key"}, TemplateContext.HEADER) == {"X-Key": "1"}
    with pytest.raises(TemplateError):
        render_all({"{name}": "{a}"}, {"a": "1", "name": "X\r\nY"}, TemplateContext.HEADER)


@pytest.mark.parametrize(
    ("template", "name"),
    [("{a}", "a"), ("{old.a}", "old.a"), ("", ""), ("a", ""), ("<a>", ""), ("{{", ""), ("{{a}}", ""), ("{a}{b}", "")],
)
def test_a_template_of_one_name_and_nothing_else_has_a_sole_name(template: str, name: str) -> None:
    assert sole_name(template) == name


@given(st.text())
def test_no_value_leaves_its_path_segment(value: str) -> None:
    try:
        url = "https://a.test/v1/" + render("{v}/x", {"v": value}, TemplateContext.PATH)
    except TemplateError:
        return
    parts = urlsplit(url)
    assert (parts.netloc, parts.query, parts.fragment) == ("a.test", "", "")
    assert [unquote(segment) for segment in parts.path.split("/")] == ["", "v1", value, "x"]


@given(st.text())
def test_no_value_leaves_its_host_label(value: str) -> None:
    try:
        host = render("{v}.a.test", {"v": value}, TemplateContext.HOST)
    except TemplateError:
        return
    assert urlsplit(f"https://{host}/").hostname == f"{value.lower()}.a.test"


@given(st.text())
def test_no_value_ends_a_header(value: str) -> None:
    try:
        header = render("Bearer {v}", {"v": value}, TemplateContext.HEADER)
    except TemplateError:
        return
    assert re.fullmatch(r"[\t\x20-\x7e]*", header)
