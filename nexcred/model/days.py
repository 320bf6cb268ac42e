"""Days that requests name beside the values: `today`, `today-7d`, `today+1d`, in UTC."""

import re
from datetime import UTC, datetime, timedelta

TODAY = "today"
_DAY = re.compile(rf"{TODAY}(?:([+-][1-9][0-9]{{0,3}})d)?")


def is_day(name: str) -> bool:
    """True for a name that stands for a day."""
    return _DAY.fullmatch(name) is not None


def day_of(name: str, now: datetime) -> str:
    """Return the day, as ISO 8601 writes it, that such a name stands for."""
    match = _DAY.fullmatch(name)
    assert match
    return (now.astimezone(UTC) + timedelta(days=int(match[1] or 0))).date().isoformat()
