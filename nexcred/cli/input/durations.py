"""Spans of time as people type them: 90s, 30m, 1h, 14d, 2w."""

import re
from datetime import timedelta

from nexcred.errors import InvalidData, Problem

_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_SPAN = re.compile(r"(\d{1,6})([smhdw])")


def parse_span(text: str, flag: str) -> timedelta:
    """Raise InvalidData that names the flag."""
    match = _SPAN.fullmatch(text.strip().lower())
    if match is None:
        problem = "takes a number and a unit: 90s, 30m, 1h, 14d or 2w"
        raise InvalidData(f"{flag} {problem}", problems=(Problem(flag.removeprefix("--"), problem, f"{flag} 14d"),))
    return timedelta(seconds=int(match[1]) * _UNITS_S[match[2]])
