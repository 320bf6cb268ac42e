"""What each answer of a token endpoint proves."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.auth.flow import Refused, Response, Verdict
from nexcred.auth.token_answer import tokens_in
from nexcred.auth.tokens import Tokens
from nexcred.model.probe import ProbeStatus
from tests.unit.auth.drive import JSON, answer, jwt, page

NOW = datetime(2026, 1, 15, tzinfo=UTC)


def verdict_on(response: Response) -> Verdict:
    with pytest.raises(Refused) as caught:
        tokens_in(response, NOW)
    return caught.value.verdict


@pytest.mark.parametrize("status", [200, 400, 401, 403])
@pytest.mark.parametrize(
    ("code", "proved"),
    [
        ("invalid_client", ProbeStatus.REJECTED),
        ("invalid_grant", ProbeStatus.REJECTED),
        ("unauthorized_client", ProbeStatus.FORBIDDEN),
        ("invalid_scope", ProbeStatus.FORBIDDEN),
        ("access_denied", ProbeStatus.FORBIDDEN),
        ("unsupported_grant_type", ProbeStatus.INCONCLUSIVE),
        ("invalid_request", ProbeStatus.INCONCLUSIVE),
        ("temporarily_unavailable", ProbeStatus.PROVIDER_ERROR),
    ],
)
def test_the_code_decides_under_any_status(code: str, proved: ProbeStatus, status: int) -> None:
    verdict = verdict_on(answer({"error": code, "error_description": "Not this time"}, status))
    assert (verdict.status, verdict.detail, verdict.http_status) == (proved, f"Not this time ({code})", status)


def test_an_unknown_code_in_a_200_proves_nothing_and_in_a_401_is_a_refusal() -> None:
    assert verdict_on(answer({"error": "some_reason"})).status is ProbeStatus.INCONCLUSIVE
    assert verdict_on(answer({"error": "some_reason"}, 401)).status is ProbeStatus.REJECTED


def test_an_error_beside_a_token_is_an_error() -> None:
    both = {"error": "invalid_grant", "access_token": "a", "token_type": "bearer"}
    assert verdict_on(answer(both)).status is ProbeStatus.REJECTED


def test_an_error_that_is_an_object_gives_its_sentence() -> None:
    verdict = verdict_on(answer({"error": {"code": 403, "message": "API disabled"}}, 403))
    assert (verdict.status, verdict.detail) == (ProbeStatus.FORBIDDEN, "API disabled")


@pytest.mark.parametrize(
    ("response", "proved", "detail"),
    [
        (page(200), ProbeStatus.BLOCKED, "a web page answered"),
        (page(403), ProbeStatus.BLOCKED, "a web page answered"),
        (page(400), ProbeStatus.INCONCLUSIVE, "the answer proves nothing (400)"),
        (Response(200, {}, b"token=a&token_type=bearer"), ProbeStatus.INCONCLUSIVE, "the answer is not JSON"),
        (answer({"token_type": "bearer"}), ProbeStatus.INCONCLUSIVE, "the answer holds no access token"),
        (answer({"access_token": "", "message": "Try again"}), ProbeStatus.INCONCLUSIVE, "access token: Try again"),
        (answer({"access_token": ["a"]}), ProbeStatus.INCONCLUSIVE, "the answer holds no access token"),
        (answer([]), ProbeStatus.INCONCLUSIVE, "the answer holds no access token"),
        (answer({"access_token": "x" * 65536}), ProbeStatus.INCONCLUSIVE, "a token of more than 32 KiB"),
        (answer({"error": "invalid_client"}, 500), ProbeStatus.PROVIDER_ERROR, "invalid_client"),
        (answer({"error": "invalid_client"}, 429, retry_after="7"), ProbeStatus.RATE_LIMITED, "invalid_client"),
        (Response(302, {"location": "https://evil.test/?x"}, b""), ProbeStatus.INCONCLUSIVE, "redirected to evil.test"),
    ],
)
def test_what_is_no_grant_is_told_for_what_it_is(response: Response, proved: ProbeStatus, detail: str) -> None:
    verdict = verdict_on(response)
    assert verdict.status is proved
    assert detail in verdict.detail
    assert len(verdict.detail) < 200


@pytest.mark.parametrize(
    ("expires_in", "life"),
    [
        (3600, 3600),
        ("3600", 3600),
        (3600.0, 3600),
        ("3600.0", 3600),
        (" 3600 ", 3600),
        (None, 900),
        (0, None),
        (-1, 900),
        (True, 900),
        ("soon", 900),
        (10**30, 900),
        ([], 900),
    ],
)
def test_expires_in_is_read_or_left(expires_in: object, life: int | None) -> None:
    document = {"access_token": "a", "expires_in": expires_in}
    tokens = tokens_in(answer({key: value for key, value in document.items() if value is not None}), NOW, ttl_s=900)
    assert tokens.expires_at == (None if life is None else NOW + timedelta(seconds=life))


HOUR = NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    "said",
    [
        {"expires_at": HOUR.isoformat()},
        {"expires_at": int(HOUR.timestamp())},
        {"expires_at": f"{HOUR.timestamp():.1f}"},
        {"expires_on": str(int(HOUR.timestamp()))},
        {"access_token": jwt(exp=int(HOUR.timestamp()))},
        {"access_token": jwt(exp=int(HOUR.timestamp())), "expires_in": "never"},
    ],
)
def test_an_end_is_read_wherever_it_is_told(said: dict[str, object]) -> None:
    """NangoHQ/nango#6775."""
    assert tokens_in(answer({"access_token": "a", **said}), NOW, ttl_s=60).expires_at == HOUR


def test_a_form_is_read_as_json_is() -> None:
    """oauthlib/oauthlib#267."""
    form = Response(200, {}, b"access_token=a%2Bb&expires_in=3600&refresh_token=c&token_type=bearer")
    tokens = tokens_in(form, NOW)
    assert (tokens.access_token, tokens.refresh_token, tokens.expires_at) == ("a+b", "c", HOUR)


def test_without_an_end_it_is_known_when_it_was_granted() -> None:
    tokens = tokens_in(answer({"access_token": "a"}), NOW)
    assert (tokens.expires_at, tokens.granted_at) == (None, NOW)
    assert Tokens.of(tokens.session).granted_at == NOW


@given(
    st.integers(200, 599),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["error", "access_token", "token_type"]), inner)
        ),
    ),
)
def test_any_answer_is_a_grant_or_a_verdict(status: int, document: object) -> None:
    try:
        token = tokens_in(answer(document, status), NOW).access_token
    except Refused as refused:
        token, proved = "", refused.verdict.status
    else:
        proved = ProbeStatus.ACCEPTED
    assert (proved is ProbeStatus.ACCEPTED) == bool(token)
    assert status < 300 or not token


@given(st.integers(200, 599), st.binary(max_size=200))
def test_any_bytes_are_a_verdict(status: int, body: bytes) -> None:
    assert verdict_on(Response(status, JSON, body)).status is not ProbeStatus.ACCEPTED


def test_a_provider_may_have_codes_of_its_own() -> None:
    unknown = answer({"error": "invalid_client_id", "error_description": "no such client"}, 400)
    with pytest.raises(Refused) as caught:
        tokens_in(unknown, NOW)
    assert caught.value.verdict.status is ProbeStatus.INCONCLUSIVE
    with pytest.raises(Refused) as caught:
        tokens_in(unknown, NOW, errors={"invalid_client_id": "rejected"})
    assert caught.value.verdict.status is ProbeStatus.REJECTED
    assert caught.value.verdict.detail == "no such client (invalid_client_id)"
