"""Requests are built from their spec with every value encoded for its place."""

import json
from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree

import pytest

from nexcred.auth.flow import Grant, Request
from nexcred.auth.request import RequestSpec, url_parts, with_grant
from nexcred.model.template import TemplateContext, TemplateError


def test_values_are_encoded_in_host_path_query_and_header() -> None:
    spec = RequestSpec(
        url="https://{tenant}.a.test/v1/{id}/me",
        headers={"X-Tenant": "{tenant}", "api-version": "2"},
        query={"q": "{id}", "limit": "1"},
    )
    request = spec.build({"tenant": "acme", "id": "a/b c"})
    assert request.url == "https://acme.a.test/v1/a%2Fb%20c/me"
    assert request.headers == {"Accept": "application/json", "X-Tenant": "acme", "api-version": "2"}
    assert request.query == (("q", "a/b c"), ("limit", "1"))
    assert request.body is None


def test_a_base_url_is_followed_by_the_specs_path_and_the_users() -> None:
    spec = RequestSpec(url="{base_url}/v1", path="{health}")
    assert spec.build({"base_url": "https://a.test:8443/x/", "health": "/me?full=1&q=a%20b"}) == Request(
        "GET", "https://a.test:8443/x/v1/me?full=1&q=a%20b", {"Accept": "application/json"}
    )
    assert spec.build({"base_url": "https://a.test"}).url == "https://a.test/v1"


def test_a_url_field_alone_is_the_address_as_it_was_given() -> None:
    """Some servers have a page at /oauth/ and none at /oauth."""
    assert RequestSpec(url="{page}").build({"page": "https://a.test/oauth/"}).url == "https://a.test/oauth/"
    assert RequestSpec(url="{page}/x").build({"page": "https://a.test/oauth/"}).url == "https://a.test/oauth/x"
    asked = RequestSpec(url="{page}", path="{tail}")
    assert asked.build({"page": "https://a.test/oauth/", "tail": "/me"}).url == "https://a.test/oauth/me"


def test_json_values_keep_their_structure() -> None:
    spec = RequestSpec(
        method="POST", url="https://a.test/", json={"auth": {"key": "{key}", "n": 1, "l": ["{key}", True]}}
    )
    request = spec.build({"key": 'a"b\nä'})
    assert request.headers["Content-Type"] == "application/json"
    assert json.loads(request.body or b"") == {"auth": {"key": 'a"b\nä', "n": 1, "l": ['a"b\nä', True]}}
    own = {"content-type": "application/vnd.api+json"}
    typed = RequestSpec(method="POST", url="https://a.test/", json={}, headers=own)
    assert typed.build({}).headers == {"Accept": "application/json", **own}


def test_values_are_escaped_in_xml() -> None:
    spec = RequestSpec(method="POST", url="https://a.test/", xml='<a b="{key}"><c>{key}</c><d>{none}</d></a>')
    request = spec.build({"key": "\"]]></c><!--&amp;'\r\n\tä"})
    assert request.headers["Content-Type"] == "application/xml; charset=utf-8"
    root = ElementTree.fromstring(request.body or b"")
    assert root.get("b") == root.findtext("c") == "\"]]></c><!--&amp;'\r\n\tä"
    assert [child.tag for child in root] == ["c", "d"]
    typed = RequestSpec(method="POST", url="https://a.test/", xml="<a/>", headers={"content-type": "text/xml"})
    assert typed.build({}).headers == {"Accept": "application/json", "content-type": "text/xml"}


@pytest.mark.parametrize("value", ["\0", "\x1b", "\ufffe", "\ud800"])
def test_what_no_xml_can_hold_is_refused(value: str) -> None:
    with pytest.raises(TemplateError) as raised:
        RequestSpec(url="https://a.test/", xml="<a>{key}</a>").build({"key": value})
    assert value not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("today", "2024-02-29"),
        ("today-1d", "2024-02-28"),
        ("today+1d", "2024-03-01"),
        ("today-366d", "2023-02-28"),
        ("today-9999d", "1996-10-14"),
    ],
)
def test_a_day_is_one_in_utc(name: str, day: str) -> None:
    spec = RequestSpec(
        url=f"https://a.test/{{{name}}}", query={"period": f"{{{name}}}:{{key}}"}, json={"d": f"{{{name}}}"}
    )
    here = timezone(timedelta(hours=-5))
    for now in (datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC), datetime(2024, 2, 28, 20, tzinfo=here)):
        built = spec.build({"key": "k", "today": "a field's"}, now)
        assert (built.url, built.query) == (f"https://a.test/{day}", (("period", f"{day}:k"),))
        assert json.loads(built.body or b"") == {"d": day}


def test_no_day_is_known_without_the_time() -> None:
    with pytest.raises(TemplateError, match="today has no value"):
        RequestSpec(url="https://a.test/{today}").build({})


def test_every_template_is_listed_with_its_context() -> None:
    spec = RequestSpec(
        url="https://{a}.test/{b}", path="{c}", headers={"X": "{d}"}, query={"{e}": "{f}"}, form={"g": "{g}"}
    )
    found = {(place.path, place.template, place.context) for place in spec.places("request")}
    assert {
        ("request.url", "https://{a}.test", TemplateContext.HOST),
        ("request.url", "/{b}", TemplateContext.PATH),
        ("request.path", "{c}", TemplateContext.TAIL),
        ("request.headers.X", "{d}", TemplateContext.HEADER),
        ("request.query.{e}", "{e}", TemplateContext.TEXT),
        ("request.query.{e}", "{f}", TemplateContext.TEXT),
        ("request.form.g", "{g}", TemplateContext.TEXT),
    } <= found


@pytest.mark.parametrize(
    "url",
    ["http://a.test", "a.test", "https://", "{a}{b}", "https://a.test/?q", "https://a.test#x", "{a}https://b.test", ""],
)
def test_a_url_of_another_form_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must begin with https://"):
        url_parts(url)


def test_a_value_cannot_change_the_host() -> None:
    spec = RequestSpec(url="https://{tenant}.a.test/me")
    for value in ("evil.test/", "evil.test#", "evil.test?", "x@evil.test", "evil.test:443", "evil.test\\"):
        with pytest.raises(TemplateError):
            spec.build({"tenant": value})


def test_the_grants_headers_win_whatever_their_case() -> None:
    request = Request("GET", "https://a.test", {"authorization": "none", "Accept": "x"}, (("a", "1"),))
    both = with_grant(request, Grant(headers={"Authorization": "Bearer x"}, query=(("key", "k"),)))
    assert both.headers == {"Accept": "x", "Authorization": "Bearer x"}
    assert both.query == (("a", "1"), ("key", "k"))


def test_neither_request_nor_grant_shows_a_secret() -> None:
    request = Request("GET", "https://a.test/EXAMPLE", {"Authorization": "Bearer EXAMPLE"})
    assert "EXAMPLE" not in repr(request) + repr(Grant(headers={"a": "EXAMPLE"}, token="EXAMPLE"))
