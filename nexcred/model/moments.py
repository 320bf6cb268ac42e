"""Times as people say them."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

# The whole program shows times by one clock; None is the machine's own.
_zone: tzinfo | None = None
_HOUR_S = 3600
_STEPS = ((60, 1, "s"), (3600, 60, "min"), (48 * 3600, 3600, "h"), (60 * 86400, 86400, "days"))


def show_utc() -> None:
    """Name days and minutes in UTC from now on."""
    global _zone  # noqa: PLW0603  as the settings say, once for the process
    _zone = UTC


def ago(moment: datetime, now: datetime) -> str:
    """Say how long ago a past moment was, or its date when that is months."""
    seconds = max(0, int((now - moment).total_seconds()))
    if seconds < 5:
        return "just now"
    words = _span(seconds)
    return f"{words} ago" if words else day(moment)


def until(moment: datetime, now: datetime) -> str:
    """Say in what time a moment comes, to the nearest hour or day, or that it has passed."""
    left = moment - now
    if left <= timedelta(0):
        return f"expired {ago(moment, now)}"
    words = _span(int(left.total_seconds()), nearest=True)
    return f"in {words}" if words else day(moment)


def day(moment: datetime) -> str:
    """Name its day here, where the machine is, or in UTC."""
    return moment.astimezone(_zone).date().isoformat()


def end_of(date: date) -> datetime:
    """Return the last millisecond of a day here, or in UTC; raise OverflowError for the last of all days."""
    last = datetime.combine(date, time.max, _zone).replace(microsecond=999_000)
    try:
        return last.astimezone(UTC)
    except (ValueError, OSError):
        raise OverflowError("that day ends beyond all days") from None


def minute(moment: datetime) -> str:
    """Name its minute here, and which clock that is."""
    return moment.astimezone(_zone).strftime("%Y-%m-%d %H:%M %Z")


def took(milliseconds: int) -> str:
    """Say how long something took, no more exactly than anybody cares."""
    if milliseconds < 1000:
        return f"{milliseconds} ms"
    seconds = milliseconds / 1000
    return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"


def _span(seconds: int, *, nearest: bool = False) -> str:
    for limit, unit, word in _STEPS:
        if seconds < limit:
            more = unit // 2 if nearest and unit >= _HOUR_S else 0
            return f"{(seconds + more) // unit} {word}"
    return ""
