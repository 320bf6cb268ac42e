"""When a vault that lies elsewhere is read from what this machine read before."""

from collections.abc import Callable
from datetime import datetime, timedelta

from nexcred.errors import StoreUnreachable, UsageError
from nexcred.local.vault_names import OFFLINE_MOST
from nexcred.model.named_tuple import NamedTuple


class Offline(NamedTuple):
    """`may` is False where only the present state will do; with `only` the place of the vault is not even asked.

    `most` is the greatest age of a state that is read instead.
    """

    may: bool = True
    only: bool = False
    most: timedelta = OFFLINE_MOST


AS_USUAL = Offline()


def decide_offline(*, offline: bool, fresh: bool) -> Offline:
    """Return what the options of these names mean; raise UsageError for both."""
    if offline and fresh:
        raise UsageError("--offline and --fresh exclude each other", hint="give one of them")
    return Offline(may=not fresh, only=offline)


def read_instead(
    offline: Offline, unreachable: StoreUnreachable, as_of: datetime, now: datetime, warn: Callable[[str], None]
) -> None:
    """Warn that a state of an earlier time is read; raise StoreUnreachable where it may not be.

    `as_of` is when the place of the vault last answered, by this machine's clock.
    """
    if not offline.may:
        raise unreachable
    age = now - as_of
    if age > offline.most:
        raise StoreUnreachable(
            f"{unreachable.message}; what was read last is {_shown(age)} old, and read for {_shown(offline.most)} only",
            hint=unreachable.hint,
        )
    told = f"this is the vault as it was {_shown(max(age, timedelta()))} ago"
    warn(told if offline.only else f"{unreachable.message}: {told}")


def _shown(age: timedelta) -> str:
    for unit, seconds in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        count = int(age.total_seconds() // seconds)
        if count:
            return f"{count} {unit}{'s' if count != 1 else ''}"
    return "less than a minute"
