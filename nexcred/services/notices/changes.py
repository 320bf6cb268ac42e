"""What a probe says that the one before it did not: the only thing that anybody is told of."""

from datetime import datetime, timedelta
from typing import Literal

from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeResult, ProbeStatus

# So many days before an end somebody is told of it.
_DAYS_BEFORE = (30, 7, 1)


class NoticedChange(NamedTuple):
    """What became of a credential. `result` is the probe that shows it, `ends_at` the end that has come near.

    `why` is why its rotation hangs.
    """

    name: str
    title: str
    kind: Literal["refused", "accepted_again", "ending", "hanging"]
    result: ProbeResult
    ends_at: datetime | None = None
    why: str = ""


class Hanging(NamedTuple):
    """A rotation that hangs, or will at `since` if nobody goes on with it."""

    since: datetime
    why: str


def hang_of(before: Credential, result: ProbeResult, title: str, hanging: Hanging | None) -> NoticedChange | None:
    """Return that the rotation of a credential hangs, at the first probe after that began."""
    if hanging is None or not _is_between(hanging.since, before.probe, result.checked_at):
        return None
    return NoticedChange(before.name, title, "hanging", result, why=hanging.why)


def change_of(before: Credential, result: ProbeResult, title: str) -> NoticedChange | None:
    """Compare a result with what was kept of a credential until then; `title` is what its system is called.

    What proves nothing changes nothing. An end that comes near is told of at the first probe after each mark.
    """
    kept = before.probe
    known = kept.last_proof if kept is not None else None
    was_refused = known is not None and known.is_refusal
    if result.status.is_refusal:
        return None if was_refused else NoticedChange(before.name, title, "refused", result)
    if result.status is ProbeStatus.ACCEPTED and was_refused:
        return NoticedChange(before.name, title, "accepted_again", result)
    ends_at = _nearer(result.expires_at, before.expires_at)
    marks = () if ends_at is None else [ends_at - timedelta(days=days) for days in _DAYS_BEFORE]
    if not any(_is_between(mark, kept, result.checked_at) for mark in marks):
        return None
    return NoticedChange(before.name, title, "ending", result, ends_at)


def _nearer(told: datetime | None, kept: datetime | None) -> datetime | None:
    return min((end for end in (told, kept) if end is not None), default=None)


def _is_between(mark: datetime, before: ProbeResult | None, now: datetime) -> bool:
    """True for what came after the probe before, and not after this one."""
    return mark <= now and (before is None or before.checked_at < mark)
