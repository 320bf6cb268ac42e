"""Whether the clock can be right: nothing that was written before now is from the future. No network is asked."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nexcred.services.doctor.check import Check, Status

NAME = "clock"
_TOLERATED = timedelta(minutes=5)
_WRONG = timedelta(days=1)
_HINT = "set the clock: sudo timedatectl set-ntp true"


def check_clock(now: datetime, written: Iterable[Path]) -> Check:
    """Compare with the times of files: the vault's, what this machine remembers, and nexcred's own."""
    newest = max((time for path in written if (time := _time_of(path)) is not None), default=None)
    ahead = newest - now if newest is not None else timedelta(0)
    if ahead <= _TOLERATED:
        return Check(NAME, Status.OK, f"it is {now:%Y-%m-%d %H:%M} UTC")
    detail = f"the clock says {now:%Y-%m-%d %H:%M} UTC, and a file of nexcred is from {newest:%Y-%m-%d %H:%M} UTC"
    return Check(NAME, Status.PROBLEM if ahead > _WRONG else Status.WARNING, detail, _HINT)


def _time_of(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, ValueError, OverflowError):
        return None
