"""The trash: what was removed stays for 30 days, and its name is free.

A record in it is what it was, with `removed_at` in its overview, under a tag of its own. No guest opens it. Any member
may put any record there, as any member may hide one; only who holds it takes it out, and only whoever added it, or an
owner, ends it before its time.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from nexcred.errors import CredentialNotFound, Damaged, Disputed, InvalidData, NameMoved, NameTaken, NotPermitted
from nexcred.model.credential import Credential
from nexcred.model.name import fold_name
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.shell_word import shell_word
from nexcred.vault.authority import VerifiedRecord
from nexcred.vault.history import past_before_gap
from nexcred.vault.listed_members import named_members
from nexcred.vault.memory import Memory
from nexcred.vault.overview import Overview
from nexcred.vault.overview_shown import to_credential
from nexcred.vault.overviews import Report, fetch_each, report_spoilt
from nexcred.vault.record import read_header
from nexcred.vault.roster import OWNER, Roster
from nexcred.vault.seen_trash import Days, Sightings, none_seen, note_thrown
from nexcred.vault.sharing import complete
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Snapshot
from nexcred.vault.transaction import Transaction
from nexcred.vault.transaction_tree import Lookup, TransactionTree
from nexcred.vault.tree import LeafEntry, read_leaf, trash_tag, tree_leaves

if TYPE_CHECKING:
    from nexcred.vault.vault import Vault

KEPT = timedelta(days=30)
_KEPT_MS = KEPT // timedelta(milliseconds=1)
# A member may write any date.
_LAST = datetime.max.replace(tzinfo=UTC) - KEPT
# One write that ends what is over ends no more, so that it is not held up for long; the next one goes on.
MOST_AT_ONCE = 1_000


class Removed(NamedTuple):
    """A record in the trash. `removed_at` is its remover's word; `until` counts from when it was seen here, if later.

    A machine that is used less than once a week keeps it for longer.

    `is_held` and `may_end` say whether its list names this identity, and whether this identity may end it; of the list
    nothing is proved before it is taken out.
    """

    credential: Credential
    removed_at: datetime
    until: datetime
    is_held: bool
    may_end: bool


def find_removed(state: VerifiedState, snapshot: Snapshot, report: Report) -> Iterator[tuple[bytes, int, Overview]]:
    """Yield digest, revision and overview of each record in the trash, in any order; a guest opens none."""
    entries = [entry for leaf in tree_leaves(state.tree, snapshot.leaves()) for entry in read_leaf(leaf)]
    tags: dict[bytes, list[LeafEntry]] = {}
    for entry in entries:
        tags.setdefault(entry.overview, []).append(entry)
    for name, record in fetch_each(state, snapshot, list(tags), report):
        try:
            # Of the others, which may be many, nothing is opened.
            tag = trash_tag(state.keys.name, read_header(record).record_id)
            if not any(entry.tag == tag for entry in tags[name]):
                continue
            header, overview = state.open_overview(record)
        except NotPermitted:
            continue
        except Damaged as error:
            report_spoilt(state, snapshot, name, error, report)
            continue
        if overview.removed_at is not None:
            yield name, header.revision, overview


def shown_removed(
    state: VerifiedState, found: Iterable[tuple[int, Overview]], seen: Sightings | None, now: datetime
) -> list[Removed]:
    """Return those that concern this identity, by name and then by when they were removed."""
    me, roster = state.me.id, state.roster
    now_ms = int(now.timestamp() * 1000)
    days, records = seen or none_seen(now_ms)
    counted_ms = days.until(now_ms).counted_ms
    shown = []
    for revision, overview in found:
        assert overview.removed_at is not None
        is_held = any(member.id == me for member in named_members(overview.access, roster))  # type: ignore[arg-type]
        may_end = may_end_it(overview, roster, me)
        if is_held or may_end:
            credential = to_credential(overview, revision, roster, me)
            sighting = records.get(overview.record_id)
            lain = timedelta(milliseconds=0 if sighting is None else counted_ms - sighting.first_ms)
            until = min(max(overview.removed_at, now - lain), _LAST) + KEPT
            shown.append(Removed(credential, overview.removed_at, until, is_held, may_end))
    return sorted(shown, key=lambda one: (fold_name(one.credential.name), one.removed_at))


def may_end_it(overview: Overview, roster: Roster, member_id: bytes) -> bool:
    """True for owners, and for whoever added the record, whom its id names."""
    member = roster.members.get(member_id)
    return member is not None and (member.role == OWNER or roster.id_of(overview.access.creator) == member_id)


def refuse_unless_may_end(copy: Transaction, overview: Overview) -> None:
    """Raise NotPermitted for who may not end a record for good."""
    if not may_end_it(overview, copy.roster, copy.me):
        way = f"it can be put into the trash: nexcred remove {shell_word(overview.name)}"
        raise NotPermitted(
            f"only whoever added '{overview.name}', or an owner of the vault, may remove it for good",
            hint=way if overview.removed_at is None else "see the owners with: nexcred member list",
        )


def put_into_trash(copy: Transaction, found: Lookup, now: datetime) -> None:
    """Let a record lie in the trash; nothing that it holds can stop that."""
    overview = found.overview._replace(removed_at=now)
    copy.make_way_in_trash(found)
    try:
        copy.put(overview, found.revision + 1, instead_of=found)
    except InvalidData:  # somebody filled it up to the end, and the date has no room
        copy.put(overview._replace(description="", extra={}), found.revision + 1, instead_of=found)


def take_out(
    copy: Transaction, record_id: bytes, name: str | None, now: datetime, looked_at: bytes | None
) -> tuple[Overview, int]:
    """Bring a record back under its name, or another one; return it with its revision.

    Its name is any member's word: `looked_at` is the hash of the statement of the values that a person said are right.
    Raises CredentialNotFound, NameTaken, NotPermitted for who does not hold it, Disputed for all but who may settle it,
    RolledBack, NameMoved.
    """
    found = required(copy, record_id)
    old = found.overview
    proved = _proved(copy, old)
    is_known = proved is None or looked_at == proved.details_hash
    if proved is not None and not is_known and not is_own(proved, copy.state, is_renamed=name is not None):
        copy.expect_name(old, proved, is_shared=False)
    wanted = old.name if name is None else name
    taken = copy.find(wanted)
    if taken is not None:
        raise taken_meanwhile(taken.overview.name, old.name)
    new = old._replace(name=wanted, removed_at=None, updated_at=now)
    if proved is not None:
        with suppress(Damaged, NotPermitted):  # whoever holds it is told by the next write that completes it
            new = complete(copy, new, proved)
    copy.named.add(new.record_id)
    copy.put(new, found.revision + 1, instead_of=found, to_members_only=proved is None)
    return new, found.revision + 1


def taken_meanwhile(name: str, removed: str) -> NameTaken:
    """Return the failure for what cannot come back by this name, which another one has by now."""
    return NameTaken(
        f"a credential named '{name}' exists already",
        hint=f"bring it back by another name: nexcred trash restore {shell_word(removed)} --as NEW",
    )


def is_own(proved: VerifiedRecord, state: VerifiedState, *, is_renamed: bool) -> bool:
    """True where no name can mislead: nobody else ever wrote, or one's own values get another name."""
    return state.roster.had_one_writer or (is_renamed and proved.is_by(state.me.id))


def moved_in_trash(error: NameMoved) -> NameMoved:
    """Return the failure of a name that is not what it was, for what cannot be looked at where it lies."""
    hint = "run it at a terminal: it shows what it holds, and asks"
    return NameMoved(error.message, hint=hint, record=error.record)


def _proved(copy: Transaction, overview: Overview) -> VerifiedRecord | None:
    """Prove who holds a record, and that this identity does; None for a disputed one of who may settle it."""
    try:
        proved = copy.prove_before(overview)
    except Disputed:
        if not may_end_it(overview, copy.roster, copy.me):
            raise
        return None
    if copy.me not in proved.list.holders():
        raise NotPermitted(
            f"'{overview.name}' is not shared with this identity: only who holds it takes it out of the trash",
            hint=f"ask one of them for: nexcred trash restore {shell_word(overview.name)}",
        )
    return proved


def end(copy: Transaction, found: Lookup) -> None:
    """Drop a record with its history from the present state, in the trash or not."""
    overview = found.overview
    for name, past in past_before_gap(copy.state, copy.fetch, overview):
        copy.drop_parts(past.record_id, name, past.details)
    copy.drop_parts(overview.record_id, *overview.records)
    copy.remove(found)


def see_trash(
    state: VerifiedState, snapshot: Snapshot, memory: Memory, now: datetime, note: Callable[[list[str]], None]
) -> list[Removed]:
    """Return what lies in the trash and concerns this identity, and remember that. `note` is told of faults."""
    problems: list[str] = []
    found = list(find_removed(state, snapshot, problems.append))
    note(problems)
    vault_id = state.place.vault_id
    if not state.is_old:
        there = {overview.record_id: digest for digest, _, overview in found}
        note_thrown(memory, vault_id, there, int(now.timestamp() * 1000))
    shown = ((revision, overview) for _, revision, overview in found)
    return shown_removed(state, shown, memory.seen_in_trash(vault_id), now)


def empty_over(vault: "Vault", before: Days, earliest_ms: int, now: datetime) -> int:
    """End what has been seen in the trash for as long as it is kept, and return how many; 0 when somebody was quicker.

    `before` and `earliest_ms` are what the vault's memory says of all that lies there. Of a date that its remover
    wrote, and of when this machine saw it first, the later counts. What is not for this identity to end is forgotten,
    until it is seen again.
    """
    memory, vault_id, now_ms = vault.memory, vault.vault_id, int(now.timestamp() * 1000)
    days = before.until(now_ms)
    last_ms = days.counted_ms - _KEPT_MS
    if earliest_ms > last_ms and not before.are_to_be_kept(now_ms):
        return 0
    _, records = memory.seen_in_trash(vault_id) or none_seen(now_ms)
    over = [key for key, one in records.items() if one.first_ms <= last_ms][:MOST_AT_ONCE]
    done = vault.try_to_write(lambda copy: _end_over(copy, over, now)) if over else (0, {})
    if done is None:
        return 0
    ended, lain = done
    _, records = memory.seen_in_trash(vault_id) or none_seen(now_ms)
    kept = {key: one for key, one in records.items() if key not in over}
    for key in lain.keys() & records.keys():
        first_ms = days.counted_ms - lain[key] // timedelta(milliseconds=1)
        kept[key] = records[key]._replace(first_ms=first_ms)
    memory.keep_seen_in_trash(vault_id, Sightings(days, kept))
    return ended


def went_for_good(ended: int) -> str:
    """Tell how many ended since they were kept for long enough."""
    what = "a credential" if ended == 1 else f"{ended} credentials"
    return f"{what} lay in the trash for {KEPT.days} days, and went for good"


def _end_over(copy: Transaction, over: Iterable[bytes], now: datetime) -> tuple[int, dict[bytes, timedelta]]:
    """Return how many were ended, and how long the others have lain there that were removed again since."""
    ended, lain = 0, dict[bytes, timedelta]()
    for record_id in over:
        with suppress(Damaged):  # nothing in a record stops a write
            found = copy.find_removed(record_id)
            if found is None or not may_end_it(found.overview, copy.roster, copy.me):
                continue
            assert found.overview.removed_at is not None
            if found.overview.removed_at > now - KEPT:
                lain[record_id] = now - found.overview.removed_at
            else:
                end(copy, found)
                ended += 1
    return ended, lain


def required(copy: TransactionTree, record_id: bytes) -> Lookup:
    """Return a record in the trash; raise CredentialNotFound."""
    found = copy.find_removed(record_id)
    if found is None:
        raise CredentialNotFound("it is no longer in the trash", hint="see what is there with: nexcred trash list")
    return found
