"""The log of writes: the past heads, believed along the hashes that lead back from the signed one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from nexcred.errors import Tampered
from nexcred.model.credential import Person
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.head import Head, OpenedHead, open_head, read_head_place
from nexcred.vault.overview_shown import to_person
from nexcred.vault.roster_body import LAST_MS
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Snapshot

CREDENTIALS, MEMBERS, KEYS, UNLOCKING = "credentials", "members", "keys", "unlocking"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Write(NamedTuple):
    """One write: its number, when and by whom it says it was made, and which parts of the vault it changed.

    `parts` is None where the write before it is not kept. The time is the writer's own clock.
    """

    generation: int
    at: datetime
    by: Person
    parts: tuple[str, ...] | None


def past_writes(state: VerifiedState, snapshot: Snapshot) -> Iterator[Write]:
    """Yield the writes that are kept, newest first, as far as this identity reads heads; raise Tampered."""
    newer = state.head
    while True:
        older = _before(newer, state, snapshot)
        yield _write(newer, older, state)
        if older is None:
            return
        newer = older


def latest_time_ms(state: VerifiedState, snapshot: Snapshot) -> int:
    """Return the latest time that a head which is kept tells of: the newest may be dated back, by any member."""
    return max(opened.head.time_ms for opened in kept_heads(state, snapshot))


def kept_heads(state: VerifiedState, snapshot: Snapshot) -> Iterator[OpenedHead]:
    """Yield the heads that are kept, newest first, each the one that the next names; raise Tampered."""
    newer: OpenedHead | None = state.head
    while newer is not None:
        yield newer
        newer = _before(newer, state, snapshot)


def written_at(head: Head) -> datetime:
    """Return when a head was written, by its author's clock, unproved."""
    return _EPOCH + timedelta(milliseconds=min(head.time_ms, LAST_MS))


def _before(newer: OpenedHead, state: VerifiedState, snapshot: Snapshot) -> OpenedHead | None:
    generation = state.roster.leaps.get(newer.place.generation, newer.place.generation - 1)
    sealed = snapshot.past_head(generation) if generation > 0 else None
    if sealed is None:
        return None
    epoch = read_head_place(sealed).epoch
    if not state.vault_keys and epoch != state.place.epoch:
        return None  # a guest reads no older epoch
    opened = open_head(sealed, state.index_keys_of(epoch).head)
    if opened.hash != newer.head.previous_hash:
        raise Tampered("an earlier head of the vault is not the one that was signed")
    return opened


def _write(opened: OpenedHead, older: OpenedHead | None, state: VerifiedState) -> Write:
    place, head = opened.place, opened.head
    return Write(place.generation, written_at(head), to_person(head.author, state.roster), _parts(opened, older))


def _parts(opened: OpenedHead, older: OpenedHead | None) -> tuple[str, ...] | None:
    if older is None:
        return None
    now, then = opened.head, older.head
    changed = (
        (CREDENTIALS, now.root != then.root),
        (MEMBERS, now.roster_hash != then.roster_hash),
        (KEYS, opened.place.epoch != older.place.epoch),
        (UNLOCKING, now.slots_hash != then.slots_hash),
    )
    return tuple(part for part, is_changed in changed if is_changed)
