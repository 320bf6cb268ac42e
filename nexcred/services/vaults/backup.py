"""Backups: a complete copy of the vault in a file, and bringing one back."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from nexcred.errors import ChangedMeanwhile, Replaced, RolledBack, StoreFailed
from nexcred.local.anchors import AnchorFile
from nexcred.local.backup_marks import BackupMarks
from nexcred.local.files import make_folder
from nexcred.model.named_tuple import NamedTuple
from nexcred.services.vaults.opening import memory_of, refuse_missing
from nexcred.stores.copy import copy_vault, place_aside, put_in_place
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.unlock.slots import slots_at
from nexcred.vault.anchor import Anchor
from nexcred.vault.belief import Belief
from nexcred.vault.kept_roster import open_kept_roster, seal_kept_roster, whose_roster
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.open_state import open_state
from nexcred.vault.public_header import read_public_header
from nexcred.vault.restored_lists import Gain, Present, records_of_now, who_gains
from nexcred.vault.restoring import Restored, knows_keys_of, refuse_to_restore, restore
from nexcred.vault.roster import Roster, Seen
from nexcred.vault.slot import PASSPHRASE_KIND, describe_slot
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Snapshot, Store, shown_place
from nexcred.vault.transaction import Transaction
from nexcred.vault.vault import Vault


class Written(NamedTuple):
    """A backup that was made: the write that it stands at, and how many sealed records it holds."""

    generation: int
    records: int


class Plan(NamedTuple):
    """What bringing a backup back would do. `present` is None where nothing usable is: then all comes from the backup.

    `older` names credentials with their revisions, present and saved; `gone` were added since, `again` removed since.
    `roster` is the longest that is proved. `opens_again` says that an old passphrase, or recovery key, opens again.
    `gains` are who would hold more than now.
    """

    present: Vault | None
    saved: Vault
    roster: Roster
    older: tuple[tuple[str, int, int], ...]
    gone: tuple[str, ...]
    again: tuple[str, ...]
    opens_again: bool
    gains: tuple[Gain, ...]


class BroughtBack(NamedTuple):
    """The result; `aside` is where the replaced file is kept."""

    restored: Restored
    aside: Path | None
    anchor: Anchor


def back_up(store: Store, anchors: AnchorFile, path: Path, *, accept_rollback: bool = False) -> Written:
    """Copy one consistent state to a new file. It stays sealed, so nothing need be unlocked.

    Raises Conflict when the file is there, RolledBack and Replaced for what is not the vault last seen here,
    VaultNotFound, Tampered, StoreFailed.
    """
    anchor = anchors.read(store.location)
    refuse_missing(store, anchors)
    with store.read() as snapshot:
        outline = read_public_header(snapshot)
        if anchor is not None and outline.vault_id != anchor.vault_id:
            raise Replaced("another vault is where yours was: it is not copied")
        if anchor is not None and outline.generation < anchor.generation and not accept_rollback:
            raise RolledBack("this vault is older than the one that was last seen here: it is not copied")
        written = Written(outline.generation, copy_vault(snapshot, path))
    BackupMarks(anchors.folder).put(outline.vault_id)
    return written


def plan_restore(
    present: Vault | None,
    saved: Vault,
    store: Store,
    anchors: AnchorFile,
    *,
    known: Sequence[Seen] = (),
    over_anchor: bool = False,
) -> Plan:
    """Return what would change; raise Replaced, RolledBack, NotPermitted, Tampered where it may not be.

    `known` are rosters of which this identity or a checkpoint knows. With `over_anchor` a roster that is shorter than
    those, or than this machine has seen, will do, as a person said.
    """
    place = anchors.place(store.location)
    if present is None and place is not None and place.vault_id != saved.vault_id:
        raise Replaced("this is a backup of another vault than the one that was here")
    roster = _longest_roster(present, saved, store, anchors)
    if present is None and not over_anchor:
        _refuse_shorter(roster, anchors.of_vault(saved.vault_id), known)
    refuse_to_restore(roster, saved.state)
    if present is not None and not knows_keys_of(present.state, saved.state):
        present = None  # a member can cut it off from its past
    gains = _gains(present, saved, roster)
    if present is None:
        opens_again = store.keeps_slots and _opens_by_slot(saved.store)
        return Plan(None, saved, roster, (), (), tuple(saved.names()), opens_again, gains)
    now = {credential.id: credential for credential in present.credentials()}
    then = {credential.id: credential for credential in saved.credentials()}
    older = ((then[one].name, now[one].version, then[one].version) for one in then if one in now)
    return Plan(
        present,
        saved,
        roster,
        tuple(each for each in older if each[1] != each[2]),
        tuple(now[one].name for one in now if one not in then),
        tuple(then[one].name for one in then if one not in now),
        opens_again=False,
        gains=gains,
    )


def _gains(present: Vault | None, saved: Vault, roster: Roster) -> tuple[Gain, ...]:
    now: dict[bytes, Present] = {}
    if present is not None:
        with present.store.read() as snapshot:
            now = records_of_now(present.state, snapshot)
    with saved.store.read() as snapshot:
        every = Transaction(saved.state, snapshot).everything()
        return who_gains((*every.credentials, *every.trash), saved.state, now, roster)


def bring_back(plan: Plan, backup: SqliteStore, store: Store, anchors: AnchorFile, now: datetime) -> BroughtBack:
    """Install the backup as the newest state.

    Raises ChangedMeanwhile when the vault is not the one that was asked about, and what writing a vault raises.
    """
    path = backup.path if store.path is None else store.path
    aside: Path | None = place_aside(path, f"{now:%Y%m%dT%H%M%SZ}")
    if plan.present is not None and aside is not None:
        with store.read() as snapshot:
            copy_vault(snapshot, aside)
        restored = _restore(plan, backup, store, anchors, now, target=store)
    elif store.path is not None and aside is not None:
        make_folder(path.parent)
        new = path.with_name(path.name + ".new")
        new.unlink(missing_ok=True)  # what a crash left
        restored = _restore(plan, backup, store, anchors, now, target=SqliteStore(new))
        aside = aside if put_in_place(new, path, aside) else None
    else:
        if store.exists():
            raise StoreFailed(
                f"what is at {shown_place(store)} is damaged, and cannot be moved aside",
                hint="bring the backup back at another place, with --vault; or empty this one first",
            )
        restored = _restore(plan, backup, store, anchors, now, target=store)
        aside = None
    with store.read() as snapshot:
        state = open_state(snapshot, plan.saved.identity.bind(plan.saved.vault_id))
    anchors.accept(store.location, state.anchor)
    # Or the next loss of the vault finds an anchor whose roster this machine does not know.
    kept, whose = seal_kept_roster(state.roster, state.identity), whose_roster(state.identity)
    memory_of(store, anchors).keep_roster(plan.saved.vault_id, kept, whose)
    return BroughtBack(restored, aside, state.anchor)


def _restore(
    plan: Plan, backup: SqliteStore, store: Store, anchors: AnchorFile, now: datetime, *, target: Store
) -> Restored:
    identity = plan.saved.identity
    with backup.read() as old, target.write() as snapshot:
        saved = _state(old, plan)
        base, base_snapshot = saved, _as_snapshot(old)
        if plan.present is not None:
            belief = Belief(memory_of(store, anchors), int(now.timestamp() * 1000), was_seen=True)
            base, base_snapshot = open_state(snapshot, identity, belief), snapshot
        _refuse_another(plan, base, saved)
        anchor = anchors.of_vault(plan.saved.vault_id)
        return restore(
            target,
            base,
            base_snapshot,
            saved,
            old,
            roster=base.roster if plan.present is not None else plan.roster,
            seen_generation=0 if anchor is None else anchor.generation,
            now=now,
            note_signed=partial(memory_of(store, anchors).note_signed, plan.saved.vault_id),
        )


def _refuse_another(plan: Plan, base: VerifiedState, saved: VerifiedState) -> None:
    """Raise ChangedMeanwhile where vault or backup changed since the person was asked: the yes was for that state."""
    is_told = saved.sealed_head == plan.saved.state.sealed_head
    if plan.present is not None:
        is_told = is_told and base.sealed_head == plan.present.state.sealed_head
    if not is_told:
        raise ChangedMeanwhile("the vault or the backup changed meanwhile", hint="look at it, then try again")


def _as_snapshot(snapshot: Snapshot) -> Snapshot:
    return snapshot


def _state(snapshot: Snapshot, plan: Plan) -> VerifiedState:
    """Open the backup by itself: what this machine remembers is compared by its roster."""
    return open_state(snapshot, plan.saved.identity, Belief(ProcessMemory(), accept_rollback=True))


def _longest_roster(present: Vault | None, saved: Vault, store: Store, anchors: AnchorFile) -> Roster:
    if present is not None:
        return present.state.roster
    found = saved.state.roster
    sealed = memory_of(store, anchors).roster(saved.vault_id, whose_roster(saved.identity))
    kept = open_kept_roster(sealed, saved.identity, saved.vault_id)
    return kept if kept is not None and kept.extends(found.seen) else found


def _refuse_shorter(roster: Roster, anchor: Anchor | None, known: Sequence[Seen]) -> None:
    """Raise RolledBack where somebody knows of more people, or of fewer, than the roster that would be brought back."""
    seen = [] if anchor is None else [Seen(anchor.roster_length, anchor.roster_hash)]
    if not all(map(roster.extends, (*seen, *known))):
        raise RolledBack(
            "somebody joined, left, or got new keys after this backup was made, as far as this machine or this identity"
            " knows: restoring it would undo that",
            hint="take single values out of it with: nexcred get NAME/FIELD --vault FILE; if nothing newer is left of"
            " the vault, at a terminal: nexcred vault restore-backup FILE --over-anchor",
        )


def _opens_by_slot(store: Store) -> bool:
    return any(describe_slot(slot).kind >= PASSPHRASE_KIND for slot in slots_at(store))
