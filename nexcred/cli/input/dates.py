"""Days and spans that end something: 2027-01-31, or 90d from now."""

from datetime import UTC, datetime

from nexcred.cli.input.durations import parse_span
from nexcred.errors import InvalidData, Problem, UsageError


def parse_until(text: str | None, is_guest: bool, now: datetime) -> datetime | None:
    """Return when a guest ends: the end of a day in UTC, or a span from now. Raise InvalidData, UsageError."""
    if text is None:
        return None
    if not is_guest:
        raise UsageError("--until is for guests", hint="others belong to the vault until: nexcred member remove NAME")
    try:
        ends = _end_of(text, now)
    except OverflowError:
        raise _refused("is beyond all days") from None
    if ends <= now:
        raise _refused("is not in the future")
    return ends


def _end_of(text: str, now: datetime) -> datetime:
    try:
        day = datetime.fromisoformat(text.strip()).replace(tzinfo=UTC)
    except ValueError:
        return now + parse_span(text, "--until")
    return day.replace(hour=23, minute=59, second=59, microsecond=999_000)


def _refused(problem: str) -> InvalidData:
    return InvalidData(f"--until {problem}", problems=(Problem("until", problem, "--until 90d"),))
