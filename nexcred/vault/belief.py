"""What a state must agree with before it is believed: this machine's anchor, a checkpoint, and the identity's floor."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from nexcred.errors import NoFloor, Replaced, RolledBack, Tampered
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.anchor import Anchor
from nexcred.vault.head import OpenedHead, open_head, read_head_place
from nexcred.vault.primitives import same
from nexcred.vault.roster import OWNER, Roster, Seen

if TYPE_CHECKING:
    from nexcred.vault.checkpoint import Checkpoint
    from nexcred.vault.identity import Identity
    from nexcred.vault.memory import Confirm, Doubt, Memory
    from nexcred.vault.state import VerifiedState
    from nexcred.vault.store import Snapshot

GO_ON = (
    "put the newer file back; if both were written to: nexcred vault adopt FILE; look at this one with"
    " --accept-rollback; if the newer one is lost for good: nexcred vault restore-backup FILE"
)
PARTED = (
    "if another copy of it was written to as well, go on with one that has all: nexcred vault adopt FILE; look at this"
    " one with --accept-rollback"
)
# Over more writes than a store keeps heads of, a state may be newer by so many and no more: bounded, not proved.
FARTHEST = 2**24


class Belief(NamedTuple):
    """What is known before a state is opened. `was_seen` says that a vault was seen at this place.

    `confirm` asks a person; None where nobody can be asked.
    """

    memory: "Memory"
    now_ms: int = 0
    was_seen: bool = False
    checkpoint: "Checkpoint | None" = None
    warn: Callable[[str], None] | None = None
    confirm: "Confirm | None" = None
    accept_rollback: bool = False

    def anchor_of(self, vault_id: bytes) -> Anchor | None:
        """Return the newer of the two states that this machine has seen and that a checkpoint names."""
        anchor, checkpoint = self.memory.anchor(vault_id), self.checkpoint
        if checkpoint is None or checkpoint.vault_id != vault_id:
            return anchor
        if anchor is not None and anchor.generation >= checkpoint.generation:
            return anchor
        floor = checkpoint.floor
        return Anchor(vault_id, checkpoint.generation, checkpoint.head_hash, floor.roster_length, floor.roster_hash)


def longest_seen(identity: "Identity", anchor: Anchor | None) -> Seen | None:
    """Return how much of the roster was verified before, on this machine or when the identity was made."""
    known = [Seen(anchor.roster_length, anchor.roster_hash)] if anchor is not None else []
    if identity.floor is not None:
        known.append(Seen(identity.floor.roster_length, identity.floor.roster_hash))
    return max(known, default=None)


def refuse_unknown(roster: Roster, identity: "Identity", anchor: Anchor | None, belief: Belief) -> None:
    """Raise unless the roster extends every one that is known; without any, unless nobody else could have made it.

    Raises RolledBack, NoFloor, and Replaced where the checkpoint is of another vault.
    """
    floor, checkpoint = identity.floor, belief.checkpoint
    known = [Seen(floor.roster_length, floor.roster_hash)] if floor is not None else []
    if checkpoint is not None:
        _refuse_another(roster, checkpoint)
        known.append(Seen(checkpoint.floor.roster_length, checkpoint.floor.roster_hash))
    if not belief.accept_rollback and not all(map(roster.extends, known)):
        raise RolledBack(
            "the members of this vault are from before what this identity or its checkpoint knows", hint=GO_ON
        )
    if known or anchor is not None or roster.is_first_format or roster.had_one_writer:
        return
    if belief.confirm is None or not belief.confirm(_doubt(roster)):
        raise NoFloor(
            "this machine cannot tell whether the vault is up to date: it could be one from before somebody left",
            hint="ask an owner for the line that `nexcred vault checkpoint` prints, and set NEXCRED_CHECKPOINT to it",
        )


def _refuse_another(roster: Roster, checkpoint: "Checkpoint") -> None:
    """Refuse another vault than the checkpoint names: anybody can found one, and admit this identity to it."""
    if checkpoint.vault_id != roster.vault_id:
        raise Replaced(
            "the vault here is not the one that the checkpoint is for",
            hint="see where it came from; if you mean this one, unset NEXCRED_CHECKPOINT or set this vault's line",
        )


def verify_anchor(state: "VerifiedState", anchor: Anchor | None, snapshot: "Snapshot", belief: Belief) -> bool:
    """Prove that this state is the one last seen, or came from it; raise RolledBack.

    Returns True for one that may be looked at alone: a backup that was named, or an older one by --accept-rollback.
    """
    if anchor is None:
        return belief.accept_rollback
    if belief.accept_rollback:
        return True
    is_older = state.generation < anchor.generation
    if is_older and _may_be_backup(state, belief):
        if belief.warn is not None and state.roster.moved_to is None:
            belief.warn(
                "this is an older state of the vault than this machine has seen, such as a backup: it can only be read"
            )
        return True
    if state.anchor == anchor and belief.memory.is_copy(anchor.vault_id):
        if belief.warn is not None:
            belief.warn("this is a copy of a vault that is elsewhere on this machine: it can only be read")
        return True
    if is_older or not state.roster.extends(Seen(anchor.roster_length, anchor.roster_hash)):
        raise RolledBack("this vault is older than the one that was last seen", hint=GO_ON)
    if state.roster.restored_generation > anchor.generation:
        _accept_restored(state, anchor, snapshot, belief)
        return False
    prove_descent(state, anchor, snapshot, belief.warn)
    return False


def _may_be_backup(state: "VerifiedState", belief: Belief) -> bool:
    """True where an older state may be looked at: a backup that was named by its path, or what the vault moved from.

    Not where a checkpoint asks for a newer one.
    """
    told, vault_id = belief.checkpoint, state.place.vault_id
    if told is not None and told.vault_id == vault_id and state.generation < told.generation:
        return False
    return belief.memory.may_be_backup(vault_id, state.generation, state.roster.moved_to)


def _accept_restored(state: "VerifiedState", anchor: Anchor, snapshot: "Snapshot", belief: Belief) -> None:
    """Accept a restored backup that replaced what this machine saw last; any other only if a person says yes."""
    if state.generation > anchor.generation + FARTHEST:
        raise RolledBack("this vault did not come from the one that was last seen", hint=PARTED)
    if _was_brought_over(state, anchor, snapshot):
        return
    from nexcred.vault.memory import Doubt

    told = (
        f"this machine last saw write {anchor.generation}",
        f"restored as write {state.roster.restored_generation}, now at write {state.generation}",
        "what was written between the backup and that is gone",
    )
    question = "Go on with the vault as an owner restored it?"
    doubt = Doubt("a backup of this vault was restored", told, question, state.head.hash)
    if belief.confirm is None or not belief.confirm(doubt):
        raise RolledBack(
            "an owner restored a backup of this vault, over a state that this machine does not know",
            hint="ask that owner for the line of `nexcred vault checkpoint`, then: nexcred vault accept LINE",
        )


def _was_brought_over(state: "VerifiedState", anchor: Anchor, snapshot: "Snapshot") -> bool:
    """True when a backup replaced the anchored state, or one that came from it."""
    return anchor.head_hash in state.roster.restored_heads or descends(state, anchor, snapshot)


def prove_descent(
    state: "VerifiedState", anchor: Anchor, snapshot: "Snapshot", warn: Callable[[str], None] | None = None
) -> None:
    """Raise RolledBack unless this state is the anchored one, or descends from it as far as heads are kept."""
    if state.roster.restored_generation > anchor.generation and _was_brought_over(state, anchor, snapshot):
        return
    missed = state.generation - anchor.generation
    is_far = missed >= snapshot.heads_kept and state.roster.restored_generation <= anchor.generation
    if missed < 0 or (not is_far and not descends(state, anchor, snapshot)) or missed > snapshot.heads_kept + FARTHEST:
        raise RolledBack("this vault did not come from the one that was last seen", hint=PARTED)
    if is_far and warn is not None:
        # Members signed it, it is newer and its roster extends the one seen: what a rollback cannot be.
        warn(
            f"the vault was written {snapshot.heads_kept:,} times or more since this machine last saw it:"
            " its past was not compared"
        )


def _doubt(roster: Roster) -> "Doubt":
    from nexcred.vault.memory import Doubt

    people = tuple(f"{member.full_name}, {member.role}" for member in roster.members.values())
    return Doubt(
        "this machine sees the vault for the first time",
        (f"vault {roster.vault_id.hex()}", *people, f"roster of {roster.length}: {roster.last_hash.hex()[:32]}"),
        "Are these the people who belong to it?",
        roster.last_hash,
    )


def prove_again(state: "VerifiedState", held_to: Anchor | None, stored: Anchor, snapshot: "Snapshot") -> None:
    """Prove a state against what the machine remembers by now, unless that is what it was proved against before."""
    if held_to is None or stored.generation > held_to.generation:
        prove_descent(state, stored, snapshot)


def descends(state: "VerifiedState", anchor: Anchor, snapshot: "Snapshot") -> bool:
    """Follow the previous-head hashes down to the anchored generation; over a backup, from what it was brought over."""
    newer, leaps = state.head, state.roster.leaps
    for _ in range(snapshot.heads_kept):
        at = newer.place.generation
        if at <= anchor.generation:
            break
        below = leaps.get(at, at - 1)
        sealed = snapshot.past_head(below)
        if sealed is None or below < anchor.generation:
            return False
        if not state.vault_keys and read_head_place(sealed).epoch != state.place.epoch:
            # A guest reads no older epoch. Members signed this state, newer and with a roster that extends.
            return True
        older = open_past_head(sealed, state)
        if not same(older.hash, newer.head.previous_hash):
            return False
        _refuse_odd_features(newer, older, state.roster)
        newer = older
    return same(newer.hash, anchor.head_hash)


def _refuse_odd_features(newer: OpenedHead, older: OpenedHead, roster: Roster) -> None:
    """Feature bits change by who was an owner then: or a member could make the vault read-only for everybody."""
    now, then = newer.head, older.head
    if now.features == then.features:
        return
    as_of_then = roster.as_of(now.roster_length)
    is_known = as_of_then is not None and same(as_of_then.last_hash, now.roster_hash)
    author = as_of_then.present(now.author) if as_of_then is not None and is_known else None
    if author is None or author.role != OWNER or now.roster_length < then.roster_length:
        raise Tampered(f"{roster.name_of(now.author)}, who is no owner, changed what the vault asks of programs")


def open_past_head(sealed: bytes, state: "VerifiedState") -> OpenedHead:
    place = read_head_place(sealed)
    return open_head(sealed, state.index_keys_of(place.epoch).head)
