"""Past revisions of a credential's values, believed only along the hashes that lead there from the signed head."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from nexcred.errors import NotPermitted, Tampered
from nexcred.model.credential import Person
from nexcred.vault.overview import Overview, to_person
from nexcred.vault.roster import Roster
from nexcred.vault.state import State

HISTORY_KEPT = 10


class Revision(NamedTuple):
    """One revision of the values: when, by whom, and which fields changed."""

    version: int
    at: datetime
    by: Person
    changed: tuple[str, ...]


def past_overviews(
    state: State, fetch: Callable[[bytes], bytes], current: Overview
) -> Iterator[tuple[bytes, Overview]]:
    """Yield digest and overview of each past revision that is kept, newest first; raise Tampered at a gap.

    `fetch` returns the record of a digest, or raises.
    """
    overview = current
    for _ in range(min(HISTORY_KEPT, current.version - 1)):
        if overview.previous is None:
            raise Tampered("the history of a credential has a gap")
        past_digest = overview.previous
        _, past = state.open_overview(fetch(past_digest))
        if past.access.record_id != current.access.record_id or past.version != overview.version - 1:
            raise Tampered("the history of a credential leads to another one")
        yield past_digest, past
        overview = past


def readable_past(state: State, fetch: Callable[[bytes], bytes], current: Overview) -> Iterator[tuple[bytes, Overview]]:
    """Yield past revisions as far back as this identity may read: a guest not beyond what was granted to him."""
    with suppress(NotPermitted):
        yield from past_overviews(state, fetch, current)


def to_revision(overview: Overview, roster: Roster) -> Revision:
    return Revision(overview.version, overview.changed_at, to_person(overview.changed_by, roster), overview.changed)
