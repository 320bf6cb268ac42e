"""What each answer to a former secret proves: dead is refused over the time that its provider needs."""

from datetime import UTC, datetime, timedelta

import pytest

from nexcred.connectors.load.loader import load_connector
from nexcred.model.lifecycle import Former
from nexcred.model.probe import ProbeStatus
from nexcred.services.rotation.dead import ProofTerms, heard, next_question_in, proof_terms, proved_in

T0 = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
MINUTE = ProofTerms(timedelta(seconds=60))
AT_ONCE = ProofTerms(timedelta(0))
PASSWORD = ProofTerms(timedelta(0), refusals=1, is_once=True)
WORDS = {
    "+": ProbeStatus.ACCEPTED,
    "-": ProbeStatus.REJECTED,
    "x": ProbeStatus.EXPIRED,
    "?": ProbeStatus.UNREACHABLE,
    "f": ProbeStatus.FORBIDDEN,
}


def after(answers: str, terms: ProofTerms, *, every_s: float = 30, known: Former | None = None) -> Former | None:
    """Return what is known after these answers, one every so many seconds from T0."""
    for index, answer in enumerate(answers):
        known = heard(known, 1, WORDS[answer], T0 + timedelta(seconds=every_s * index), terms)
    return known


@pytest.mark.parametrize(
    ("answers", "every_s", "terms", "state"),
    [
        ("---", 30, MINUTE, "dead"),
        ("--x", 30, MINUTE, "dead"),
        ("-??-?-", 30, MINUTE, "dead"),  # what proves nothing keeps what is known
        ("---", 29.9, MINUTE, "revoked"),  # three, and not over the whole time
        ("-" * 50, 1, MINUTE, "revoked"),
        ("-" * 62, 1, MINUTE, "dead"),
        ("--", 60, MINUTE, "revoked"),  # over the whole time, and not three
        ("--+--", 30, MINUTE, "revoked"),  # something accepted between: they start over
        ("--+", 30, MINUTE, "alive"),
        ("--+---", 30, MINUTE, "dead"),
        ("---?", 30, MINUTE, "dead"),
        ("----", 30, MINUTE, "dead"),
        ("---+", 30, MINUTE, "alive"),  # it works again, whatever was proved
        ("+f", 30, MINUTE, "alive"),
        ("---", 0, AT_ONCE, "dead"),
        ("--", 0, AT_ONCE, "revoked"),
        ("-", 0, PASSWORD, "dead"),
    ],
)
def test_three_refusals_over_the_time_are_dead(answers: str, every_s: float, terms: ProofTerms, state: str) -> None:
    known = after(answers, terms, every_s=every_s)
    assert known is not None
    assert (known.state, len(known.refused_at) <= 3) == (state, True)


@pytest.mark.parametrize("answers", ["?", "f", "??"])
def test_what_proves_nothing_makes_nothing_known(answers: str) -> None:
    assert after(answers, MINUTE) is None
    told = Former(1, "revoked", revoked_at=T0)
    assert after(answers, MINUTE, known=told) is not None


def test_refusals_that_a_wrong_clock_noted_count_for_nothing() -> None:
    fast = Former(1, "revoked", refused_at=(T0 + timedelta(hours=1), T0 + timedelta(hours=1, seconds=30)))
    known = heard(fast, 1, ProbeStatus.REJECTED, T0, MINUTE)
    assert known is not None
    assert (known.state, known.refused_at) == ("revoked", (T0,))


def test_the_questions_are_spread_over_the_time() -> None:
    asked, known, now = [], None, T0
    for _ in range(3):
        asked.append((now - T0).total_seconds())
        known = heard(known, 1, ProbeStatus.REJECTED, now, MINUTE)
        assert known is not None
        assert proved_in(known, now, MINUTE) == T0 + timedelta(seconds=60) - now
        now += next_question_in(known, now, MINUTE)
    assert asked == [0, 30, 60]
    assert known is not None
    assert known.state == "dead"
    assert next_question_in(Former(1, "alive", asked_at=T0), T0, MINUTE) == timedelta(seconds=30)
    assert next_question_in(Former(1, "alive", asked_at=T0), T0, AT_ONCE) == timedelta(0)


@pytest.mark.parametrize(
    ("connector", "method", "settle_s", "is_once", "is_never"),
    [
        ("postgres", "password", 0, True, False),
        ("mysql", "password", 0, True, False),
        ("smtp", "password", 60, True, False),
        ("resci", "api_key", 60, False, False),
        ("rest", "basic", 60, True, False),
        ("rest", "bearer", 60, False, False),
        ("snowflake", "key_pair", 60, False, False),
        ("salesforce", "refresh_token", 60, False, True),
    ],
)
def test_a_password_is_asked_once_and_a_refresh_token_never(
    connector: str, method: str, settle_s: int, is_once: bool, is_never: bool
) -> None:
    found = load_connector(connector).method(method)
    assert found is not None
    terms = proof_terms(found)
    assert (terms.settle.total_seconds(), terms.is_once, terms.is_never) == (settle_s, is_once, is_never)
