"""What each provider's own answers prove: keys that it knows and refuses, its limits, errors inside HTTP 200."""

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from nexcred.model.probe import ProbeStatus as Status
from tests.support.standins import (
    Answer,
    Databricks,
    Fault,
    GitHub,
    HubSpot,
    Kubernetes,
    Received,
    Salesforce,
    Slack,
    StandIn,
    Stripe,
    faults,
    json_answer,
)
from tests.support.standins.probe import probe, secret_field


class Known(NamedTuple):
    """A secret that the provider knows, and what its answer to it proves. `says` stands in the verdict's detail."""

    kind: Callable[[], StandIn]
    secret: str
    status: Status
    says: str


KNOWN = [
    Known(HubSpot, HubSpot.expired, Status.EXPIRED, "expired"),
    Known(HubSpot, HubSpot.unscoped, Status.FORBIDDEN, "required scopes"),
    Known(Stripe, Stripe.restricted, Status.ACCEPTED, "a restricted key"),
    Known(Stripe, Stripe.expired, Status.EXPIRED, "Expired API Key"),
    Known(Stripe, Stripe.fenced, Status.FORBIDDEN, "IP address"),
    Known(Slack, "xoxb-EXAMPLE-dormant", Status.REJECTED, "account_inactive"),
    Known(Slack, "xoxb-EXAMPLE-revoked", Status.REJECTED, "token_revoked"),
    Known(Slack, "xoxe.xoxb-EXAMPLE-old", Status.EXPIRED, "token_expired"),
    Known(Slack, "xoxb-EXAMPLE-unapproved", Status.FORBIDDEN, "team_access_not_granted"),
    Known(Slack, "xoxb-EXAMPLE-unlucky", Status.PROVIDER_ERROR, "internal_error"),
    Known(Slack, "xoxb-EXAMPLE-new", Status.INCONCLUSIVE, "an_error_of_next_year"),
    Known(GitHub, GitHub.installation, Status.FORBIDDEN, "not accessible by integration"),
    Known(Databricks, Databricks.fenced, Status.FORBIDDEN, "IP ACL"),
    Known(Kubernetes, Kubernetes.fenced, Status.FORBIDDEN, "cannot create resource"),
]


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: f"{known.kind.name}-{known.status}")
def test_a_known_secret_is_judged_by_the_providers_own_words(known: Known) -> None:
    with known.kind() as provider:
        verdict = probe(provider, {secret_field(provider): known.secret})
    assert verdict.status is known.status
    assert known.says in verdict.detail


class Hindered(NamedTuple):
    """An answer that has nothing to do with the secret, and the seconds to wait that it names."""

    kind: Callable[[], StandIn]
    fault: Fault
    status: Status
    wait_s: float | None = None


def _answer(status: int, document: object, *headers: tuple[str, str]) -> Fault:
    return faults.always(json_answer(document, status, headers))


def _daily_limit(request: Received, proper: Answer) -> Answer:
    said = [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
    return proper if request.method == "POST" else json_answer(said, 403)


HINDERED = {
    "hubspot limit": Hindered(
        HubSpot,
        _answer(
            429,
            {
                "status": "error",
                "message": "You have reached your ten_secondly_rolling limit.",
                "errorType": "RATE_LIMIT",
            },
            ("X-HubSpot-RateLimit-Interval-Milliseconds", "10000"),
        ),
        Status.RATE_LIMITED,
    ),
    "hubspot moves": Hindered(HubSpot, _answer(477, {}, ("Retry-After", "30")), Status.PROVIDER_ERROR, 30),
    "hubspot 200": Hindered(HubSpot, _answer(200, {"status": "error", "message": "no"}), Status.INCONCLUSIVE),
    "stripe limit": Hindered(
        Stripe,
        _answer(
            429,
            {"error": {"code": "rate_limit", "message": "Too many requests", "type": "invalid_request_error"}},
            ("Stripe-Rate-Limited-Reason", "global-rate"),
        ),
        Status.RATE_LIMITED,
    ),
    "stripe 200": Hindered(Stripe, _answer(200, {"error": {"message": "no"}}), Status.INCONCLUSIVE),
    "slack limit": Hindered(
        Slack, _answer(429, {"ok": False, "error": "ratelimited"}, ("Retry-After", "30")), Status.RATE_LIMITED, 30
    ),
    "slack limit in 200": Hindered(Slack, _answer(200, {"ok": False, "error": "ratelimited"}), Status.RATE_LIMITED),
    "github limit": Hindered(
        GitHub,
        _answer(
            403,
            {"message": "API rate limit exceeded for user ID 1."},
            ("X-RateLimit-Remaining", "0"),
            ("X-RateLimit-Reset", "60"),
        ),
        Status.RATE_LIMITED,
        60,
    ),
    "github secondary limit": Hindered(
        GitHub,
        _answer(
            403,
            {"message": "You have exceeded a secondary rate limit."},
            ("X-RateLimit-Remaining", "14"),
            ("Retry-After", "7"),
        ),
        Status.RATE_LIMITED,
        7,
    ),
    "github limit in words": Hindered(
        GitHub, _answer(403, {"message": "You have exceeded a secondary rate limit."}), Status.RATE_LIMITED
    ),
    "github lockout": Hindered(
        GitHub, _answer(403, {"message": "Maximum number of login attempts exceeded."}), Status.INCONCLUSIVE
    ),
    "databricks limit": Hindered(
        Databricks,
        _answer(429, {"error_code": "REQUEST_LIMIT_EXCEEDED", "message": "Too many requests."}, ("Retry-After", "12")),
        Status.RATE_LIMITED,
        12,
    ),
    "databricks 200": Hindered(Databricks, _answer(200, {"error_code": "X", "message": "no"}), Status.INCONCLUSIVE),
    "databricks plain text": Hindered(
        Databricks, faults.always(Answer(403, b"Invalid Token", (("Content-Type", "text/plain"),))), Status.INCONCLUSIVE
    ),
    "salesforce token limit": Hindered(
        Salesforce, _answer(400, {"error": "rate_limit_exceeded", "error_description": "no"}), Status.RATE_LIMITED
    ),
    "salesforce error in 200": Hindered(
        Salesforce, _answer(200, {"error": "server_error", "error_description": "no"}), Status.PROVIDER_ERROR
    ),
    "salesforce daily limit": Hindered(Salesforce, _daily_limit, Status.RATE_LIMITED),
    "kubernetes before 1.28": Hindered(
        Kubernetes, _answer(404, {"kind": "Status", "message": "could not find"}), Status.INCONCLUSIVE
    ),
    "kubernetes limit": Hindered(
        Kubernetes, _answer(429, {"kind": "Status", "message": "slow"}, ("Retry-After", "1")), Status.RATE_LIMITED, 1
    ),
    "kubernetes 200": Hindered(Kubernetes, _answer(200, {"kind": "Status", "message": "no"}), Status.INCONCLUSIVE),
    "github 200": Hindered(GitHub, _answer(200, {"message": "no"}), Status.INCONCLUSIVE),
}


@pytest.mark.parametrize("hindered", HINDERED.values(), ids=HINDERED)
def test_a_limit_or_a_fault_is_never_a_refusal_of_the_key(hindered: Hindered) -> None:
    with hindered.kind() as provider:
        provider.fault = hindered.fault
        verdict = probe(provider)
    assert (verdict.status, verdict.retry_after_s) == (hindered.status, hindered.wait_s)


PRINCIPAL = {"access_token": None, "client_id": Databricks.client_id, "client_secret": Databricks.client_secret}
REFRESH = {"refresh_token": Salesforce.refresh_token}


@pytest.mark.parametrize(
    ("kind", "changed", "status", "says"),
    [
        (Databricks, PRINCIPAL, Status.ACCEPTED, Databricks.client_id),
        (Databricks, {**PRINCIPAL, "client_secret": "junk-EXAMPLE"}, Status.REJECTED, "Client authentication failed"),
        (Salesforce, {}, Status.ACCEPTED, "integration@example.com"),
        (Salesforce, {"client_id": "junk-EXAMPLE"}, Status.REJECTED, "client identifier invalid"),
        (Salesforce, {"client_id": Salesforce.unready}, Status.FORBIDDEN, "flow is not enabled"),
        (Salesforce, REFRESH, Status.ACCEPTED, "integration@example.com"),
        (Salesforce, {"refresh_token": "junk-EXAMPLE"}, Status.REJECTED, "expired access/refresh token"),
    ],
)
def test_clients_of_a_token_endpoint_are_judged_by_its_codes(
    kind: Callable[[], StandIn], changed: dict[str, object], status: Status, says: str
) -> None:
    with kind() as provider:
        verdict = probe(provider, changed)
    assert verdict.status is status
    assert says in (verdict.identity or verdict.detail)


def test_a_bad_token_may_be_the_anonymous_users() -> None:
    with Kubernetes() as cluster:
        cluster.lets_anyone_in = True
        assert probe(cluster).identity == cluster.identity
        assert probe(cluster, {"access_token": "junk-EXAMPLE"}).status is Status.REJECTED


@pytest.mark.parametrize(
    ("written", "expires"),
    [
        ("2031-02-01 10:00:00 UTC", datetime(2031, 2, 1, 10, tzinfo=UTC)),
        ("2031-02-01 12:00:00 +0200", datetime(2031, 2, 1, 10, tzinfo=UTC)),
        ("soon", None),
    ],
)
def test_github_names_the_end_of_a_token_in_a_header(written: str, expires: datetime | None) -> None:
    with GitHub() as github:
        github.expires = written
        assert probe(github).expires_at == expires


@pytest.mark.parametrize(
    ("kind", "method", "path"),
    [
        (HubSpot, "GET", "/account-info/v3/details"),
        (Stripe, "GET", "/v1/account"),
        (Slack, "POST", "/api/auth.test"),
        (GitHub, "GET", "/user"),
        (Databricks, "GET", "/api/2.0/preview/scim/v2/Me"),
    ],
)
def test_one_call_is_made_and_it_changes_nothing(kind: Callable[[], StandIn], method: str, path: str) -> None:
    with kind() as provider:
        probe(provider)
        assert [(request.method, request.target) for request in provider.received] == [(method, path)]


def _sent(method: str, path: str, authorization: str) -> Received:
    common = {"user-agent": "tests", "x-github-api-version": "2022-11-28"}
    return Received(method, path, common | {"authorization": authorization})


@pytest.mark.parametrize(
    ("kind", "request_", "status"),
    [
        (HubSpot, _sent("GET", "/account-info/v3/details", f"bearer{HubSpot.access_token}"), 401),
        (HubSpot, _sent("GET", "/elsewhere", f"Bearer {HubSpot.access_token}"), 404),
        (Stripe, _sent("GET", "/v1/account", f"Basic {b64encode(b'sk_test_EXAMPLE:x').decode()}"), 401),
        (Stripe, _sent("GET", "/v1/account", f"Basic {Stripe.api_key}"), 401),
        (GitHub, _sent("GET", "/user", "Bearer "), 401),
        (GitHub, _sent("GET", "/elsewhere", f"Bearer {GitHub.access_token}"), 404),
        (GitHub, Received("GET", "/user", {"authorization": f"Bearer {GitHub.access_token}"}), 403),
    ],
)
def test_the_stand_ins_refuse_what_the_provider_would(
    kind: Callable[[], StandIn], request_: Received, status: int
) -> None:
    with kind() as provider:
        assert provider.answer(request_).status == status


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (_sent("GET", "/api/auth.test", f"Bearer {Slack.bot_token}"), "unknown_method"),
        (_sent("POST", "/api/auth.test", Slack.bot_token), "not_authed"),
        (_sent("POST", "/api/auth.test", "Bearer junk"), "invalid_auth"),
    ],
)
def test_slack_refuses_inside_http_200(request_: Received, error: str) -> None:
    with Slack() as slack:
        answer = slack.answer(request_)
    assert (answer.status, json.loads(answer.body)) == (200, {"ok": False, "error": error})
