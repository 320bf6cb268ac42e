"""What a probe says that the one before it did not: the only thing that anybody is told of."""

from datetime import datetime, timedelta
from typing import Literal

from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeResult, ProbeStatus

# So many days before an end somebody is told of it.
_DAYS_BEFORE = (30, 7, 1)


class Told(NamedTuple):
    """What became of a credential. `result` is the probe that shows it, `ends_at` the end that has come near."""

    name: str
    title: str
    kind: Literal["refused", "accepted_again", "ending"]
    result: ProbeResult
    ends_at: datetime | None = None


def change_of(before: Credential, result: ProbeResult, title: str) -> Told | None:
    """Compare a result with what was kept of a credential until then; `title` is what its system is called.

    What proves nothing changes nothing. An end that comes near is told of at the first probe after each mark.
    """
    kept = before.probe
    known = kept.last_proof if kept is not None else None
    was_refused = known is not None and known.is_refusal
    if result.status.is_refusal:
        return None if was_refused else Told(before.name, title, "refused", result)
    if result.status is ProbeStatus.ACCEPTED and was_refused:
        return Told(before.name, title, "accepted_again", result)
    ends_at = _nearer(result.expires_at, before.expires_at)
    if ends_at is None or not _has_passed_a_mark(ends_at, None if kept is None else kept.checked_at, result.checked_at):
        return None
    return Told(before.name, title, "ending", result, ends_at)


def _nearer(told: datetime | None, kept: datetime | None) -> datetime | None:
    return min((end for end in (told, kept) if end is not None), default=None)


def _has_passed_a_mark(ends_at: datetime, before: datetime | None, now: datetime) -> bool:
    marks = [ends_at - timedelta(days=days) for days in _DAYS_BEFORE]
    return any(mark <= now and (before is None or before < mark) for mark in marks)
