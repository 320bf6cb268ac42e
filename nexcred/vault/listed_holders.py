"""Through which teams credentials are held, and who waits for a key: for display, as the overviews say."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from nexcred.errors import Damaged
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.access_list import TO_TEAM, AccessList
from nexcred.vault.fetching import fetch, fetch_many
from nexcred.vault.listed_members import named_members
from nexcred.vault.overview import Overview
from nexcred.vault.overviews import ignore, open_overviews
from nexcred.vault.record import lacking, read_header
from nexcred.vault.roster import GUEST, WRITERS, Member
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Snapshot


class ListedHolders(NamedTuple):
    """The ids of the teams that a credential is shared with.

    `waiting` are members on its proved list who have no key to it yet, `able` those who can seal it to them.
    """

    name: str
    teams: frozenset[bytes]
    waiting: tuple[bytes, ...]
    able: tuple[bytes, ...]


def listed_holders(state: VerifiedState, snapshot: Snapshot, digests: Sequence[bytes]) -> list[ListedHolders]:
    """Return what these overviews say, but for those that do not open; a guest is not told who waits."""
    overviews = [one for _, one in open_overviews(state, snapshot, digests, ignore)]
    waiting = {} if state.me.role == GUEST else dict(_waiting(state, snapshot, overviews))
    return [ListedHolders(one.name, _teams_of(one, state), *waiting.get(one.record_id, ((), ()))) for one in overviews]


def _teams_of(overview: Overview, state: VerifiedState) -> frozenset[bytes]:
    if not isinstance(overview.access, AccessList):
        return frozenset()
    named = {to for kind, to, _ in overview.access.grants if kind == TO_TEAM}
    return frozenset(named & state.roster.teams.keys())


def _waiting(
    state: VerifiedState, snapshot: Snapshot, overviews: Sequence[Overview]
) -> Iterator[tuple[bytes, tuple[tuple[bytes, ...], tuple[bytes, ...]]]]:
    """Yield the record id of each that somebody waits for, who that is, and who can seal it; by hints of the grants."""
    by_details = {one.details: one for one in overviews if isinstance(one.access, AccessList)}
    for name, record in _records(snapshot, by_details):
        overview = by_details[name]
        assert isinstance(overview.access, AccessList)
        with suppress(Damaged):  # that is told of elsewhere
            hint_key = state.index_keys_of(read_header(record).epoch).hint
            if not _without(record, named_members(overview.access, state.roster), hint_key):
                continue
            members = [state.roster.members[one] for one in state.prove(overview).list.holders()]
            without = _without(record, members, hint_key)
            able = tuple(one.id for one in members if one.role in WRITERS and one.id not in without)
            if without:
                yield overview.record_id, (tuple(without), able)


def _records(snapshot: Snapshot, wanted: dict[bytes, Overview]) -> Iterator[tuple[bytes, bytes]]:
    left = set(wanted)
    with suppress(Damaged):  # of one of them, and maybe of more
        for name, record in fetch_many(snapshot, wanted):
            left.discard(name)
            yield name, record
    for name in left:
        with suppress(Damaged):
            yield name, fetch(snapshot, name)


def _without(record: bytes, members: Sequence[Member], hint_key: bytes) -> list[bytes]:
    """Return the ids of those of these members who have no grant on a record, by its hints."""
    lacked = {one.fingerprint for one in lacking(record, [member.public for member in members], hint_key)}
    return [member.id for member in members if member.public.fingerprint in lacked]
