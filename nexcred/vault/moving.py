"""Taking a whole vault to another place: how what lies there stands to it, the copy, and the proof of the copy.

The vault is the same at the new place: its id, its past, its roster. An owner's entry `moved` ends the old place first,
and `arrived`, which is written at the new place alone, begins that one. So never do two places live, whatever is lost
in between.
"""

from collections.abc import Callable, Iterator
from enum import Enum, auto
from itertools import islice

from nexcred.errors import Conflict, MadeByNewer, MovedAway, NotPermitted, Tampered, UsageError, VaultExists
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.vault.anchor import Anchor
from nexcred.vault.belief import Belief, descends, open_past_head
from nexcred.vault.head import read_head_place
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.open_state import open_state
from nexcred.vault.primitives import digest
from nexcred.vault.roster import OWNER
from nexcred.vault.roster_body import LONGEST_URL
from nexcred.vault.roster_changes import with_arrival, with_move
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Change, Snapshot
from nexcred.vault.transaction import Transaction
from nexcred.vault.whole import AllItems, whole_vault

_CHUNK = 64
Progress = Callable[[int, int], None]


class Standing(Enum):
    """How what lies at another place stands to the vault here."""

    NOTHING = auto()
    OLDER = auto()
    SAME = auto()
    NEWER = auto()


class There(NamedTuple):
    """What lies at another place, and for what is newer, where that says that it moved to."""

    standing: Standing
    moved_to: str | None = None

    def __repr__(self) -> str:
        return repr_of(self, "standing")


class Copied(NamedTuple):
    """How many records are at the new place; `spoilt` were damaged before, and are left behind."""

    records: int
    spoilt: int


def refuse_unless_owner(state: VerifiedState) -> None:
    if state.me.role != OWNER:
        raise NotPermitted("only an owner moves a vault", hint="see who is: nexcred member list")


def refuse_too_long(url: str) -> None:
    if len(url.encode()) > LONGEST_URL:
        raise UsageError(f"the place that a vault moves to has at most {LONGEST_URL} characters")


def set_out(copy: Transaction, url: str) -> None:
    """Write that the vault moves there; from then on only reads are done here. Raise NotPermitted, UsageError."""
    refuse_unless_owner(copy.state)
    copy.take_move(with_move(copy.roster, copy.author, url))


def arrive(copy: Transaction, url: str, coming_to: str) -> None:
    """Write at the place `url` that the vault is here now, which was to come to `coming_to`; do nothing if it is."""
    refuse_unless_owner(copy.state)
    if copy.roster.moved_to is None:
        return
    if copy.roster.moved_to != coming_to:
        raise MovedAway(f"the vault is on its way to {copy.roster.moved_to} by now", hint="see: nexcred vault status")
    copy.take_move(with_arrival(copy.roster, copy.author, url))


def look_there(state: VerifiedState, here: Snapshot, there: Snapshot) -> There:
    """Compare what lies at another place with the vault; raise VaultExists, Conflict where it may not come there."""
    sealed = there.head()
    if sealed is None:
        return There(Standing.NOTHING)
    place = read_head_place(sealed)
    if place.vault_id != state.place.vault_id:
        raise VaultExists("another vault is there", hint="name a place where none is")
    if sealed == state.sealed_head:
        return There(Standing.SAME)
    if place.generation < state.generation:
        if _is_in_past(sealed, state, here):
            return There(Standing.OLDER)
    else:
        other = open_state(there, state.identity, Belief(ProcessMemory(), accept_rollback=True))
        if descends(other, state.anchor, there):
            return There(Standing.NEWER, other.roster.moved_to)
    raise Conflict(
        "the same vault is there, with writes that the one here does not come from, as far as its past is kept",
        hint="bring the two together first, with: nexcred vault adopt FILE; or name another place",
    )


def _is_in_past(sealed: bytes, state: VerifiedState, here: Snapshot) -> bool:
    try:
        opened = open_past_head(sealed, state)
    except (Tampered, MadeByNewer, KeyError):
        return False
    head = opened.head
    anchor = Anchor(state.place.vault_id, opened.place.generation, opened.hash, head.roster_length, head.roster_hash)
    return descends(state, anchor, here)


def copy_of(copy: Transaction, items: AllItems, slots: tuple[bytes, ...]) -> Change:
    """Return the vault as it is for another place; where it has other slots there, under a head of its own."""
    whole = whole_vault(copy.snapshot, items, copy.roster.leaps)
    if whole.slots == slots:
        return whole
    copy.set_slots(slots)
    other = copy.finish(copy.now)
    past = {**(whole.past_heads or {}), whole.generation: whole.head}
    return whole._replace(head=other.head, generation=other.generation, slots=slots, past_heads=past)


def prove_copy(here: Snapshot, there: Snapshot, progress: Progress) -> Copied:
    """Read all back, and raise Tampered unless what is there is what is here, byte for byte.

    Who may open a record does not matter. What is damaged here is not missed there.
    """
    one, two = here.bundle(), there.bundle()
    tables = (one.access, one.chain, one.roster, one.tree) == (two.access, two.chain, two.roster, two.tree)
    if not tables or list(here.leaves()) != list(there.leaves()):
        raise _not_whole()
    names = list(here.item_digests())
    done = spoilt = 0
    for some in _in_chunks(names):
        missing = some - _sound(there, some)
        if _sound(here, missing):
            raise _not_whole()
        done, spoilt = done + len(some), spoilt + len(missing)
        progress(done, len(names))
    return Copied(len(names) - spoilt, spoilt)


def _in_chunks(names: list[bytes]) -> Iterator[set[bytes]]:
    remaining = iter(names)
    while some := set(islice(remaining, _CHUNK)):
        yield some


def _sound(snapshot: Snapshot, names: set[bytes]) -> set[bytes]:
    return {name for name, sealed in snapshot.items(names) if digest(sealed) == name} if names else set()


def _not_whole() -> Tampered:
    return Tampered(
        "what is at the new place is not what was written there",
        hint="look for who changes it, and go on with the move; or bring the vault back: nexcred vault move --back",
    )
