"""Spans of time as people write them: 90s, 15m, 1h, 14d, 2w."""

import re
from datetime import timedelta

from nexcred.errors import InvalidData

_DURATION = re.compile(r"([0-9]{1,6})(s|m|h|d|w)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_duration(text: str, flag: str) -> timedelta:
    """Return the span; raise InvalidData that names the flag."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise InvalidData(f"{flag} takes a time such as 90s, 15m, 1h, 14d or 2w")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
