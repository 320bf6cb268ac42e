"""The exchange of a key for a session token, driven by hand."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from nexcred.auth.apply import Apply
from nexcred.auth.flow import Refused, Response, Verdict
from nexcred.auth.request import RequestSpec
from nexcred.auth.session_token import SessionToken
from nexcred.model.probe import ProbeStatus
from tests.unit.auth.drive import JSON, answer, page, run

NOW = datetime(2026, 1, 15, tzinfo=UTC)
SCHEME = SessionToken(
    request=RequestSpec(method="POST", url="https://a.test/login", form={"id": "{id}", "key": "{key}"}),
    token="data.token",
    apply=Apply(headers={"Authorization": "Bearer {token}"}, query={"tenant": "{id}"}),
    ttl_s=600,
    expires="data.until",
    reject="error",
    message="(error.* | [0]) || error",
)
VALUES = {"id": "47 11", "key": "a&b=ä"}


def refusal(response: Response) -> Verdict:
    with pytest.raises(Refused) as caught:
        run(SCHEME.flow(VALUES, NOW), response)
    return caught.value.verdict


def test_the_key_is_sent_as_a_form_and_the_token_becomes_a_grant() -> None:
    (request,), grant = run(SCHEME.flow(VALUES, NOW), answer({"data": {"token": "EXAMPLE"}}))
    assert (request.method, request.url, request.query) == ("POST", "https://a.test/login", ())
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert request.body == b"id=47+11&key=a%26b%3D%C3%A4"
    assert grant.headers == {"Authorization": "Bearer EXAMPLE"}
    assert grant.query == (("tenant", "47 11"),)
    assert grant.token == "EXAMPLE"
    assert grant.expires_at == NOW + timedelta(seconds=600)


def test_the_expiry_of_the_answer_wins() -> None:
    _, grant = run(SCHEME.flow(VALUES, NOW), answer({"data": {"token": "x", "until": "2026-02-01T00:00:00Z"}}))
    assert grant.expires_at == datetime(2026, 2, 1, tzinfo=UTC)


def test_a_refusal_inside_http_200_is_a_rejection() -> None:
    verdict = refusal(answer({"error": {"key": "The key is not known"}}))
    assert (verdict.status, verdict.detail, verdict.http_status) == (
        ProbeStatus.REJECTED,
        "The key is not known",
        200,
    )
    assert refusal(answer({"error": "no"})).detail == "no"
    assert refusal(answer({"error": 17, "data": {"token": "x"}})).status is ProbeStatus.REJECTED


@pytest.mark.parametrize(
    ("response", "status"),
    [
        (answer({}, 401), ProbeStatus.REJECTED),
        (answer({}, 403), ProbeStatus.FORBIDDEN),
        (page(403), ProbeStatus.BLOCKED),
        (page(200), ProbeStatus.BLOCKED),
        (answer({}, 429), ProbeStatus.RATE_LIMITED),
        (answer({"error": "down"}, 503), ProbeStatus.PROVIDER_ERROR),
        (answer({"error": "bad"}, 400), ProbeStatus.INCONCLUSIVE),
        (answer({}), ProbeStatus.INCONCLUSIVE),
        (answer([]), ProbeStatus.INCONCLUSIVE),
        (answer({"data": {"token": ""}}), ProbeStatus.INCONCLUSIVE),
        (answer({"data": {"token": {"a": 1}}}), ProbeStatus.INCONCLUSIVE),
        (answer({"data": {"token": "a\r\nX: y"}}), ProbeStatus.INCONCLUSIVE),
        (answer({"data": {"token": "t" * 65_536}}), ProbeStatus.INCONCLUSIVE),
        (answer({"data": {"token": "x"}}, 302, location="https://b.test/?t=1"), ProbeStatus.INCONCLUSIVE),
        (Response(200, JSON, b"[" * 100_000), ProbeStatus.INCONCLUSIVE),
        (Response(200, {}, b""), ProbeStatus.INCONCLUSIVE),
    ],
)
def test_no_token_is_judged_by_the_answer(response: Response, status: ProbeStatus) -> None:
    assert refusal(response).status is status


def test_a_fallback_is_tried_after_and_what_works_is_remembered() -> None:
    scheme = replace(SCHEME, fallback=Apply(query={"t": "{token}"}))
    _, first = run(scheme.flow(VALUES, NOW), answer({"data": {"token": "abc"}}))
    assert first.otherwise is not None
    assert (first.otherwise.query, first.otherwise.headers) == ((("t", "abc"),), {})
    requests, kept = run(scheme.flow(VALUES, NOW, first.session))
    assert (requests, kept.headers, kept.session) == ([], first.headers, None)
    assert kept.otherwise is not None
    assert kept.otherwise.session == first.otherwise.session
    _, remembered = run(scheme.flow(VALUES, NOW, first.otherwise.session))
    assert (remembered.query, remembered.otherwise, remembered.session) == ((("t", "abc"),), None, None)
    late = NOW + timedelta(days=1)
    _, renewed = run(scheme.flow(VALUES, late, first.otherwise.session), answer({"data": {"token": "def"}}))
    assert renewed.query == (("t", "def"),)
    assert renewed.session is not None
    assert renewed.session["fallback"] is True
