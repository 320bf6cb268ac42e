"""When a credential ends and its secret is due: what was entered for it, and the defaults that an owner set.

The defaults are settings in the roster, signed: `expires:X` and `rotate-every:X` are days from the last change of a
secret, where X is a connector's name or `tag:` and a tag. Of several that hold for one credential the shortest counts.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from nexcred.model.lifecycle import MAX_DAYS, NO_POLICY, Policy, Terms
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of

EXPIRES, ROTATE_EVERY = "expires:", "rotate-every:"
ROTATE_IN_PLACE = "rotate-in-place"
TAG = "tag:"
_LAST = datetime.max.replace(microsecond=999_000, tzinfo=UTC)


class Defaults(NamedTuple):
    """Days by connector, or `tag:` and a tag. `rotate_in_place` lets many be rotated whose old key ends at once."""

    expires: Mapping[str, int]
    rotate_every: Mapping[str, int]
    rotate_in_place: bool

    def __repr__(self) -> str:
        return repr_of(self, "rotate_in_place")


def defaults_in(settings: Mapping[str, object]) -> Defaults:
    """Read them out of the settings of a roster; what is none, of a newer version, counts as not set."""
    return Defaults(
        _days(settings, EXPIRES), _days(settings, ROTATE_EVERY), rotate_in_place=settings.get(ROTATE_IN_PLACE) is True
    )


def terms_of(
    policy: Policy | None,
    settings: Mapping[str, object],
    connector: str,
    tags: Sequence[str],
    *,
    secret_at: datetime,
    provided_at: datetime | None,
) -> Terms:
    """Join what holds for a credential, whose secret was changed last at `secret_at`."""
    entered, defaults = policy or NO_POLICY, defaults_in(settings)
    is_entered = entered.never_expires or entered.expires_at is not None
    days = None if is_entered else _shortest(defaults.expires, connector, tags)
    every, is_default = entered.rotate_every_days, entered.rotate_every_days is None
    if every is None:
        every = _shortest(defaults.rotate_every, connector, tags)
    return Terms(
        provided_at=provided_at,
        entered_at=entered.expires_at,
        default_at=None if days is None else _after(secret_at, days),
        rotate_every_days=every or None,
        is_rotate_default=bool(every) and is_default,
        due_at=_after(secret_at, every) if every else None,
    )


def _days(settings: Mapping[str, object], prefix: str) -> dict[str, int]:
    found = {key.removeprefix(prefix): value for key, value in settings.items() if key.startswith(prefix)}
    return {one: days for one, days in sorted(found.items()) if type(days) is int and 0 < days <= MAX_DAYS}


def _shortest(defaults: Mapping[str, int], connector: str, tags: Sequence[str]) -> int | None:
    return min((defaults[one] for one in (connector, *(TAG + tag for tag in tags)) if one in defaults), default=None)


def _after(moment: datetime, days: int) -> datetime:
    try:
        return moment + timedelta(days=days)
    except OverflowError:  # a member may write any time
        return _LAST
