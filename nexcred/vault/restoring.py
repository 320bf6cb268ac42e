"""Bringing records of a backup back, under a head and an access list of now: nobody comes back with them.

An owner does it. What verifies under the backup's own roster, which the vault's extends, gets a list at the new
generation, of who was on it, is still here, and holds it now; where the vault has it no more, of who was not taken off
since. The rest is brought back as it is, and stays disputed.
"""

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from nexcred.errors import (
    ChangedMeanwhile,
    Damaged,
    InvalidData,
    NotPermitted,
    Replaced,
    RolledBack,
    Tampered,
    VaultExists,
)
from nexcred.model.lifecycle import Exposure
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.access_list import AccessList
from nexcred.vault.authority import VerifiedList
from nexcred.vault.belief import FARTHEST
from nexcred.vault.exposures import expose
from nexcred.vault.fetching import fetch
from nexcred.vault.overview import Overview
from nexcred.vault.permission import refuse_where_moved
from nexcred.vault.policy import proved_policy
from nexcred.vault.restored_lists import Judge, Present, proved_by, records_of_now
from nexcred.vault.roster import GUEST, OWNER, Roster
from nexcred.vault.roster_replay import RESTORED
from nexcred.vault.sharing import with_next_list
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Change, Snapshot, Store
from nexcred.vault.transaction import Transaction
from nexcred.vault.transaction_tree import Lookup
from nexcred.vault.tree import LEAVES

# So far beyond everything that was seen does a restored state stand, that no head in flight is taken for it.
LEAP = 65_536


class Restored(NamedTuple):
    """What came of it. `disputed` are brought back and open for nobody until settled.

    `without_holder` have nobody left. Of `unnoted` it could not be noted in them who knows them: there was no room.
    """

    generation: int
    credentials: int
    disputed: tuple[str, ...]
    without_holder: tuple[str, ...]
    unnoted: tuple[str, ...]


def refuse_to_restore(present: Roster, saved: VerifiedState) -> None:
    """Raise unless the backup's roster is a part of the one that is known, and an owner asks."""
    if saved.roster.is_first_format:
        raise Tampered(
            "this backup is of version 1",
            hint="open it by itself, with --vault FILE, and bring it over: nexcred vault upgrade",
        )
    if saved.roster.vault_id != present.vault_id:
        raise Replaced("this is a backup of another vault")
    if not present.extends(saved.roster.seen):
        raise RolledBack(
            "the backup's list of who belongs to the vault is not a part of the one that is known here",
            hint="take single values out of it with: nexcred get NAME/FIELD --vault FILE",
        )
    member = present.by_keys(saved.identity.fingerprint)
    if member is None or member.role != OWNER:
        raise NotPermitted("only an owner of the vault brings a backup back", hint="see who is: nexcred member list")


def restore(
    store: Store,
    base: VerifiedState,
    base_snapshot: Snapshot,
    saved: VerifiedState,
    saved_snapshot: Snapshot,
    *,
    roster: Roster,
    seen_generation: int,
    now: datetime,
    note_signed: Callable[[Iterable[bytes]], None] = lambda _: None,
) -> Restored:
    """Write the backup's records over what is in the store, whose state `base` is, or into an empty one.

    `base` is the backup itself where nothing usable is left; `roster` the longest that is proved. `note_signed` hears
    the hashes of the lists that are signed for it, before they are written. Call it inside `store.write()`.
    Raises ChangedMeanwhile, VaultExists, and what writing a vault raises.
    """
    refuse_to_restore(roster, saved)
    if base is not saved:
        refuse_where_moved(base)
    _refuse_another_line(base, saved)
    _refuse_counted_on(saved, max(seen_generation, 0 if base is saved else base.generation))
    there = {} if base is saved else records_of_now(base, base_snapshot)
    judge = Judge(saved.roster, there)
    copy = Transaction(base, base_snapshot, now=now)
    copy.generation = max(seen_generation, base.generation, saved.generation) + LEAP
    over = {"head": base.head.hash.hex(), "over": base.generation}
    body = {"op": RESTORED, "generation": copy.generation, **over}
    copy.begin_empty_epoch(roster.append(copy.author, copy.author.public, body))
    reading = Transaction(saved, saved_snapshot)
    every = reading.everything()
    disputed, without_holder = [], []
    for found in (*every.credentials, *every.trash):
        copy.drop(found.digest)
        overview = _brought_back(copy, reading, found, judge, there.get(found.overview.record_id))
        if overview is None:
            disputed.append(found.overview.name)
            copy.put(found.overview, found.revision + 1, instead_of=None, to_members_only=True)
        elif not _is_held(copy, overview):
            without_holder.append(overview.name)
    if not store.keeps_slots and base_snapshot.slots():
        copy.set_slots(())
    change = _whole(copy.finish(now), base is not saved, base_snapshot, saved_snapshot)
    note_signed(copy.signed)
    expected = base.sealed_head if base is not saved else None
    if not store.commit(change, expected):
        if expected is None:
            raise VaultExists("there is a vault here already", hint="see it with: nexcred vault status")
        raise ChangedMeanwhile("the vault was written to meanwhile", hint="look at it, then try again")
    return Restored(
        copy.generation,
        len(every.credentials),
        tuple(sorted(disputed)),
        tuple(sorted(without_holder)),
        tuple(sorted(copy.unnoted)),
    )


def _brought_back(
    copy: Transaction, reading: Transaction, found: Lookup, judge: Judge, present: Present | None
) -> Overview | None:
    """Put a record with a list of now, and return it; None for one of which only a person can say who holds it."""
    proved = proved_by(reading.state, found)
    grants = None if proved is None else judge.grants(proved, copy.roster)
    if proved is None or grants is None:
        return None
    overview = with_next_list(
        copy,
        found.overview,
        grants,
        revision=proved.statement.revision,
        pins=proved.pins,
        version=copy.generation,
    )
    told = _with_exposures(copy, reading, overview, proved.list, present)
    try:
        copy.put(told, found.revision + 1, instead_of=None)
    except InvalidData:  # somebody filled it up to the end
        copy.unnoted.append(overview.name)
        copy.put(overview, found.revision + 1, instead_of=None)
    return overview


def _with_exposures(
    copy: Transaction, reading: Transaction, overview: Overview, then: VerifiedList, present: Present | None
) -> Overview:
    """Return the record with who is known to know it by now, and with who held it, then or now, and does not any more.

    Of who knows a later revision nobody knows whether they held this one too: that counts.
    """
    assert isinstance(overview.access, AccessList)
    after = VerifiedList(overview.access, copy.roster).holders()  # which this change has signed
    told: tuple[Exposure, ...] = ()
    held = dict.fromkeys(then.holders())
    if present is not None:
        held |= dict.fromkeys(present.list.holders())
        told = _exposures_of(copy, present.overview)
    lost = [one for one in held if one not in after]
    if not told and not lost:
        return overview
    return expose(copy, overview, copy.prove_after(overview), lost, told=told, history=reading)


def _exposures_of(copy: Transaction, present: Overview) -> tuple[Exposure, ...]:
    if present.policy is None:
        return ()
    try:
        return proved_policy(present, copy.state.prove(present)).exposures
    except Damaged:
        return ()


def _is_held(copy: Transaction, overview: Overview) -> bool:
    assert isinstance(overview.access, AccessList)
    return any(grant.to in copy.roster.members or grant.to in copy.roster.teams for grant in overview.access.grants)


def knows_keys_of(base: VerifiedState, saved: VerifiedState) -> bool:
    """True when the vault keys of the backup are those that the vault had then: what they sealed must open."""
    return all(base.vault_keys.get(epoch) == key for epoch, key in saved.vault_keys.items())


def _refuse_another_line(base: VerifiedState, saved: VerifiedState) -> None:
    if saved.me.role == GUEST:
        raise NotPermitted(
            "this identity was a guest of the vault when the backup was made, and has none of the keys of then",
            hint="an owner restores it who was a member by then",
        )
    if not knows_keys_of(base, saved):
        raise RolledBack(
            "the vault went on under other keys than the backup knows",
            hint="take single values out of it with: nexcred get NAME/FIELD --vault FILE",
        )


def _refuse_counted_on(saved: VerifiedState, known: int) -> None:
    """Raise RolledBack for a number of writes that would leave none: what is brought back stands beyond it."""
    if known and saved.generation > known + FARTHEST:
        raise RolledBack("the backup says that it has had more writes than the vault can have had")


def _whole(change: Change, is_over: bool, base_snapshot: Snapshot, saved_snapshot: Snapshot) -> Change:
    """Let the records of the backup come along, and those go that nothing leads to any more."""
    there = set(base_snapshot.item_digests()) if is_over else set()
    wanted = set(saved_snapshot.item_digests()) - set(change.dropped_items)
    items = ChainMap(dict(change.items), _Items(saved_snapshot, wanted - there))  # type: ignore[arg-type]
    return change._replace(
        items=items,
        dropped_items=tuple(there - wanted - set(change.items)),
        slots=saved_snapshot.slots() if change.slots is None and not is_over else change.slots,
    )


class _Items(Mapping[bytes, bytes]):
    """Records of a snapshot, read when they are wanted."""

    def __init__(self, snapshot: Snapshot, names: set[bytes]) -> None:
        self._snapshot = snapshot
        self._names = names

    def __getitem__(self, name: bytes) -> bytes:
        if name not in self._names:
            raise KeyError
        return fetch(self._snapshot, name)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


assert LEAVES == 256
