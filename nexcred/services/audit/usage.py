"""Where a credential is used, as far as this user's own log tells."""

from collections.abc import Iterable
from datetime import datetime
from typing import get_args

from nexcred.local.use_log import Handing, Use
from nexcred.model.named_tuple import NamedTuple

_HANDING: frozenset[str] = frozenset(get_args(Handing))


class Usage(NamedTuple):
    """When it was last used, None for never; and when for each project, by its folder, the latest first."""

    last_used_at: datetime | None
    projects: dict[str, datetime]


NEVER_USED = Usage(None, {})


def usage_of(uses: Iterable[Use], vault_id: str, record: str) -> Usage:
    """Find the uses of one record; `uses` are in the order of time."""
    last: datetime | None = None
    projects: dict[str, datetime] = {}
    for use in uses:
        if use.vault != vault_id or record not in use.records:
            continue
        if use.verb in _HANDING:
            last = use.at
        if use.project:
            projects.pop(use.project, None)
            projects[use.project] = use.at
    return Usage(last, dict(reversed(projects.items())))
