"""Judging answers: the spec's rules, what it accepts, and the meaning of every status."""

from datetime import UTC, datetime

import pytest

from nexcred.auth.flow import Response
from nexcred.connectors.language.spec import Rule
from nexcred.model.probe import ProbeStatus as Status
from nexcred.probing.judge import Rules, judge
from tests.unit.auth.drive import HTML, JSON, answer, page

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
PLAIN = {"content-type": "text/plain"}


@pytest.mark.parametrize(
    ("response", "status"),
    [
        (answer({"user": 1}), Status.ACCEPTED),
        (answer([], 204), Status.ACCEPTED),
        (answer({"message": "bad key"}, 401), Status.REJECTED),
        (page(401), Status.REJECTED),
        (Response(401, PLAIN, b""), Status.REJECTED),
        (answer({"message": "no"}, 403), Status.FORBIDDEN),
        (page(403), Status.BLOCKED),
        (Response(403, PLAIN, b"no"), Status.INCONCLUSIVE),
        (Response(403, JSON, b""), Status.INCONCLUSIVE),
        (page(200), Status.BLOCKED),
        (Response(200, PLAIN, b"OK"), Status.INCONCLUSIVE),
        (Response(200, JSON, b""), Status.INCONCLUSIVE),
        (Response(200, JSON, b"[" * 100_000), Status.INCONCLUSIVE),
        (answer({}, 429), Status.RATE_LIMITED),
        (page(429), Status.RATE_LIMITED),
        (answer({}, 500), Status.PROVIDER_ERROR),
        (page(503), Status.PROVIDER_ERROR),
        (answer({}, 599), Status.PROVIDER_ERROR),
        *(
            (answer({}, status, location="https://b.test/"), Status.INCONCLUSIVE)
            for status in (301, 302, 304, 307, 308)
        ),
        *(
            (answer({}, status), Status.INCONCLUSIVE)
            for status in (100, 400, 402, 404, 405, 407, 409, 410, 418, 422, 451)
        ),
        (answer({}, 600), Status.INCONCLUSIVE),
        (answer({}, 999), Status.INCONCLUSIVE),
    ],
)
def test_without_rules_the_status_and_the_form_decide(response: Response, status: Status) -> None:
    verdict = judge(response, Rules(), NOW)
    assert verdict.status is status
    assert verdict.http_status == response.status
    assert verdict.detail or status is Status.ACCEPTED


def test_a_2xx_without_the_expected_content_proves_nothing() -> None:
    rules = Rules(expect="user.id")
    assert judge(answer({"user": {"id": 0}}), rules, NOW).status is Status.ACCEPTED
    for document, reason in (({}, ""), ({"error": "bad key"}, ": bad key")):
        verdict = judge(answer(document), rules, NOW)
        assert verdict.status is Status.INCONCLUSIVE
        assert verdict.detail == f"the answer lacks what proves the credential (user.id){reason}"


def test_an_error_inside_http_200_is_what_the_spec_says() -> None:
    rules = Rules(rules=(Rule(verdict="rejected", status="2xx", match="error"),), message="error.text")
    verdict = judge(answer({"error": {"text": "bad key"}}), rules, NOW)
    assert (verdict.status, verdict.detail, verdict.http_status) == (Status.REJECTED, "bad key", 200)
    assert judge(answer({"error": None}), rules, NOW).status is Status.ACCEPTED


def test_the_first_rule_that_holds_wins() -> None:
    rules = Rules(
        rules=(
            Rule(verdict="expired", status=401, match="code == 'expired'"),
            Rule(verdict="rejected", status="401,403"),
            Rule(verdict="rate_limited", status=400, match="code == 'quota'"),
        )
    )
    assert judge(answer({"code": "expired"}, 401), rules, NOW).status is Status.EXPIRED
    assert judge(answer({"code": "other"}, 401), rules, NOW).status is Status.REJECTED
    assert judge(answer({}, 403), rules, NOW).status is Status.REJECTED
    assert judge(answer({"code": "quota"}, 400), rules, NOW).status is Status.RATE_LIMITED
    assert judge(answer({"code": "other"}, 400), rules, NOW).status is Status.INCONCLUSIVE


def test_a_spec_may_say_that_403_proves_the_key() -> None:
    rule = Rule(verdict="accepted", status=403, content="json", detail="the key is good; this call is not permitted")
    rules = Rules(rules=(rule,), identity="{answer.account}")
    verdict = judge(answer({"account": "acme"}, 403), rules, NOW)
    assert (verdict.status, verdict.identity, verdict.detail) == (Status.ACCEPTED, "acme", rule.detail)
    assert judge(page(403), rules, NOW).status is Status.BLOCKED


def test_a_rule_without_words_gets_ours() -> None:
    rules = Rules(rules=(Rule(verdict="rejected", status=401),))
    assert judge(page(401), rules, NOW).detail == "no reason given (401)"


def test_a_rule_may_be_for_web_pages() -> None:
    rules = Rules(rules=(Rule(verdict="rejected", status=200, content="html"),))
    assert judge(page(200), rules, NOW).status is Status.REJECTED
    assert judge(answer({}), rules, NOW).status is Status.ACCEPTED


def test_the_users_own_status_is_taken_for_a_yes() -> None:
    rules = Rules(accept_status="404,2xx", content="text")
    assert judge(Response(404, PLAIN, b""), rules, NOW).status is Status.ACCEPTED
    assert judge(Response(204, {}, b""), rules, NOW).status is Status.ACCEPTED
    assert judge(answer({}, 200), Rules(accept_status="204"), NOW).status is Status.INCONCLUSIVE
    assert judge(answer({}, 401), rules, NOW).status is Status.REJECTED


def test_where_text_will_do_a_web_page_does_not() -> None:
    rules = Rules(content="text")
    assert judge(Response(200, PLAIN, b"OK"), rules, NOW).status is Status.ACCEPTED
    assert judge(page(200), rules, NOW).status is Status.BLOCKED
    assert judge(Response(200, HTML, b"OK"), Rules(content="any"), NOW).status is Status.ACCEPTED


def test_a_success_rule_needs_json() -> None:
    rules = Rules(content="text", expect="ok")
    assert judge(Response(200, PLAIN, b"OK"), rules, NOW).status is Status.INCONCLUSIVE
    assert judge(page(200), rules, NOW).status is Status.BLOCKED
    assert judge(answer({"ok": True}), rules, NOW).status is Status.ACCEPTED


def test_identity_and_expiry_come_out_of_the_answer() -> None:
    rules = Rules(identity="{answer.user.email} ({region})", expires="key.until", public={"region": "na"})
    verdict = judge(answer({"user": {"email": "ada@example.com"}, "key": {"until": "2026-02-01"}}), rules, NOW)
    assert verdict.identity == "ada@example.com (na)"
    assert verdict.expires_at == datetime(2026, 2, 1, tzinfo=UTC)
    assert judge(answer({"user": {}}), rules, NOW).identity is None


def test_an_identity_template_is_not_filled_twice() -> None:
    rules = Rules(identity="{answer.name} {region}", public={"region": "na"})
    assert judge(answer({"name": "{region}"}), rules, NOW).identity == "{region} na"


def test_case_52_a_429_is_never_a_no() -> None:
    verdict = judge(answer({"message": "slow down"}, 429, retry_after="7"), Rules(), NOW)
    assert (verdict.status, verdict.retry_after_s, verdict.detail) == (Status.RATE_LIMITED, 7.0, "slow down")
    assert judge(answer({}, 429), Rules(), NOW).retry_after_s is None
    rules = Rules(rules=(Rule(verdict="rate_limited", status=403, match="slow"),))
    assert judge(answer({"slow": 1}, 403, retry_after="7"), rules, NOW).retry_after_s == 7.0


def test_a_rule_may_look_at_headers() -> None:
    spent = Rule(status=403, headers={"X-RateLimit-Remaining": "0"}, verdict="rate_limited")
    told = Rule(status=403, headers={"Retry-After": ""}, verdict="rate_limited")
    rules = Rules(rules=(spent, told))
    assert judge(answer({}, 403, x_ratelimit_remaining="0"), rules, NOW).status is Status.RATE_LIMITED
    assert judge(answer({}, 403, x_ratelimit_remaining="12"), rules, NOW).status is Status.FORBIDDEN
    assert judge(answer({}, 403, retry_after="7"), rules, NOW).retry_after_s == 7
    assert judge(answer({}, 403), rules, NOW).status is Status.FORBIDDEN


@pytest.mark.parametrize("written", ["2026-02-01 10:00:00 UTC", "2026-02-01 12:00:00 +0200", "2026-02-01T10:00:00Z"])
def test_an_expiry_may_stand_in_a_header(written: str) -> None:
    verdict = judge(answer({}, x_expires=written), Rules(expires_header="X-Expires"), NOW)
    assert verdict.expires_at == datetime(2026, 2, 1, 10, tzinfo=UTC)
    assert judge(answer({}), Rules(expires_header="X-Expires"), NOW).expires_at is None
