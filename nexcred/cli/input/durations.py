"""A span of time that a flag takes."""

from datetime import timedelta

from nexcred.errors import InvalidData, Problem
from nexcred.model.span import FORM, read_span


def parse_span(text: str, flag: str) -> timedelta:
    """Raise InvalidData that names the flag."""
    span = read_span(text)
    if span is None:
        raise InvalidData(f"{flag} {FORM}", problems=(Problem(flag.removeprefix("--"), FORM, f"{flag} 14d"),))
    return span


def parse_seconds(text: str | None, flag: str) -> float | None:
    """Return a span of more than nothing in seconds, None where none was said; raise InvalidData."""
    if text is None:
        return None
    seconds = parse_span(text, flag).total_seconds()
    if not seconds:
        raise InvalidData(f"{flag} takes more than nothing")
    return seconds
