"""Whole probes of the catalogue's connectors, driven by hand."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from nexcred.auth.flow import Response, Verdict
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.values import check_values, choose_method
from nexcred.model.credential import Value
from nexcred.model.probe import ProbeStatus as Status
from nexcred.model.secret import Secret
from nexcred.probing.plan import LONGEST_DETAIL, probe_flow
from tests.unit.auth.drive import JSON, answer, jwt, page, run
from tests.unit.connectors.specs import changed, connector_of

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
KEY = "key-EXAMPLE-0123456789"


def probe(name: str, raw: Mapping[str, object], *responses: Response) -> tuple[list[str], Verdict]:
    """Return `METHOD URL` of each request, and the verdict."""
    connector = load_connector(name)
    method = choose_method(connector, raw, None)
    requests, verdict = run(probe_flow(method, check_values(connector, method, raw), NOW), *responses)
    return [f"{request.method} {request.url}" for request in requests], verdict


AVENTRI = {"account_id": "4711", "api_key": KEY, "region": "apac"}


def test_aventri_is_proved_by_the_exchange_alone() -> None:
    requests, verdict = probe("aventri", AVENTRI, answer({"accesstoken": "token"}))
    assert requests == ["POST https://api-apac.eventscloud.com/api/v2/global/authorize.json"]
    assert verdict == Verdict(Status.ACCEPTED, identity="account 4711", http_status=200)


def test_aventri_refuses_inside_http_200() -> None:
    in_each_region = [answer({"error": {"key": f"key {KEY} is not known"}})] * 3
    _, verdict = probe("aventri", AVENTRI, *in_each_region)
    assert (verdict.status, verdict.detail, verdict.http_status) == (Status.REJECTED, "key •••• is not known", 200)
    _, verdict = probe("aventri", AVENTRI, page(403))
    assert verdict.status is Status.BLOCKED


def test_a_base_url_of_the_users_is_asked() -> None:
    requests, _ = probe("aventri", {**AVENTRI, "base_url": "http://127.0.0.1:8080/"}, answer({}))
    assert requests == ["POST http://127.0.0.1:8080/api/v2/global/authorize.json"]


@pytest.mark.parametrize(
    ("response", "status"),
    [
        (answer([]), Status.ACCEPTED),
        (answer({"message": "no"}, 401), Status.REJECTED),
        (answer({"message": "no"}, 403), Status.FORBIDDEN),
        (page(403), Status.BLOCKED),
        (answer({"message": "not found"}, 404), Status.INCONCLUSIVE),
        (answer([], 202), Status.INCONCLUSIVE),
        (answer({"import_jobs": []}), Status.ACCEPTED),
        (answer(None), Status.INCONCLUSIVE),
        (answer("invalid api key"), Status.INCONCLUSIVE),
        (answer({"message": "invalid api key"}), Status.INCONCLUSIVE),
    ],
)
def test_resci_is_asked_for_its_import_jobs(response: Response, status: Status) -> None:
    requests, verdict = probe("resci", {"api_key": KEY}, response)
    assert requests == ["GET https://data.retentionscience.com/v3/import_jobs"]
    assert verdict.status is status


def test_amperity_gets_its_tenant_and_version() -> None:
    connector = load_connector("amperity")
    expires = NOW + timedelta(days=3)
    raw = {"tenant": "acme", "access_token": jwt(exp=int(expires.timestamp()))}
    values = check_values(connector, connector.methods[0], raw)
    (request,), verdict = run(probe_flow(connector.methods[0], values, NOW), answer({"data": []}))
    assert request.url == "https://acme.amperity.com/api/workflow/runs"
    assert request.query == (("limit", "1"),)
    assert request.headers["Amperity-Tenant"] == "acme"
    assert request.headers["api-version"] == "2024-04-01"
    assert request.headers["Authorization"] == f"Bearer {raw['access_token']}"
    assert (verdict.status, verdict.identity, verdict.expires_at) == (Status.ACCEPTED, "tenant acme", expires)


@pytest.mark.parametrize("said", [None, {}, [], {"status": 401, "message": "no"}, {"data": None}])
def test_amperitys_200_proves_nothing_without_its_page_of_runs(said: object) -> None:
    raw = {"tenant_id": "acme", "access_token": jwt(exp=(NOW + timedelta(days=3)).timestamp())}
    _, verdict = probe("amperity", raw, answer(said))
    assert (verdict.status, verdict.expires_at) == (Status.INCONCLUSIVE, None)


def test_a_jwt_past_its_expiry_is_expired_without_a_call() -> None:
    for expiry in (NOW, NOW - timedelta(seconds=1), NOW - timedelta(days=9)):
        raw = {"tenant_id": "acme", "access_token": jwt(exp=expiry.timestamp())}
        requests, verdict = probe("amperity", raw)
        assert requests == []
        assert (verdict.status, verdict.expires_at) == (Status.EXPIRED, expiry)


def test_a_refused_jwt_tells_no_expiry() -> None:
    raw = {"tenant_id": "acme", "access_token": jwt(exp=(NOW + timedelta(days=3)).timestamp())}
    _, verdict = probe("amperity", raw, answer({"message": "revoked"}, 401))
    assert (verdict.status, verdict.expires_at, verdict.detail) == (Status.REJECTED, None, "revoked")


AHA = {"account_domain": "mycompany", "api_key": KEY}


def test_aha_says_who_the_user_is() -> None:
    requests, verdict = probe("aha", AHA, answer({"user": {"email": "ada@example.com"}}))
    assert requests == ["GET https://mycompany.aha.io/api/v1/me"]
    assert (verdict.status, verdict.identity) == (Status.ACCEPTED, "ada@example.com")


def test_ahas_401_may_be_a_web_page() -> None:
    assert probe("aha", AHA, page(401))[1].status is Status.REJECTED
    assert probe("aha", AHA, page(200))[1].status is Status.BLOCKED
    assert probe("aha", AHA, answer({"accounts": []}))[1].status is Status.INCONCLUSIVE


REST = {"base_url": "https://api.example.com/v1"}


@pytest.mark.parametrize(
    ("raw", "headers", "query"),
    [
        ({"api_key": KEY}, {"Authorization": f"Bearer {KEY}"}, ()),
        ({"api_key": KEY, "header_name": "X-Key"}, {"X-Key": KEY}, ()),
        (
            {"api_key": KEY, "header_name": "Authorization", "header_prefix": "Token"},
            {"Authorization": f"Token {KEY}"},
            (),
        ),
        ({"api_key": KEY, "query_name": "key"}, {}, (("key", KEY),)),
        (
            {"username": "Aladdin", "password": "open sesame"},
            {"Authorization": "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
            (),
        ),
    ],
)
def test_rest_puts_the_key_where_the_user_says(
    raw: dict[str, object], headers: dict[str, str], query: tuple[tuple[str, str], ...]
) -> None:
    connector = load_connector("rest")
    given = {**REST, **raw}
    method = choose_method(connector, given, None)
    (request,), verdict = run(probe_flow(method, check_values(connector, method, given), NOW), Response(204, {}, b""))
    assert request.url == "https://api.example.com/v1"
    assert request.headers == {"Accept": "application/json", **headers}
    assert request.query == query
    assert verdict.status is Status.ACCEPTED


def test_rest_asks_the_users_path_and_takes_the_users_rule() -> None:
    raw = {
        **REST,
        "api_key": KEY,
        "health_path": "/me?full=1",
        "success": "status == 'ok'",
        "expected_status": "200,202",
    }
    requests, verdict = probe("rest", raw, answer({"status": "ok"}, 202))
    assert requests == ["GET https://api.example.com/v1/me?full=1"]
    assert verdict.status is Status.ACCEPTED
    assert probe("rest", raw, answer({"status": "bad"}, 202))[1].status is Status.INCONCLUSIVE
    assert probe("rest", raw, answer({"status": "ok"}, 201))[1].status is Status.INCONCLUSIVE


def test_values_that_no_longer_fit_are_said_and_nothing_is_sent() -> None:
    method = load_connector("rest").methods[0]
    unfit: tuple[tuple[dict[str, Value], str], ...] = (
        ({"api_key": Secret(KEY)}, "not sent: base_url has no value"),
        ({"base_url": "https://a.test", "api_key": Secret("a\r\nX: y")}, "not sent: api_key goes into a header"),
        ({"base_url": "https://a.test", "api_key": Secret(b"\xff")}, "not sent: api_key is binary"),
    )
    for fields, detail in unfit:
        requests, verdict = run(probe_flow(method, fields, NOW))
        assert requests == []
        assert verdict.status is Status.INCONCLUSIVE
        assert verdict.detail.startswith(detail)


def test_a_method_without_a_probe_says_why() -> None:
    spec = changed('\n  [method.probe]\n  request = { url = "https://{tenant}.acme.test/me" }\n', "")
    spec = changed('label = "API key"', 'label = "API key"\nunprobed = "Acme answers nobody"', spec)
    requests, verdict = run(probe_flow(connector_of(spec).methods[0], {"tenant": "t", "api_key": Secret("x")}, NOW))
    assert (requests, verdict) == ([], Verdict(Status.UNSUPPORTED, detail="Acme answers nobody"))


def test_a_detail_is_short_and_can_be_encoded() -> None:
    _, verdict = probe("aha", AHA, answer({"message": "long " * 1000}, 400))
    assert len(verdict.detail) <= LONGEST_DETAIL
    assert verdict.detail.endswith("…")
    _, verdict = probe("aha", AHA, Response(400, JSON, b'{"message": "half \\ud800"}'))
    assert verdict.detail == "half ?"
    assert verdict.detail.encode()


def test_a_hostile_answer_ends_in_a_verdict() -> None:
    for body in (
        b"[" * 100_000,
        b'{"user":' * 100_000,
        b"9" * 100_000,
        b'{"user": {"email": ' + b"[" * 500 + b"]" * 500,
    ):
        assert probe("aha", AHA, Response(200, JSON, body))[1].status is Status.INCONCLUSIVE
    _, verdict = probe("aha", AHA, Response(200, JSON, b'{"user": {"email": {"a": 1}}}'))
    assert (verdict.status, verdict.identity) == (Status.ACCEPTED, None)


EXCHANGE = """
name = "acme"
title = "Acme"
docs_url = "https://docs.acme.test/"

[[method]]
name = "login"
label = "Login"

  [[method.field]]
  name = "api_key"
  label = "Key"
  secret = true

  [method.auth]
  scheme = "session_token"
  token = "token"
  reject = "error"
  request = { method = "POST", url = "https://api.acme.test/login", json = { key = "{api_key}" } }
  apply = { headers = { Authorization = "Bearer {token}" } }

  [method.probe]
  refusal_unknown = true
"""


@pytest.mark.parametrize(
    ("answered", "status"),
    [
        (answer({}, 401), Status.INCONCLUSIVE),
        (answer({}, 403), Status.INCONCLUSIVE),
        (answer({"error": "unknown key"}), Status.REJECTED),
        (answer({"token": "t-EXAMPLE"}), Status.ACCEPTED),
    ],
)
def test_where_no_source_tells_a_refusal_an_exchange_is_not_believed_either(answered: Response, status: Status) -> None:
    method = connector_of(EXCHANGE).methods[0]
    _, verdict = run(probe_flow(method, {"api_key": Secret("k-EXAMPLE")}, NOW), answered)
    assert verdict.status is status
