"""Ending older access lists in the roster: many records in one entry, since people are taken off by pattern."""

from collections.abc import Iterator, Sequence

from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.access_list import AccessList
from nexcred.vault.identity import Identity
from nexcred.vault.roster import OWNER, Roster
from nexcred.vault.roster_records import MOST_NAMED, MOST_RECORDS, Ended, write_unshared
from nexcred.vault.roster_replay import UNSHARE


class EndedLists(NamedTuple):
    """Lists of a record below that of `access` count no more; `taken_off` are member ids.

    Those who may only read from now on are among them: by an older list they could write again, and a record that they
    put in its place is not taken for it.
    """

    access: AccessList
    taken_off: tuple[bytes, ...]
    owners_only: bool = False


_Some = tuple[EndedLists, tuple[bytes, ...]]
_MOST_APART = 16


def with_ended_lists(roster: Roster, signer: Identity, ended: Sequence[EndedLists]) -> Roster:
    """Append them in as few entries as possible; raise NotPermitted where a member has no entries left."""
    if not ended:
        return roster
    member = roster.by_keys(signer.fingerprint)
    is_owner = member is not None and member.role == OWNER
    for body in _bodies(ended, is_owner=is_owner):
        roster = roster.append(signer, signer.public, {"op": UNSHARE, **body})
    return roster


def _bodies(ended: Sequence[EndedLists], *, is_owner: bool) -> Iterator[dict[str, object]]:
    groups: dict[tuple[bytes | None, bool], list[EndedLists]] = {}
    for one in ended:
        creator = None if is_owner else one.access.creator
        groups.setdefault((creator, one.owners_only and is_owner), []).append(one)
    for (creator, owners_only), group in groups.items():
        for some, who in _in_entries(group):
            records = [
                Ended(one.access.record_id if creator is None else one.access.salt, one.access.version) for one in some
            ]
            yield write_unshared(records, who, creator=creator, owners_only=owners_only)


def _in_entries(group: Sequence[EndedLists]) -> Iterator[tuple[list[EndedLists], list[bytes]]]:
    """Put records apart from which others were taken off: who an entry names is taken for off all of its records.

    Not where that would make many entries, of which a member has few: then more people count as knowing a record.
    """
    alike: dict[frozenset[bytes], list[_Some]] = {}
    for one in group:
        for start in range(0, max(1, len(one.taken_off)), MOST_NAMED):
            named = one.taken_off[start : start + MOST_NAMED]
            alike.setdefault(frozenset(named), []).append((one, named))
    if len(alike) > _MOST_APART:
        yield from _filled([one for some in alike.values() for one in some])
        return
    for some in alike.values():
        yield from _filled(some)


def _filled(parts: Sequence[_Some]) -> Iterator[tuple[list[EndedLists], list[bytes]]]:
    """Fill one entry after the other: with as many records, and as many people taken off, as one may name."""
    some: list[EndedLists] = []
    who: dict[bytes, None] = {}
    for one, named in parts:
        if some and (len(some) == MOST_RECORDS or len({*who, *named}) > MOST_NAMED):
            yield some, list(who)
            some, who = [], {}
        some.append(one)
        who |= dict.fromkeys(named)
    if some:
        yield some, list(who)
