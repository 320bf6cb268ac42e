"""Bringing a backup back as the newest state: under a head that follows the present one, or the one last seen here.

So whoever saw the present state sees a descendant of it, and no rollback.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from nexcred.errors import ChangedMeanwhile, Replaced, RolledBack, VaultExists
from nexcred.vault.anchor import Anchor
from nexcred.vault.head import Head, HeadPlace, seal_head
from nexcred.vault.identity import Identity
from nexcred.vault.primitives import same
from nexcred.vault.roster import Roster
from nexcred.vault.state import State, fetch, open_state
from nexcred.vault.store import Change, Snapshot, Store
from nexcred.vault.tree import LEAVES
from nexcred.vault.vault import refuse_unless_writable

_TAKE_VALUES = "take single values out of it with: nexcred get NAME/FIELD --vault FILE"


def restore_over(
    store: Store, identity: Identity, anchor: Anchor | None, saved: Store, *, seen_generation: int, now: datetime
) -> None:
    """Let the credentials be as in `saved`, in one write; members, keys and passphrases stay as they are.

    Raises ChangedMeanwhile when the vault is another one than the user was asked about, RolledBack when somebody lost
    access since, NotPermitted.
    """
    with saved.read() as old, store.write() as snapshot:
        state, backup = open_state(snapshot, identity, anchor), open_state(old, identity, None)
        if state.place.generation != seen_generation:
            raise ChangedMeanwhile("the vault was written to meanwhile", hint="look at it, then try again")
        refuse_over(state, backup)
        there, wanted = set(snapshot.item_digests()), set(old.item_digests())
        head = state.head.head._replace(
            features=state.head.head.features | backup.head.head.features,
            size=backup.head.head.size,
            root=backup.head.head.root,
        )
        change = _signed(state, head, state.place.generation, state.head.hash, now)._replace(
            items=_Items(old, wanted - there),
            dropped_items=there - wanted,
            leaves=dict.fromkeys(range(LEAVES), b"") | dict(old.leaves()),
            tree=old.tree(),
        )
        if not store.commit(change, state.sealed_head):
            raise ChangedMeanwhile("the vault was written to meanwhile", hint="look at it, then try again")


def refuse_over(state: State, backup: State) -> None:
    """Raise unless only credentials changed, and members came, since the backup was made."""
    for one in (state, backup):
        refuse_unless_writable(one)
    if backup.place.vault_id != state.place.vault_id:
        raise Replaced("this is a backup of another vault")
    extends = state.roster.hashes[: backup.roster.length] == backup.roster.hashes
    if (
        not extends
        or backup.place.epoch != state.place.epoch
        or backup.roster.least_versions != state.roster.least_versions
    ):
        raise RolledBack(
            "somebody left the vault, was taken off a credential, or got new keys since this backup was made:"
            " bringing it back would undo that",
            hint=_TAKE_VALUES,
        )


def renew(store: Store, identity: Identity, anchor: Anchor | None, now: datetime) -> None:
    """Put a head on a copy of a backup that follows the one last seen here; raise RolledBack, NotPermitted."""
    with store.write() as snapshot:
        state = open_state(snapshot, identity, None)
        if not store.commit(_following(state, anchor, now), state.sealed_head):
            raise ChangedMeanwhile("the copy of the backup was written to meanwhile")


def restore_into(store: Store, identity: Identity, anchor: Anchor | None, saved: Store, now: datetime) -> None:
    """Write a backup, under such a head, into a store that holds no vault; raise VaultExists, and what `renew` does."""
    with saved.read() as old, store.write() as snapshot:
        change = _following(open_state(old, identity, None), anchor, now)._replace(
            items=_Items(old, set(old.item_digests())),
            leaves=dict(old.leaves()),
            tree=old.tree(),
            access=old.access(),
            chain=old.chain(),
            roster=old.roster(),
            slots=old.slots(),
        )
        if snapshot.head() is not None or not store.commit(change, None):
            raise VaultExists("there is a vault here already", hint="see it with: nexcred vault status")


def refuse_to_follow(state: State, anchor: Anchor | None) -> None:
    """Raise unless who saw this anchor may take the backup for what came after it."""
    refuse_unless_writable(state)
    if anchor is None:
        return
    if anchor.vault_id != state.place.vault_id:
        raise Replaced("this is a backup of another vault than the one that was here")
    if not _knows(state.roster, anchor):
        raise RolledBack(
            "somebody came, left, or got new keys after this backup was made, as far as this machine remembers:"
            " bringing it back would undo that",
            hint=f"{_TAKE_VALUES}; or go on from it at another place: copy it there, and name it with --vault",
        )


def _knows(roster: Roster, anchor: Anchor) -> bool:
    return anchor.roster_length <= roster.length and same(roster.hashes[anchor.roster_length - 1], anchor.roster_hash)


def _following(state: State, anchor: Anchor | None, now: datetime) -> Change:
    refuse_to_follow(state, anchor)
    if anchor is not None and anchor.generation >= state.place.generation:
        return _signed(state, state.head.head, anchor.generation, anchor.head_hash, now)
    return _signed(state, state.head.head, state.place.generation, state.head.hash, now)


def _signed(state: State, head: Head, generation: int, previous_hash: bytes, now: datetime) -> Change:
    """Return a change that is a head alone: the one after `generation`."""
    author = state.identity
    place = HeadPlace(state.place.vault_id, state.place.epoch, generation + 1)
    new = head._replace(previous_hash=previous_hash, time_ms=int(now.timestamp() * 1000), author=author.fingerprint)
    return Change(head=seal_head(place, new, author, state.keys.head), generation=place.generation)


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
