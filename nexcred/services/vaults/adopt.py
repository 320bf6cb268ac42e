"""Adopting a copy of this vault that was written to elsewhere, so that one has the changes of both."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from nexcred.errors import ChangedMeanwhile, RolledBack, UsageError
from nexcred.local.anchors import AnchorFile
from nexcred.model.secret import repr_of
from nexcred.services.vaults.opening import memory_of
from nexcred.stores.copy import copy_vault, place_aside, put_in_place
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.adopting import Adopted, adopt, refuse_unless_owner
from nexcred.vault.anchor import Anchor
from nexcred.vault.belief import Belief
from nexcred.vault.branches import Branch, Parted, part, stands_on
from nexcred.vault.identity import Identity
from nexcred.vault.kept_roster import seal_kept_roster, whose_roster
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.open_state import open_state
from nexcred.vault.parted_records import Compared, Difference, compare
from nexcred.vault.remembered_records import RememberedRecords
from nexcred.vault.roster import Roster, Seen
from nexcred.vault.store import Snapshot, Store
from nexcred.vault.transaction import Transaction

Progress = Callable[[int, int], None]
# What values are called that cannot follow, after the name of their credential.
FROM_FILE, FROM_HERE = "from the other copy", "from this machine's copy"


class Place(NamedTuple):
    """The vault of this machine, who opens it, and the rosters that an identity or a checkpoint knows of.

    `fixed` are those of what cannot be told of another roster, as a file with an identity.
    """

    store: Store
    identity: Identity
    anchors: AnchorFile
    known: Sequence[Seen]
    fixed: Sequence[Seen]


class AdoptPlan(NamedTuple):
    """What adopting a file would do. `is_here` says that the vault goes on with the copy of this machine.

    Where it `follows`, the copy that it goes on with has all already, and nothing is written anew. `is_done` says that
    this is the copy here, and the one that this machine knows. `heads` are those of both copies, sealed.
    """

    vault_id: bytes
    is_here: bool
    follows: bool
    is_done: bool
    since: datetime
    differences: tuple[Difference, ...]
    rosters: tuple[Roster, Roster]
    heads: tuple[bytes, bytes]

    @property
    def is_same(self) -> bool:
        """True where the file holds the same last write as the copy here."""
        return self.is_done and self.heads[0] == self.heads[1]

    def __repr__(self) -> str:
        return repr_of(self)


class Done(NamedTuple):
    """The result; `aside` is where the replaced file is kept, `adopted` what was brought together, if anything was."""

    anchor: Anchor
    aside: Path | None
    adopted: Adopted | None


def plan_adopt(place: Place, file: SqliteStore) -> AdoptPlan:
    """Return what would be done; raise Replaced, RolledBack, NotPermitted, Tampered where it may not be."""
    with place.store.read() as here, file.read() as there:
        return _look(place, here, there).plan


def carry_out(
    place: Place,
    file: SqliteStore,
    plan: AdoptPlan,
    now: datetime,
    *,
    progress: Progress = lambda _done, _total: None,
) -> Done:
    """Do what was planned; raise ChangedMeanwhile where either copy is not the one that was told of.

    `progress` is told how many credentials of how many are done.
    """
    if plan.is_here and plan.follows:
        return _remembered(place, None, None)
    path = place.store.path
    aside = None if path is None else place_aside(path, f"{now:%Y%m%dT%H%M%SZ}")
    if plan.is_here:
        if aside is not None:
            with place.store.read() as snapshot:
                copy_vault(snapshot, aside, plan.rosters[0].leaps)
        with file.read() as there, place.store.write() as here:
            adopted = _write(place, place.store, _look_again(plan, place, here, there), now, progress)
        return _remembered(place, aside, adopted)
    if path is None or aside is None:
        raise UsageError(
            "the vault is not in a file, and the other copy cannot take its place",
            hint="bring single values over with: nexcred get NAME/FIELD --vault FILE",
        )
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)  # what a crash left
    merged: Adopted | None = None
    with place.store.write() as here:
        with file.read() as snapshot:
            copy_vault(snapshot, new, plan.rosters[1].leaps)
        copied = SqliteStore(new)
        with copied.write() as there:
            found = _look_again(plan, place, here, there)
            if not plan.follows:
                merged = _write(place, copied, found, now, progress)
        put_in_place(new, path, aside)
    return _remembered(place, aside, merged)


class _Looked(NamedTuple):
    plan: AdoptPlan
    parted: Parted
    compared: Compared

    def __repr__(self) -> str:
        return repr_of(self)


def _look(place: Place, here: Snapshot, there: Snapshot) -> _Looked:
    branches = _branches(place, here, there)
    parted = part(*branches)
    _refuse_shorter(parted, place)
    is_here = parted.base.state is branches[0].state
    memory, vault_id = memory_of(place.store, place.anchors), parted.base.state.place.vault_id
    remembered = RememberedRecords(memory, place.identity, vault_id)
    compared = compare(parted, remembered, FROM_FILE if is_here else FROM_HERE)
    plan = AdoptPlan(
        vault_id,
        is_here,
        follows=_may_follow(place, parted, compared),
        is_done=is_here and parted.is_contained and branches[0].is_mine,
        since=parted.since,
        differences=compared.differences,
        rosters=(branches[0].state.roster, branches[1].state.roster),
        heads=(branches[0].state.sealed_head, branches[1].state.sealed_head),
    )
    if not plan.follows:
        refuse_unless_owner(parted.base)
    return _Looked(plan, parted, compared)


def _branches(place: Place, here: Snapshot, there: Snapshot) -> tuple[Branch, Branch]:
    """Open both; raise RolledBack where neither came from what this machine saw last."""
    states = [open_state(one, place.identity, _lenient()) for one in (here, there)]
    anchor = place.anchors.of_vault(states[0].place.vault_id)
    if anchor is None:
        raise RolledBack("this machine has not seen the vault before", hint="open it first: nexcred list")
    stand = [stands_on(state, snapshot, anchor) for state, snapshot in zip(states, (here, there), strict=True)]
    if not any(stand):
        raise RolledBack(
            "neither the vault here nor the file comes from what this machine last saw of the vault",
            hint="look for another copy, or ask an owner for the line of `nexcred vault checkpoint`, then:"
            " nexcred vault accept LINE",
        )
    return Branch(states[0], here, is_mine=stand[0]), Branch(states[1], there, is_mine=not stand[0])


def _lenient() -> Belief:
    """Open a copy by itself: what this machine remembers is compared here."""
    return Belief(ProcessMemory(), accept_rollback=True)


def _refuse_shorter(parted: Parted, place: Place) -> None:
    """Raise RolledBack where somebody knows of more people, or of fewer, than the vault would have.

    What this machine's own copy has more by then, takes nobody in and nothing away.
    """
    base, other = parted.base.state.roster, parted.other
    anchor = place.anchors.of_vault(base.vault_id)
    seen = [] if anchor is None else [Seen(anchor.roster_length, anchor.roster_hash)]
    by_other = other.state.roster.extends if other.is_mine else base.extends
    is_known = all(base.extends(one) or by_other(one) for one in (*seen, *place.known))
    if not is_known or not all(map(base.extends, place.fixed)):
        raise RolledBack(
            "somebody joined, left, or got new keys, as far as this machine or this identity knows, and the copy on"
            " which the vault would go on does not know of it"
        )


def _may_follow(place: Place, parted: Parted, compared: Compared) -> bool:
    """True where one copy has all, and comes from what this machine saw last, or by an owner's word counts for it."""
    if not parted.is_contained and (parted.base.is_mine or not compared.brings_nothing):
        return False
    base, anchor = parted.base, place.anchors.of_vault(parted.base.state.place.vault_id)
    if anchor is None:
        return False
    least = max(anchor.generation, parted.other.state.roster.restored_generation)
    is_owners = base.state.roster.restored_generation > least
    return is_owners or stands_on(base.state, base.snapshot, anchor)


def _look_again(plan: AdoptPlan, place: Place, here: Snapshot, there: Snapshot) -> _Looked:
    """Raise ChangedMeanwhile where either copy is not what was told of: a yes is a yes to that alone."""
    if (here.head(), there.head()) != plan.heads:
        raise ChangedMeanwhile("one of the two copies changed meanwhile", hint="look at it, then try again")
    return _look(place, here, there)


def _write(place: Place, store: Store, found: _Looked, now: datetime, progress: Progress) -> Adopted:
    base = found.parted.base
    note_signed = partial(memory_of(place.store, place.anchors).note_signed, found.plan.vault_id)
    copy = Transaction(base.state, base.snapshot, now=now)
    return adopt(store, found.parted, found.compared, copy, note_signed=note_signed, progress=progress)


def _remembered(place: Place, aside: Path | None, adopted: Adopted | None) -> Done:
    """Remember the vault as it is now as the newest on this machine."""
    with place.store.read() as snapshot:
        state = open_state(snapshot, place.identity, _lenient())
    place.anchors.accept(place.store.location, state.anchor)
    kept, whose = seal_kept_roster(state.roster, state.identity), whose_roster(state.identity)
    memory_of(place.store, place.anchors).keep_roster(state.place.vault_id, kept, whose)
    return Done(state.anchor, aside, adopted)
