"""Days and spans that end something, or come again: 2027-01-31, or 90d from now."""

from datetime import UTC, date, datetime, timedelta

from nexcred.cli.input.durations import parse_span
from nexcred.errors import InvalidData, Problem, UsageError
from nexcred.model.lifecycle import MAX_DAYS
from nexcred.model.moments import end_of
from nexcred.services.credentials.entered import Entered

_DAY = timedelta(days=1)


def parse_until(text: str | None, is_guest: bool, now: datetime) -> datetime | None:
    """Return when a guest ends: the end of a day in UTC, or a span from now. Raise InvalidData, UsageError."""
    if text is None:
        return None
    if not is_guest:
        raise UsageError("--until is for guests", hint="others belong to the vault until: nexcred member remove NAME")
    try:
        ends = _end_of(text, now)
    except OverflowError:
        raise _refused("--until", "is beyond all days") from None
    if ends <= now:
        raise _refused("--until", "is not in the future")
    return ends


def _end_of(text: str, now: datetime) -> datetime:
    try:
        day = datetime.fromisoformat(text.strip()).replace(tzinfo=UTC)
    except ValueError:
        return now + parse_span(text, "--until")
    return day.replace(hour=23, minute=59, second=59, microsecond=999_000)


def _refused(flag: str, problem: str) -> InvalidData:
    return InvalidData(f"{flag} {problem}", problems=(Problem(flag.removeprefix("--"), problem, f"{flag} 90d"),))


def parse_entered(expires: str | None, rotate_every: str | None, now: datetime) -> Entered:
    """Read `--expires` and `--rotate-every`; a day is over at its end here. Raise InvalidData."""
    never = expires is not None and _is_never(expires)
    ends = None if expires is None or never else _end_here(expires.strip(), now)
    days = None if rotate_every is None else parse_days(rotate_every, "--rotate-every") or 0
    return Entered(expires_at=ends, never_expires=never, rotate_every_days=days)


def parse_days(text: str, flag: str) -> int | None:
    """Return whole days, None for `never`; raise InvalidData that names the flag."""
    if _is_never(text):
        return None
    span = parse_span(text, flag)
    if span % _DAY or not _DAY <= span <= MAX_DAYS * _DAY:
        raise _refused(flag, f"takes whole days, 1d to {MAX_DAYS}d, or never")
    return span // _DAY


def parse_defaults(given: list[str] | None, flag: str) -> list[tuple[str, int | None]]:
    """Read each CONNECTOR=DAYS, or tag:TAG=DAYS; None for never. Raise UsageError, InvalidData."""
    found = []
    for one in given or ():
        what, equals, days = one.rpartition("=")
        if not equals or not what or what == "tag:":
            raise UsageError(
                f"{flag} takes CONNECTOR=DAYS or tag:TAG=DAYS", hint=f"for example: {flag} s3=90d, or {flag} s3=never"
            )
        found.append((what, parse_days(days, flag)))
    return found


def _end_here(text: str, now: datetime) -> datetime:
    try:
        day = _day(text)
        ends = now + parse_span(text, "--expires") if day is None else end_of(day)
    except InvalidData:
        raise _refused("--expires", "takes a day (2027-01-31), a time from now (90d), or never") from None
    except OverflowError:
        raise _refused("--expires", "is beyond all days") from None
    if ends <= now:
        raise _refused("--expires", "is not in the future")
    return ends


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _is_never(text: str) -> bool:
    return text.strip().lower() == "never"
