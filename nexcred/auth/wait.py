"""How long an answer asks to wait, in the forms that providers have for it."""

import re
from datetime import datetime

from nexcred.auth.flow import Response
from nexcred.auth.timestamp import http_date, parse_timestamp

LONGEST_WAIT_S = 86_400.0
# Seconds, a Unix time in seconds or milliseconds, a length such as 6m0s, or a time of day.
_RESETS = (
    "x-ratelimit-reset",
    "x-rate-limit-reset",
    "ratelimit-reset",
    "x-ratelimit-reset-requests",
    "x-ratelimit-reset-tokens",
    "anthropic-ratelimit-requests-reset",
    "anthropic-ratelimit-tokens-reset",
)
_LONGEST_HEADER = 300
# Compiled when they are first needed.
_LENGTH = r"(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?"
# IETF draft "RateLimit header fields": `"default";r=0;t=30`, before that `limit=100, remaining=0, reset=30`.
_RATE_LIMIT = r"(?:\bt|\breset)\s*=\s*(\d{1,12})\b"


def retry_after_s(response: Response, now: datetime) -> float | None:
    """Return the seconds to wait, within a day; None where the answer does not say, or not readably.

    Retry-After (RFC 9110, 10.2.3) comes first, its milliseconds before it, then what names the end of the window.
    """
    headers = {name: value.strip() for name, value in response.headers.items() if len(value) < _LONGEST_HEADER}
    if wait := headers.get("retry-after-ms", ""):
        milliseconds = _number(wait)
        if milliseconds is not None:
            return _bounded(milliseconds / 1000)
    if wait := headers.get("retry-after", ""):
        seconds = _number(wait)
        return _bounded(seconds if seconds is not None else _seconds_until(wait, response, now))
    if found := re.search(_RATE_LIMIT, headers.get("ratelimit", "")):
        return _bounded(float(found[1]))
    for name in _RESETS:
        seconds = _until_reset(headers.get(name, ""), now)
        if seconds is not None:
            return _bounded(seconds)
    return None


def _until_reset(reset: str, now: datetime) -> float | None:
    number = _number(reset)
    if number is not None:
        if number > 1e11:  # milliseconds
            number /= 1000
        return number - now.timestamp() if number > 1e9 else number
    length = re.fullmatch(_LENGTH, reset) if reset else None
    if length:
        hours, minutes, seconds, milliseconds = (float(part or 0) for part in length.groups())
        return hours * 3600 + minutes * 60 + seconds + milliseconds / 1000
    moment = _moment(reset)
    return None if moment is None else (moment - now).total_seconds()


def _number(text: str) -> float | None:
    return float(text) if text.isascii() and text.replace(".", "", 1).isdigit() else None


def _seconds_until(date: str, response: Response, now: datetime) -> float | None:
    """Count from the provider's own clock when the answer tells it."""
    until, present = _moment(date), http_date(response.headers.get("date", "")) or now
    return None if until is None else (until - present).total_seconds()


def _moment(text: str) -> datetime | None:
    """Read a date of HTTP, or of RFC 3339 as some write it there."""
    if not text:
        return None
    return http_date(text) or (parse_timestamp(text) if text[:4].isdigit() and "-" in text else None)


def _bounded(seconds: float | None) -> float | None:
    return None if seconds is None else min(max(seconds, 0.0), LONGEST_WAIT_S)
