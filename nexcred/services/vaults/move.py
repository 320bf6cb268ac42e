"""Moving a vault to another place, so that it can be gone on with wherever it was cut short.

`moved` is written here, the vault is copied and proved there, and `arrived` is written there. Until that last write the
vault only reads, at both places; another run goes on, and `bring_back` goes back.
"""

from collections.abc import Callable
from contextlib import suppress

from nexcred.errors import (
    ChangedMeanwhile,
    Conflict,
    MovedAway,
    NexcredError,
    OutcomeUnknown,
    Replaced,
    StoreUnreachable,
    UsageError,
)
from nexcred.local.anchors import AnchorFile
from nexcred.local.folders import NoHome
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.vaults.opening import memory_of
from nexcred.services.vaults.slots import is_mine
from nexcred.unlock.slots import keep_slots_here, slots_here
from nexcred.vault.moving import (
    Copied,
    Progress,
    Standing,
    There,
    arrive,
    copy_of,
    look_there,
    prove_copy,
    refuse_too_long,
    refuse_unless_owner,
    set_out,
)
from nexcred.vault.roster import moved_note
from nexcred.vault.store import Snapshot, Store, shown_place
from nexcred.vault.transaction import Transaction
from nexcred.vault.vault import Vault
from nexcred.vault.whole import AllItems


class Moved(NamedTuple):
    """The vault at the new place, and what was proved there; None where it had arrived before."""

    vault: Vault
    copied: Copied | None


def plan_move(vault: Vault, target: Store, anchors: AnchorFile) -> bool:
    """Raise what forbids the move, before anything is written; return whether it was begun before.

    Raises NotPermitted, UsageError, VaultExists, Conflict, Replaced, MovedAway, and what reading the new place raises.
    """
    state, url = vault.state, target.location
    refuse_unless_owner(state)
    refuse_too_long(url)
    if url == vault.store.location:
        raise UsageError("the vault is there already")
    place = anchors.place(url)
    if place is not None and place.vault_id != vault.vault_id:
        raise Replaced(f"another vault was seen at {shown_place(target)}", hint="name a place where none was")
    there = _look(vault, target)
    if state.roster.moved_to is None:
        vault.require_writable()
        _refuse_to_begin(there, target)
        return False
    if state.roster.moved_to != url:
        raise MovedAway(
            make_visible(f"this vault moved to {state.roster.moved_to} before"),
            hint="go on from there; or bring it back first: nexcred vault move --back",
        )
    return True


def move(vault: Vault, target: Store, anchors: AnchorFile, progress: Progress = lambda _done, _total: None) -> Moved:
    """Move the vault, or go on with that; where the new place refuses all of it, the vault stays where it is.

    Raises what `plan_move` does, OutcomeUnknown, StoreFailed, Tampered, ChangedMeanwhile.
    """
    begins = not plan_move(vault, target, anchors)
    if begins:
        vault.is_told(moved_note(target.location))
        vault.change(lambda copy: set_out(copy, target.location))
    try:
        is_there = _carry(vault, target)
    except (OutcomeUnknown, StoreUnreachable):
        raise
    except NexcredError:
        if begins:
            _stay(vault, target)
        raise
    _keep_own_slots(vault, target)
    if is_there:
        return Moved(_opened(vault, target, anchors), None)
    return _arrived(vault, target, anchors, progress)


def _keep_own_slots(vault: Vault, target: Store) -> None:
    """Let this machine have what opens the vault for who moves it, where it goes to a place that takes none of it."""
    if target.keeps_slots:
        return
    with vault.store.read() as snapshot:
        own = [slot for slot in snapshot.slots() if is_mine(vault, slot)]
    here = slots_here(vault.vault_id)
    with suppress(NoHome):
        keep_slots_here(vault.vault_id, tuple(dict.fromkeys((*here, *own))))


def bring_back(
    vault: Vault, target: Store | None, anchors: AnchorFile, progress: Progress = lambda _done, _total: None
) -> Moved:
    """Let the vault live here again, from where it was to go; None for a place that cannot be reached.

    What is there goes on its way back first, so that it cannot arrive there meanwhile. Raises UsageError where it did
    not move, and Conflict where it arrived: from there it moves as from any other place.
    """
    refuse_unless_owner(vault.state)
    here, url = vault.store, vault.state.roster.moved_to
    if url is None:
        raise UsageError("this vault did not move", hint="see where it is: nexcred vault status")
    if target is not None and _look(vault, target).standing in (Standing.SAME, Standing.NEWER):
        there = _opened(vault, target, anchors)
        if there.state.roster.moved_to is None:
            from_there = make_visible(f"nexcred vault move --vault {shell_word(url)} --to {shell_word(here.location)}")
            raise Conflict(make_visible(f"the vault arrived at {url}"), hint=f"move it back from there: {from_there}")
        if there.state.roster.moved_to not in (url, here.location):
            raise _went_on(there.state.roster.moved_to)
        if there.state.roster.moved_to == url:
            _write(there, lambda copy: set_out(copy, here.location))
        _carry(there, here, keeps_slots_there=True)
        return _arrived(there, here, anchors, progress)
    _write(vault, lambda copy: arrive(copy, here.location, url))
    return Moved(vault, None)


def _look(vault: Vault, target: Store) -> There:
    if not target.exists():
        return There(Standing.NOTHING)
    with target.read() as there:
        return vault.look(lambda copy: look_there(copy.state, copy.snapshot, there))


def _refuse_to_begin(there: There, target: Store) -> None:
    if there.standing is Standing.SAME:
        raise Conflict(
            f"this very vault is at {shown_place(target)}: it is the same place, or a copy of it",
            hint="take the copy away first, or name another place",
        )
    if there.standing is Standing.NEWER:
        raise Conflict(
            f"the vault at {shown_place(target)} is newer than the one here", hint="go on with that one, with --vault"
        )


def _carry(vault: Vault, target: Store, *, keeps_slots_there: bool = False) -> bool:
    """Let a copy be at the new place; True where the vault has arrived there before."""

    def carry(copy: Transaction, there: Snapshot) -> bool:
        state, here = copy.state, copy.snapshot
        found = look_there(state, here, there)
        if found.standing is Standing.NEWER and found.moved_to is None:
            return True
        if found.standing is Standing.NEWER and found.moved_to != state.roster.moved_to:
            raise _went_on(found.moved_to)
        if found.standing in (Standing.SAME, Standing.NEWER):
            return False
        slots = there.slots() if keeps_slots_there else here.slots()
        items = AllItems(here, spoilt=lambda _: None)
        if not target.commit(copy_of(copy, items, slots if target.keeps_slots else ()), there.head()):
            raise ChangedMeanwhile(f"somebody else wrote to {shown_place(target)} meanwhile", hint="try again")
        return False

    with target.write() as there:
        return vault.look(lambda copy: carry(copy, there))


def _went_on(url: str | None) -> MovedAway:
    return MovedAway(make_visible(f"the vault went on from there, to {url}"))


def _stay(vault: Vault, target: Store) -> None:
    """Let the vault live on here, where nothing of it has come to the new place."""
    url = vault.state.roster.moved_to
    if url is not None and _look(vault, target).standing in (Standing.NOTHING, Standing.OLDER):
        _write(vault, lambda copy: arrive(copy, vault.store.location, url))


def _arrived(vault: Vault, target: Store, anchors: AnchorFile, progress: Progress) -> Moved:
    """Prove the copy and let the vault be there, unless it has gone another way meanwhile."""
    with target.read() as there:
        copied, head = vault.look(lambda copy: (prove_copy(copy.snapshot, there, progress), copy.state.sealed_head))
    if vault.look(lambda copy: copy.state.sealed_head) != head:
        raise ChangedMeanwhile("the vault was written to where it was meanwhile", hint="see: nexcred vault status")
    moved = _opened(vault, target, anchors)
    _write(moved, lambda copy: arrive(copy, target.location, target.location))
    return Moved(moved, copied)


def _opened(vault: Vault, store: Store, anchors: AnchorFile) -> Vault:
    return Vault(store, vault.identity, memory=memory_of(store, anchors), was_seen=anchors.known(store.location))


def _write(vault: Vault, apply: Callable[[Transaction], None]) -> None:
    def done(copy: Transaction) -> bool:
        apply(copy)
        return True

    vault.retries.until_done(lambda: vault.try_to_write(done))
