"""Past revisions of a credential's values, believed only along the hashes that lead back from the present statement."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime

from nexcred.errors import Damaged, NotPermitted, Tampered
from nexcred.model.credential import Person
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.authority import confirms
from nexcred.vault.overview import Overview
from nexcred.vault.overview_shown import to_person
from nexcred.vault.roster import Roster
from nexcred.vault.state import VerifiedState
from nexcred.vault.statements import hash_statement

HISTORY_KEPT = 10


class Revision(NamedTuple):
    """One revision of the values: when, by whom, and which fields changed."""

    version: int
    at: datetime
    by: Person
    changed: tuple[str, ...]


def past_overviews(
    state: VerifiedState, fetch: Callable[[bytes], bytes], current: Overview
) -> Iterator[tuple[bytes, Overview]]:
    """Yield digest and overview of each past revision that is kept, newest first; raise Tampered at a gap.

    `fetch` returns the record of a digest, or raises. The present statement is for the caller to prove.
    """
    overview, names = current, list(current.past)
    for _ in range(min(HISTORY_KEPT, current.version - 1)):
        if not names:
            raise Tampered(f"the history of '{current.name}' has a gap")
        past_digest = names.pop(0)
        _, past = state.open_overview(fetch(past_digest))
        if past.record_id != current.record_id or past.version != overview.version - 1:
            raise Tampered(f"the history of '{current.name}' leads to another one")
        if past.statement is None:
            names = list(past.past)  # version 1 names one at a time
        elif not _comes_before(past, overview, state.place.vault_id):
            raise Tampered(f"the history of '{current.name}' is not the one that its author signed")
        yield past_digest, past
        overview = past


def readable_past(
    state: VerifiedState, fetch: Callable[[bytes], bytes], current: Overview
) -> Iterator[tuple[bytes, Overview]]:
    """Yield past revisions as far back as this identity may read: a guest only those granted to it."""
    with suppress(NotPermitted):
        yield from past_overviews(state, fetch, current)


def past_before_gap(
    state: VerifiedState, fetch: Callable[[bytes], bytes], current: Overview
) -> Iterator[tuple[bytes, Overview]]:
    """Yield past revisions up to the first gap: a missing one must not keep anybody from writing new values."""
    with suppress(Damaged):
        yield from past_overviews(state, fetch, current)


def to_revision(overview: Overview, roster: Roster) -> Revision:
    return Revision(overview.version, overview.changed_at, to_person(overview.changed_by, roster), overview.changed)


def _comes_before(past: Overview, newer: Overview, vault_id: bytes) -> bool:
    if past.statement is None or newer.statement is None:
        return False
    expected, inherited = newer.statement.previous, newer.inherited
    if confirms(newer.statement, inherited, expected, vault_id, newer.record_id):
        assert inherited is not None
        expected = inherited.previous
    return hash_statement(past.statement, vault_id, past.record_id) == expected
