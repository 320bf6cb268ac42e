"""Read a time as providers write it: RFC 3339, also with a space before the zone, Unix seconds or milliseconds."""

import re
from datetime import UTC, datetime

_SPACED_ZONE = re.compile(r" (?:UTC|([+-][0-9]{4}))$")
_FIRST_MILLISECONDS = 1e11  # as seconds this is the year 5138


def parse_timestamp(value: object) -> datetime | None:
    """Return the aware time, or None for anything that is not one."""
    try:
        if isinstance(value, str) and not _is_number(value):
            moment = datetime.fromisoformat(_SPACED_ZONE.sub(lambda zone: zone[1] or "Z", value.strip()))
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return None
        seconds = float(value)
        return datetime.fromtimestamp(seconds / 1000 if seconds > _FIRST_MILLISECONDS else seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def http_date(text: str) -> datetime | None:
    """Read a Date or Retry-After header (RFC 9110, 5.6.7); None for anything else."""
    from email.utils import parsedate_to_datetime  # a fifteenth of a kept token, and few answers have such a time

    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_number(text: str) -> bool:
    return text.isascii() and text.strip().replace(".", "", 1).isdigit() and len(text) < 20
