"""Times as nexcred writes them: aware, UTC, milliseconds, RFC 3339 with Z."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present, cut to milliseconds so that it survives being written and read."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def to_rfc3339(moment: datetime) -> str:
    in_utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return in_utc.isoformat("T", "milliseconds")[:23] + "Z"


def from_rfc3339(text: str) -> datetime:
    """Parse what `to_rfc3339` wrote, and any RFC 3339 time; raise ValueError for others."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise ValueError("the time has no zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # the first or the last day of the calendar, in another zone
        raise ValueError("the time is out of range") from None
