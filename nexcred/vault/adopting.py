"""One vault of two copies that were both written to: the changes of one come into the other, under an owner's word.

It is written as a backup is brought back: under a new vault key, a generation beyond both, and lists of now, each with
the number of that generation, so that nothing from before is newer. The roster's entry `restored` names the head of the
other copy, so that machines which saw either one go on without being asked.
"""

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from nexcred.errors import ChangedMeanwhile, Damaged, NotPermitted, Tampered
from nexcred.model.lifecycle import NO_POLICY, Exposure
from nexcred.vault.branches import Branch, Parted
from nexcred.vault.changes import NewRecord
from nexcred.vault.exposures import expose
from nexcred.vault.fetching import fetch
from nexcred.vault.history import past_before_gap
from nexcred.vault.new_values import new_record
from nexcred.vault.parted_records import Compared, Difference
from nexcred.vault.permission import refuse_where_moved
from nexcred.vault.policy import proved_policy
from nexcred.vault.restored_lists import proved_by
from nexcred.vault.restoring import LEAP
from nexcred.vault.roster import OWNER
from nexcred.vault.roster_replay import RESTORED
from nexcred.vault.sharing import complete, with_next_list
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Store
from nexcred.vault.transaction import Transaction
from nexcred.vault.transaction_tree import Lookup


class Adopted(NamedTuple):
    """What came of it. `disputed` do not prove themselves, and open for nobody until they are settled.

    Of `unnoted` it could not be noted in them who knows them: there was no room.
    """

    generation: int
    disputed: tuple[str, ...]
    unnoted: tuple[str, ...]


def refuse_unless_owner(base: Branch) -> None:
    member = base.state.roster.by_keys(base.state.identity.fingerprint)
    if member is None or member.role != OWNER:
        raise NotPermitted(
            "only an owner can bring two copies of the vault together", hint="see who is: nexcred member list"
        )


def adopt(
    store: Store,
    parted: Parted,
    compared: Compared,
    copy: Transaction,
    *,
    note_signed: Callable[[Iterable[bytes]], None] = lambda _: None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Adopted:
    """Write the result over the copy that it goes on with, which is what `store` holds and `copy` is of.

    `progress` is told how many credentials of how many are done. Call it inside `store.write()`. Raises NotPermitted,
    ChangedMeanwhile, and what writing a vault raises.
    """
    base, other = parted.base, parted.other
    refuse_where_moved(base.state)
    refuse_unless_owner(base)
    copy.generation = max(copy.generation, other.state.generation) + LEAP
    entry = {
        "op": RESTORED,
        "generation": copy.generation,
        "head": other.state.head.hash.hex(),
        "over": base.state.generation,
    }
    every = copy.begin_epoch(copy.roster.append(copy.author, copy.author.public, entry))
    newer = {_id_of(one): one for one in compared.differences if one.fate == "newer"}
    disputed = []
    present = (*every.credentials, *every.trash)
    others = [one for one in compared.differences if one.fate in ("added", "copied")]
    total = len(present) + len(others)
    apart = {_id_of(one) for one in compared.differences if one.fate in ("copied", "left_out")}
    exposed = _exposures_of(other, {found.overview.record_id for found in present} - apart)
    for done, found in enumerate(present):
        progress(done, total)
        follows = newer.get(found.overview.record_id)
        if follows is not None:
            _take(copy, other, follows, instead_of=found, exposed=_exposures_in(base.state, found))
        elif not _keep(copy, base, found, exposed.get(found.overview.record_id, ())):
            disputed.append(found.overview.name)
    for done, one in enumerate(others, len(present)):
        progress(done, total)
        if one.fate == "added":
            _take(copy, other, one, instead_of=None)
        else:
            _add(copy, other, one)
    progress(total, total)
    change = copy.finish(copy.now)
    note_signed(copy.signed)
    if not store.commit(change, base.state.sealed_head):
        raise ChangedMeanwhile("the vault was written to meanwhile", hint="look at it, then try again")
    return Adopted(copy.generation, tuple(sorted(disputed)), tuple(sorted(copy.unnoted)))


def _exposures_of(other: Branch, wanted: Collection[bytes]) -> dict[bytes, tuple[Exposure, ...]]:
    """Return what the other copy knows of who has these records: it stays so, whichever values are gone on with."""
    there = Transaction(other.state, other.snapshot).everything().credentials
    known = {one.overview.record_id: one for one in there if one.overview.record_id in wanted and one.overview.policy}
    return {record_id: _exposures_in(other.state, one) for record_id, one in known.items()}


def _exposures_in(state: VerifiedState, found: Lookup) -> tuple[Exposure, ...]:
    proved = proved_by(state, found)
    try:
        return () if proved is None else proved_policy(found.overview, proved).exposures
    except Tampered:
        return ()


def _keep(copy: Transaction, base: Branch, found: Lookup, exposed: tuple[Exposure, ...]) -> bool:
    """Keep a record as it is, under a new list; return False where nothing of it is proved."""
    proved = proved_by(base.state, found)
    overview = found.overview
    if proved is not None:
        grants, stated = proved.list.access.grants, proved.statement.revision
        overview = with_next_list(copy, overview, grants, revision=stated, pins=proved.pins, version=copy.generation)
        if exposed:
            overview = expose(copy, overview, copy.prove_after(overview), (), told=exposed)
    copy.put(overview, found.revision + 1, instead_of=found, to_members_only=proved is None)
    return proved is not None


def _take(
    copy: Transaction,
    other: Branch,
    one: Difference,
    *,
    instead_of: Lookup | None,
    exposed: tuple[Exposure, ...] = (),
) -> None:
    """Take a record over from the other copy, with its history, sealed to those who hold it in this one."""
    assert one.other is not None
    assert one.proved is not None
    overview, revision = one.other.overview._replace(name=one.name), one.other.revision
    if instead_of is not None:
        copy.drop_parts(overview.record_id, *instead_of.overview.records)
        revision = max(revision, instead_of.revision)
    past = past_before_gap(other.state, partial(fetch, other.snapshot), one.other.overview)
    for name in (*overview.records, *(part for digest, former in past for part in (digest, former.details))):
        copy.bring(fetch(other.snapshot, name))
    pins, stated = one.proved.pins, one.proved.statement.revision
    taken = with_next_list(copy, overview, one.grants, revision=stated, pins=pins, version=copy.generation)
    with suppress(Damaged):  # or whoever holds it is told by the next write that completes it
        taken = complete(copy, taken, one.proved, anew=True)
    now = copy.prove_after(taken)
    lost = [member for member in one.proved.list.holders() if member not in now.list.holders()]
    taken = expose(copy, taken, now, lost, told=exposed)
    copy.put(taken, revision + 1, instead_of=instead_of)


def _id_of(one: Difference) -> bytes | None:
    return None if one.base is None else one.base.overview.record_id


def _add(copy: Transaction, other: Branch, one: Difference) -> None:
    """Add the values of the other copy as a new record, created by whoever adopts."""
    assert one.other is not None
    assert one.details is not None
    overview = one.other.overview
    policy, proved = NO_POLICY, proved_by(other.state, one.other)
    with suppress(Tampered):
        policy = NO_POLICY if proved is None else proved_policy(overview, proved)
    kept = policy._replace(exposures=(), former=())
    draft = NewRecord(one.copy, overview.description, overview.tags, one.details, policy=kept)
    added = new_record(copy, draft, copy.now)
    # Its present values are the first revision of the copy, which has no others.
    told = [exposure for exposure in policy.exposures if exposure.revision == overview.version]
    knowing = [] if proved is None else [who for who in proved.list.holders() if who != copy.me]
    if told or knowing:
        added = expose(copy, added, copy.prove_after(added), knowing, told=told)
    assert copy.find(one.copy) is None  # as `compare` chose it
    copy.put(added, 1, instead_of=None)
