"""Who holds what a backup brings back: nobody more than by the present list, where there is one.

What a list of a backup says of its own version is the word of who signed it, and who could write to the vault then can
write to a copy of it now.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from nexcred.errors import Damaged
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.access_list import TO_MEMBER, AccessGrant, AccessList
from nexcred.vault.authority import VerifiedList, VerifiedRecord, may_sign, verify_list
from nexcred.vault.overview import Overview
from nexcred.vault.roster import Roster
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Snapshot
from nexcred.vault.transaction import Transaction
from nexcred.vault.transaction_tree import Lookup


class Gain(NamedTuple):
    """A member who would gain credentials, by their names."""

    full_name: str
    names: tuple[str, ...]


class Present(NamedTuple):
    """A record as the vault has it: its list, which is proved, and its overview, of which nothing else is."""

    list: VerifiedList
    overview: Overview


class Judge:
    """Says whom a record of a backup comes back to: `now` are the records of the present vault by id."""

    def __init__(self, saved: Roster, now: Mapping[bytes, Present]) -> None:
        self._saved = saved
        self._now = now

    def grants(self, proved: VerifiedRecord, present: Roster) -> list[AccessGrant] | None:
        """Return what is granted still; None where only a person can say who is to hold it."""
        access = proved.list.access
        now = self._now.get(access.record_id)
        if now is None and not may_sign(access, access.signer, present):
            return None
        kept = self._capped(proved, now.list) if now is not None else self._not_taken_off(proved, present)
        there = [one for one in kept if one.to in (present.members if one.kind == TO_MEMBER else present.teams)]
        creator = present.id_of(access.creator)
        if there or creator in present.members:
            return there or None
        return [AccessGrant(TO_MEMBER, creator, 1)]  # who left: a list names somebody

    @staticmethod
    def _capped(proved: VerifiedRecord, now: VerifiedList) -> Iterator[AccessGrant]:
        """Yield what was granted, as far as it is by the present list."""
        direct = {(grant.kind, grant.to): grant.may for grant in now.access.grants}
        holders = now.holders()
        for grant in proved.list.access.grants:
            by_now = direct.get((grant.kind, grant.to), 0)
            if grant.kind == TO_MEMBER:
                by_now = holders.get(grant.to, 0)
            if by_now:
                yield grant._replace(may=min(grant.may, by_now))

    def _not_taken_off(self, proved: VerifiedRecord, present: Roster) -> Iterator[AccessGrant]:
        access = proved.list.access
        then, now = self._saved.members[access.signer], present.members[access.signer]
        # Who stole keys that were replaced since could write any version.
        since = access.version if then.public == now.public else 0
        off = present.taken_off(access.record_id, since=since)
        return (grant for grant in access.grants if grant.to not in off)


def records_of_now(base: VerifiedState, snapshot: Snapshot) -> dict[bytes, Present]:
    """Return each record that the vault has, by its newest proved list, whatever became of its values."""
    every = Transaction(base, snapshot).everything()
    found: dict[bytes, Present] = {}
    for one in (*every.credentials, *every.trash):
        access = one.overview.access
        known = found.get(one.overview.record_id)
        if isinstance(access, AccessList) and (known is None or known.list.access.version < access.version):
            with suppress(Damaged):
                verified = verify_list(access, base.roster, base.generation, one.overview.name)
                found[one.overview.record_id] = Present(verified, one.overview)
    return found


def proved_by(state: VerifiedState, found: Lookup) -> VerifiedRecord | None:
    try:
        return state.prove(found.overview)
    except Damaged:
        return None


def who_gains(
    records: Iterable[Lookup], saved: VerifiedState, now: Mapping[bytes, Present], present: Roster
) -> tuple[Gain, ...]:
    """Return who would hold more than now, with what, but for who asks."""
    judge, gained = Judge(saved.roster, now), dict[bytes, list[str]]()
    for found in records:
        proved = proved_by(saved, found)
        grants = None if proved is None else judge.grants(proved, present)
        if proved is None or not grants:
            continue
        known = now.get(found.overview.record_id)
        held = {} if known is None else known.list.holders()
        after = VerifiedList(proved.list.access._replace(grants=tuple(grants)), present).holders()
        for one, may in after.items():
            if may > held.get(one, 0) and one != saved.me.id:
                gained.setdefault(one, []).append(found.overview.name)
    return tuple(Gain(present.name_of(one), tuple(sorted(names))) for one, names in gained.items())
