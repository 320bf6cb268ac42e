"""Keys in the body and in the path of requests."""

import json
from datetime import UTC, datetime

import pytest

from nexcred.auth.body_key import BodyAuth
from nexcred.auth.flow import Request
from nexcred.auth.path_key import PathAuth
from nexcred.auth.request import RequestSpec, with_grant
from nexcred.auth.scheme import Scheme
from nexcred.model.template import TemplateError, TextValues
from tests.unit.auth.drive import run

NOW = datetime(2026, 1, 15, tzinfo=UTC)
URL = "https://api.test/v1/me"


def sent(scheme: Scheme, request: Request, values: TextValues) -> Request:
    requests, grant = run(scheme.flow(values, NOW))
    assert requests == []
    return with_grant(request, grant)


def test_a_key_joins_the_json_that_is_there() -> None:
    request = RequestSpec(method="POST", url=URL, json={"query": "a"}).build({})
    whole = sent(BodyAuth(body={"{name}": "{key}"}), request, {"name": "auth", "key": 'a"b'})
    assert json.loads(whole.body or b"") == {"query": "a", "auth": 'a"b'}
    assert whole.headers["Content-Type"] == "application/json"


def test_a_key_joins_the_form_that_is_there_whatever_the_format() -> None:
    request = RequestSpec(method="POST", url=URL, form={"query": "a b"}).build({})
    assert sent(BodyAuth(body={"key": "{key}"}), request, {"key": "ä&"}).body == b"query=a+b&key=%C3%A4%26"


@pytest.mark.parametrize(
    ("form", "body", "content_type"),
    [("json", b'{"key": "k"}', "application/json"), ("form", b"key=k", "application/x-www-form-urlencoded")],
)
def test_without_a_body_the_format_decides(form: str, body: bytes, content_type: str) -> None:
    whole = sent(
        BodyAuth(body={"key": "{key}"}, format="{body_format}"), Request("POST", URL), {"key": "k", "body_format": form}
    )
    assert (whole.body, whole.headers["Content-Type"]) == (body, content_type)


def test_a_body_that_takes_no_key_is_not_sent_without_it() -> None:
    for body in (b"[1]", b"<a/>"):
        with pytest.raises(TemplateError, match="neither a form nor a JSON object"):
            sent(BodyAuth(body={"key": "{key}"}), Request("POST", URL, body=body), {"key": "k"})


@pytest.mark.parametrize(
    ("scheme", "url"),
    [
        (PathAuth(path="/bot{key}"), "https://api.test/bot1%3Aa%2Fb/v1/me"),
        (PathAuth(path="{key}", before="{before}"), "https://api.test/apps/1%3Aa%2Fb/v1/me"),
        (PathAuth(path="{key}", before="{absent}"), "https://api.test/1%3Aa%2Fb/v1/me"),
    ],
)
def test_a_key_goes_between_host_and_path_as_one_segment(scheme: PathAuth, url: str) -> None:
    assert sent(scheme, Request("GET", URL), {"key": "1:a/b", "before": "/apps/"}).url == url


def test_a_key_that_is_a_step_up_is_refused() -> None:
    with pytest.raises(TemplateError):
        sent(PathAuth(path="{key}"), Request("GET", URL), {"key": ".."})


@pytest.mark.parametrize("body", [b'{"a": ' * 100_000, b'{"a": 1, "a": 2}', b'{"a": ' + b"9" * 5_000 + b"}"])
def test_a_body_that_has_no_one_meaning_gets_no_key(body: bytes) -> None:
    request = Request("POST", URL, {"Content-Type": "application/json"}, body=body)
    with pytest.raises(TemplateError, match="neither a form nor a JSON object"):
        sent(BodyAuth(body={"key": "{key}"}), request, {"key": "k"})
