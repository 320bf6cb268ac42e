"""Times as nexcred writes them: aware, UTC, milliseconds, RFC 3339 with Z."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present, cut to milliseconds so that it survives being written and read."""
    return _cut(datetime.now(UTC))


def to_rfc3339(moment: datetime) -> str:
    in_utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return in_utc.isoformat("T", "milliseconds")[:23] + "Z"


def from_rfc3339(text: str) -> datetime:
    """Parse what `to_rfc3339` wrote, and any RFC 3339 time, cut to milliseconds; raise ValueError for others."""
    moment = datetime.fromisoformat(text)
    if moment.microsecond % 1000:
        moment = _cut(moment)
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise ValueError("the time has no zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # the first or the last day of the calendar, in another zone
        raise ValueError("the time is out of range") from None


def _cut(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
