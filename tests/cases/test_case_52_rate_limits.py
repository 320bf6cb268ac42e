"""Case 52: 429, with and without Retry-After, is never a refusal of the credential."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from nexcred.model.probe import ProbeStatus
from tests.support.standins import Aha, Amperity, Aventri, Resci, Rest, StandIn, faults
from tests.support.standins.probe import probe


@pytest.mark.parametrize("kind", [Aventri, Resci, Amperity, Aha, Rest], ids=lambda kind: kind.name)
@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ((), None),
        ((("Retry-After", "7"),), 7.0),
        ((("Retry-After", "soon"),), None),
        ((("Retry-After", "-5"),), None),
        ((("Retry-After", "9" * 400),), None),
    ],
)
def test_case_52_a_limit_is_a_limit_and_says_for_how_long(
    kind: Callable[[], StandIn], headers: tuple[tuple[str, str], ...], wait_s: float | None
) -> None:
    with kind() as provider:
        provider.fault = faults.rate_limited(*headers)
        verdict = probe(provider)
    assert verdict.status is ProbeStatus.RATE_LIMITED
    assert verdict.http_status == 429
    if wait_s is not None:
        assert verdict.retry_after_s == wait_s


@pytest.mark.parametrize("header", ["Retry-After", "X-RateLimit-Reset"])
def test_case_52_a_moment_is_as_good_as_a_number(aha: Aha, header: str) -> None:
    moment = datetime.now(UTC) + timedelta(minutes=5)
    value = format_datetime(moment, usegmt=True) if header == "Retry-After" else str(int(moment.timestamp()))
    aha.fault = faults.rate_limited((header, value))
    verdict = probe(aha)
    assert verdict.status is ProbeStatus.RATE_LIMITED
    assert verdict.retry_after_s is not None
    assert 0 < verdict.retry_after_s <= 300
