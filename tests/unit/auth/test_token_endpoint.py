"""What is sent to a token endpoint, and what becomes of the answer; RFC 6749's own examples."""

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from nexcred.auth.apply import Apply
from nexcred.auth.client_credentials import ClientCredentials
from nexcred.auth.flow import Refused, Request, Verdict
from nexcred.auth.parameter_names import TokenNames
from nexcred.auth.password_grant import PasswordGrant
from nexcred.auth.refresh_token import RefreshToken
from nexcred.auth.request import with_grant
from nexcred.model.probe import ProbeStatus
from nexcred.model.template import TemplateError, TextValues
from tests.unit.auth.drive import answer, form_of, run

NOW = datetime(2026, 1, 15, tzinfo=UTC)
URL = "https://server.example.com/token"
CLIENT = {"client_id": "s6BhdRkqt3", "client_secret": "gX1fBat3bV"}  # RFC 6749, 4.1.3
GRANTED = answer({"access_token": "2YotnFZFEjr1zCsicMWpAA", "token_type": "example", "expires_in": 3600})
BEARER = answer({"access_token": "access-EXAMPLE", "token_type": "Bearer", "expires_in": 3600})


def scheme(**changed: Any) -> ClientCredentials:
    return ClientCredentials(**{"token_url": URL, **changed})


def sent(kind: ClientCredentials, values: TextValues = CLIENT) -> Request:
    (request,), _ = run(kind.flow(values, NOW), BEARER)
    return request


def test_the_client_of_the_rfc_gets_the_header_of_the_rfc() -> None:
    request = sent(scheme())
    assert (request.method, request.url) == ("POST", URL)
    assert request.headers["Authorization"] == "Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert request.body == b"grant_type=client_credentials"


def test_an_id_and_a_secret_are_encoded_as_appendix_b_has_it_before_base64() -> None:
    request = sent(scheme(), {"client_id": "a:b", "client_secret": " %&+£€"})
    assert b64decode(request.headers["Authorization"].removeprefix("Basic ")) == b"a%3Ab:+%25%26%2B%C2%A3%E2%82%AC"


def test_a_client_may_stand_in_the_body() -> None:
    request = sent(scheme(client_auth="body"))
    assert "Authorization" not in request.headers
    assert form_of(request) == {
        "grant_type": ["client_credentials"],
        "client_id": ["s6BhdRkqt3"],
        "client_secret": ["gX1fBat3bV"],
    }


def test_a_client_without_a_secret_names_itself_in_the_body() -> None:
    kind = PasswordGrant(token_url=URL, client_id="{client_id}", client_secret="{client_secret}")
    values = {"client_id": "s6BhdRkqt3", "username": "johndoe", "password": "A3ddj3w"}  # RFC 6749, 4.3.2
    (request,), _ = run(kind.flow(values, NOW), BEARER)
    assert "Authorization" not in request.headers
    assert form_of(request) == {
        "grant_type": ["password"],
        "username": ["johndoe"],
        "password": ["A3ddj3w"],
        "client_id": ["s6BhdRkqt3"],
    }


def test_scope_audience_and_headers_are_sent_where_they_have_a_value() -> None:
    kind = scheme(
        scope="{scope}",
        parameters={"audience": "https://api.example.com/", "resource": "{resource}"},
        headers={"X-Tenant": "{tenant}"},
    )
    request = sent(kind, {**CLIENT, "scope": "a b", "tenant": "t1"})
    assert form_of(request) == {
        "grant_type": ["client_credentials"],
        "scope": ["a b"],
        "audience": ["https://api.example.com/"],
    }
    assert request.headers["X-Tenant"] == "t1"


def test_a_token_becomes_a_bearer_header_and_a_session_to_keep() -> None:
    _, grant = run(scheme().flow(CLIENT, NOW), BEARER)
    assert (grant.headers, grant.token) == ({"Authorization": "Bearer access-EXAMPLE"}, "access-EXAMPLE")
    assert grant.expires_at == NOW + timedelta(hours=1)
    assert grant.session == {"access_token": "access-EXAMPLE", "expires_at": "2026-01-15T01:00:00+00:00"}


def test_a_kept_token_is_used_until_it_ends() -> None:
    _, grant = run(scheme().flow(CLIENT, NOW), BEARER)
    requests, again = run(scheme().flow(CLIENT, NOW + timedelta(minutes=59), grant.session))
    assert (requests, again.token, again.session) == ([], "access-EXAMPLE", None)
    requests, _ = run(scheme().flow(CLIENT, NOW + timedelta(minutes=60), grant.session), BEARER)
    assert len(requests) == 1


def test_a_token_goes_where_apply_says() -> None:
    apply = Apply(headers={"X-Token": "{token}"}, query={"t": "{token}"}, body={"auth": "{token}"})
    _, grant = run(scheme(apply=apply).flow(CLIENT, NOW), BEARER)
    request = with_grant(
        Request("POST", "https://a.test/", {"Content-Type": "application/json"}, body=b'{"a":1}'), grant
    )
    assert request.headers["X-Token"] == "access-EXAMPLE"
    assert request.query == (("t", "access-EXAMPLE"),)
    assert request.body == b'{"a": 1, "auth": "access-EXAMPLE"}'


def test_a_type_that_needs_a_proof_is_no_bearer_token() -> None:
    verdict = refusal(answer({"access_token": "a", "token_type": "DPoP"}))
    assert (verdict.status, verdict.detail) == (
        ProbeStatus.INCONCLUSIVE,
        "the access token is of type 'DPoP', where 'bearer' is due",
    )


def test_a_type_by_another_name_is_taken_for_bearer_unless_another_one_is_due() -> None:
    _, grant = run(scheme().flow(CLIENT, NOW), GRANTED)
    assert grant.token == "2YotnFZFEjr1zCsicMWpAA"
    _, grant = run(scheme(token_type="example").flow(CLIENT, NOW), GRANTED)
    assert grant.token == "2YotnFZFEjr1zCsicMWpAA"
    with pytest.raises(Refused):
        run(scheme(token_type="other").flow(CLIENT, NOW), GRANTED)


def test_a_token_that_nothing_takes_proves_nothing() -> None:
    for odd in ({"access_token": "a\r\nX: b"}, {"access_token": "a", "refresh_token": "\ud800"}):
        verdict = refusal(answer(odd))
        assert verdict.status is ProbeStatus.INCONCLUSIVE
        assert "characters that no token may hold" in verdict.detail


def test_a_value_of_ones_own_that_cannot_be_sent_is_named() -> None:
    apply = Apply(headers={"Authorization": "Bearer {token}", "X-Client": "{client_id}"})
    with pytest.raises(TemplateError) as caught:
        run(scheme(apply=apply).flow({**CLIENT, "client_id": "ä"}, NOW), BEARER)
    assert caught.value.name == "client_id"


def test_a_refresh_token_is_sent_and_the_newest_one_kept() -> None:
    kind = RefreshToken(token_url=URL)
    values = {**CLIENT, "refresh_token": "tGzv3JOkF0XG5Qx2TlKWIA"}  # RFC 6749, 6
    (request,), grant = run(kind.flow(values, NOW), BEARER)
    assert request.body == b"grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA"
    assert grant.session is not None
    assert grant.session["refresh_token"] == "tGzv3JOkF0XG5Qx2TlKWIA"

    rotated = answer({"access_token": "b", "token_type": "bearer", "expires_in": 60, "refresh_token": "newer-EXAMPLE"})
    _, grant = run(kind.flow(values, NOW + timedelta(hours=2), grant.session), rotated)
    (request,), _ = run(kind.flow(values, NOW + timedelta(hours=4), grant.session), BEARER)
    assert form_of(request)["refresh_token"] == ["newer-EXAMPLE"]


def refusal(response: Any) -> Verdict:
    with pytest.raises(Refused) as caught:
        run(scheme().flow(CLIENT, NOW), response)
    return caught.value.verdict


def test_a_server_has_its_own_names_for_parameters_and_leaves_some_out() -> None:
    names = TokenNames(client_id="app_id", client_secret="secret", grant_type="", scope="permissions")
    request = sent(scheme(names=names, client_auth="body", scope="read write", scope_separator=","))
    expected = {"app_id": ["s6BhdRkqt3"], "secret": ["gX1fBat3bV"], "permissions": ["read,write"]}
    assert form_of(request) == expected


@pytest.mark.parametrize("client_auth", ["basic", "body"])
def test_a_token_request_may_be_json(client_auth: str) -> None:
    request = sent(scheme(format="json", client_auth=client_auth, parameters={"audience": "{audience}"}))
    assert request.headers["Content-Type"] == "application/json"
    named = CLIENT if client_auth == "body" else {}
    assert json.loads(request.body or b"") == {"grant_type": "client_credentials", **named}
    assert ("Authorization" in request.headers) is (client_auth == "basic")


def test_tokens_and_errors_may_stand_elsewhere_in_an_answer() -> None:
    odd = scheme(tokens_at="data.{access_token: token, expires_in: life}", error_at="code != `0` && to_string(code)")
    _, grant = run(odd.flow(CLIENT, NOW), answer({"code": 0, "data": {"token": "at-EXAMPLE", "life": 60}}))
    assert (grant.token, grant.expires_at) == ("at-EXAMPLE", NOW + timedelta(minutes=1))
    odd = replace(odd, errors={"40105": "rejected"})
    with pytest.raises(Refused) as refused:
        run(odd.flow(CLIENT, NOW), answer({"code": 40105, "message": "Access token is incorrect", "data": {}}))
    assert refused.value.verdict.status is ProbeStatus.REJECTED
    assert "Access token is incorrect (40105)" in refused.value.verdict.detail


@pytest.mark.parametrize("document", [{"code": 0, "data": []}, {"code": 0, "data": "at-EXAMPLE"}, [], {"code": 0}])
def test_no_token_where_it_is_said_to_be_is_no_token(document: object) -> None:
    with pytest.raises(Refused, match="inconclusive"):
        run(scheme(tokens_at="data").flow(CLIENT, NOW), answer(document))
