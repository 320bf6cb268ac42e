"""What `nexcred request` makes of an answer that is no success, also of one inside a 2xx."""

import json

import pytest

from tests.support.opened import Opened
from tests.support.standins import Answer, HubSpot, Slack, json_answer


@pytest.fixture
def with_slack(opened: Opened, slack: Slack) -> Opened:
    assert opened.add(slack).code == 0
    return opened


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        ("invalid_auth", 4, "Slack refuses 'slack': invalid_auth"),
        ("token_expired", 4, "Slack refuses 'slack': token_expired"),
        ("missing_scope", 5, "Slack does not do this for 'slack': missing_scope"),
        ("ratelimited", 5, "Slack does not do this for 'slack': ratelimited"),
        ("internal_error", 5, "Slack does not do this for 'slack': internal_error"),
        ("channel_not_found", 1, "Slack answered 200: channel_not_found"),
    ],
)
def test_a_refusal_inside_a_200_is_no_success(
    with_slack: Opened, slack: Slack, error: str, code: int, says: str
) -> None:
    """vellum-ai/vellum-assistant#42857."""
    slack.fault = lambda _request, _proper: json_answer({"ok": False, "error": error})
    ran = with_slack("request", "slack", "chat.postMessage", "-f", "text=done")
    assert (ran.code, json.loads(ran.out)) == (code, {"ok": False, "error": error})
    assert f"nexcred: error: {says}\n" in ran.err


def test_a_success_inside_a_200_is_one(with_slack: Opened, slack: Slack) -> None:
    slack.fault = lambda _request, _proper: json_answer({"ok": True, "error": None})
    assert with_slack("request", "slack", "chat.postMessage", "-f", "text=done").code == 0


def test_pages_end_at_the_one_that_failed(with_slack: Opened, slack: Slack) -> None:
    failed = json_answer({"ok": False, "error": "invalid_cursor", "response_metadata": {"next_cursor": "x"}})
    slack.fault = lambda _request, _proper: failed
    asked = len(slack.received)
    assert with_slack("request", "slack", "users.list", "--paginate").code == 1
    assert len(slack.received) == asked + 1


def test_the_connectors_place_of_the_reason_comes_first(opened: Opened) -> None:
    with Slack() as slack:
        assert opened.add(slack).code == 0
        slack.fault = lambda _request, _proper: json_answer({"message": "general", "error": "exact"}, 404)
        assert "Slack answered 404: exact" in opened("request", "slack", "x").err


def test_what_the_connector_calls_expired_is_a_refusal(opened: Opened) -> None:
    with HubSpot() as hubspot:
        assert opened.add(hubspot).code == 0
        ended = {"status": "error", "message": "It ended.", "category": "EXPIRED_AUTHENTICATION"}
        hubspot.fault = lambda _request, _proper: json_answer(ended, 401)
        ran = opened("request", "hubspot", "/crm/v3/objects/contacts")
        assert (ran.code, "HubSpot refuses 'hubspot': It ended." in ran.err) == (4, True)


def test_a_401_that_wants_another_scheme_or_time_is_no_refusal(with_slack: Opened, slack: Slack) -> None:
    for headers, code in (
        ((("WWW-Authenticate", "Negotiate"),), 1),
        ((("Retry-After", "7"),), 1),
        ((("WWW-Authenticate", 'Bearer error="invalid_token", error_description="It expired"'),), 4),
    ):
        slack.fault = lambda _request, _proper, headers=headers: Answer(401, b"", headers)
        assert with_slack("request", "slack", "x").code == code
