"""The working copy of a vault under change: leaves, items and the tree, written as a whole or not at all."""

from datetime import datetime
from typing import NamedTuple

from nexcred.errors import Tampered
from nexcred.model.name import fold_name
from nexcred.vault.access import hash_table
from nexcred.vault.head import HeadPlace, seal_head
from nexcred.vault.overview import Overview, write_overview
from nexcred.vault.primitives import digest
from nexcred.vault.record import OVERVIEW, Place, seal_for, seal_overview
from nexcred.vault.sharing import verified_recipients
from nexcred.vault.state import State, fetch
from nexcred.vault.store import Change, Snapshot
from nexcred.vault.tree import (
    drop_from_leaf,
    find_in_leaf,
    name_tag,
    put_in_leaf,
    replace_leaf_hash,
    tree_root,
    verify_leaf,
)


class Found(NamedTuple):
    """A credential in the working copy; `digest` names its overview's record."""

    digest: bytes
    revision: int
    overview: Overview


class WorkingCopy:
    """Reads see what was written here before; nothing leaves it but through `finish`."""

    def __init__(self, state: State, snapshot: Snapshot) -> None:
        self.state = state
        self.snapshot = snapshot
        self._tree = state.tree
        self._size = state.head.head.size
        self._leaves: dict[int, bytes] = {}
        self._items: dict[bytes, bytes] = {}
        self._dropped: set[bytes] = set()
        self._slots: tuple[bytes, ...] | None = None

    @property
    def is_changed(self) -> bool:
        return bool(self._leaves) or self._slots is not None

    def find(self, name: str) -> Found | None:
        tag = name_tag(self.state.keys.name, name)
        found = find_in_leaf(self._leaf(tag[0]), tag)
        if found is None:
            return None
        header, overview = self.state.open_overview(self.fetch(found))
        if fold_name(overview.name) != fold_name(name):
            raise Tampered("a name of the vault leads to another credential")
        return Found(found, header.revision, overview)

    def fetch(self, wanted: bytes) -> bytes:
        return self._items.get(wanted) or fetch(self.snapshot, wanted)

    def put(self, overview: Overview, revision: int, *, instead_of: Found | None) -> None:
        """Seal an overview and let its name lead to it; `instead_of` is the one that it follows."""
        if instead_of is None:
            self._size += 1
        else:
            self._unlink(instead_of, keep=overview.previous == instead_of.digest)
        place = self._place(OVERVIEW, overview, revision)
        # Guests, when the roster has them, are sealed to here.
        sealed = seal_overview(place, write_overview(overview), self.state.vault_key, (), self.state.keys.hint)
        tag = name_tag(self.state.keys.name, overview.name)
        self._set_leaf(tag[0], put_in_leaf(self._leaf(tag[0]), tag, self._keep(sealed)))

    def seal_part(self, part: int, overview: Overview, revision: int, plaintext: bytes) -> bytes:
        """Seal details or a session to those whom the access list names; return the record's digest."""
        recipients = verified_recipients(overview.access, self.state.roster)
        return self._keep(seal_for(self._place(part, overview, revision), plaintext, recipients, self.state.keys.hint))

    def remove(self, found: Found) -> None:
        self._unlink(found, keep=False)
        self._size -= 1

    def drop(self, *digests: bytes | None) -> None:
        """Forget records that nothing will lead to any more."""
        for name in digests:
            if name is not None and self._items.pop(name, None) is None:
                self._dropped.add(name)

    def set_slots(self, slots: tuple[bytes, ...]) -> None:
        self._slots = slots

    def finish(self, now: datetime) -> Change:
        """Return the change, under a new head signed by the identity that opened the state."""
        state, old = self.state, self.state.head.head
        place = HeadPlace(state.place.vault_id, state.place.epoch, state.place.generation + 1)
        head = old._replace(
            size=self._size,
            root=tree_root(state.keys.tree, self._tree),
            slots_hash=old.slots_hash if self._slots is None else hash_table(self._slots),
            previous_hash=state.head.hash,
            time_ms=int(now.timestamp() * 1000),
            author=state.identity.fingerprint,
        )
        return Change(
            head=seal_head(place, head, state.identity, state.keys.head),
            generation=place.generation,
            items=self._items,
            dropped_items=tuple(self._dropped),
            leaves=self._leaves,
            tree=self._tree if self._leaves else None,
            slots=self._slots,
        )

    def _leaf(self, index: int) -> bytes:
        if index in self._leaves:
            return self._leaves[index]
        leaf = self.snapshot.leaf(index)
        verify_leaf(self._tree, index, leaf)
        return leaf

    def _place(self, part: int, overview: Overview, revision: int) -> Place:
        at = self.state.place
        return Place(part, at.vault_id, overview.access.record_id, revision, at.epoch)

    def _keep(self, sealed: bytes) -> bytes:
        name = digest(sealed)
        self._items[name] = sealed
        return name

    def _unlink(self, found: Found, *, keep: bool) -> None:
        tag = name_tag(self.state.keys.name, found.overview.name)
        self._set_leaf(tag[0], drop_from_leaf(self._leaf(tag[0]), tag))
        if not keep:
            self.drop(found.digest)

    def _set_leaf(self, index: int, leaf: bytes) -> None:
        self._leaves[index] = leaf
        self._tree = replace_leaf_hash(self._tree, index, leaf)
