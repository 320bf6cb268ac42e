"""Spans of time as people type them: 90s, 30m, 1h, 14d, 2w."""

import re
from datetime import timedelta

FORM = "takes a number and a unit: 90s, 30m, 1h, 14d or 2w"
_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_SPAN = re.compile(r"(\d{1,6})([smhdw])")


def read_span(text: str) -> timedelta | None:
    """Return the span; None for any other form."""
    match = _SPAN.fullmatch(text.strip().lower())
    return timedelta(seconds=int(match[1]) * _UNITS_S[match[2]]) if match else None
