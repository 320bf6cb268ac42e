"""What a probe says that the one before did not: the only thing that anybody is told of."""

from datetime import UTC, datetime, timedelta

import pytest

from nexcred.model.credential import Credential, Organisation, Person
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.services.notices.changes import NoticedChange, change_of
from nexcred.services.notices.message import message_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def _credential(probe: ProbeResult | None, expires_at: datetime | None = None) -> Credential:
    return Credential(
        id="1" * 32,
        name="aventri",
        connector="aventri",
        method="api_key",
        description="",
        tags=(),
        public={},
        secret_fields=("api_key",),
        allowed_hosts=(),
        owner=Person("a" * 32, "anna"),
        organisation=Organisation("b" * 32, "acme"),
        access_roles=("owner",),
        version=1,
        revision=1,
        created_at=NOW,
        updated_at=NOW,
        probe=probe,
        expires_at=expires_at,
    )


def _result(status: ProbeStatus, at: datetime = NOW, proved: ProbeStatus | None = None) -> ProbeResult:
    return ProbeResult(status, at, 5, proved=proved, version=1)


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (None, "accepted", None),
        (None, "rejected", "refused"),
        ("accepted", "expired", "refused"),
        ("rejected", "expired", None),
        ("rejected", "accepted", "accepted_again"),
        ("accepted", "unreachable", None),
        ("rejected", "inconclusive", None),
    ],
)
def test_only_proofs_are_told_and_each_once(before: str | None, now: str, told: str | None) -> None:
    kept = None if before is None else _result(ProbeStatus(before), NOW - DAY)
    change = change_of(_credential(kept), _result(ProbeStatus(now)), "Aventri")
    assert (change.kind if change else None) == told


@pytest.mark.parametrize(("proved", "told"), [("accepted", "refused"), ("rejected", None)])
def test_what_was_proved_before_a_day_without_an_answer_counts(proved: str, told: str | None) -> None:
    kept = _result(ProbeStatus.UNREACHABLE, NOW - DAY, ProbeStatus(proved))
    change = change_of(_credential(kept), _result(ProbeStatus.REJECTED), "Aventri")
    assert (change.kind if change else None) == told


@pytest.mark.parametrize(
    ("left_days", "since_days", "told"),
    [
        (31, 1, False),
        (29.5, 1, True),
        (20, 1, False),
        (6.5, 1, True),
        (6.5, 0.1, False),
        (0.5, 1, True),
        (20, 15, True),
    ],
)
def test_an_end_is_told_as_it_passes_30_7_and_1_days(left_days: float, since_days: float, told: bool) -> None:
    kept = _result(ProbeStatus.ACCEPTED, NOW - since_days * DAY)
    credential = _credential(kept, NOW + left_days * DAY)
    change = change_of(credential, _result(ProbeStatus.ACCEPTED), "Aventri")
    assert (change is not None and change.kind == "ending") is told


def test_a_subject_is_short_and_the_text_says_all() -> None:
    vault = f"s3://{'b' * 200}/vault"
    told = message_of(
        [NoticedChange("aventri", "Aventri", "accepted_again", _result(ProbeStatus.ACCEPTED))], vault, NOW
    )
    assert (len(told.subject), told.subject[-1]) == (120, "…")
    assert f"of the vault {vault} changed" in told.text
