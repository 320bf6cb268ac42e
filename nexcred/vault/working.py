"""The working copy of a vault under change: leaves, items and small tables, written as a whole or not at all."""

from datetime import datetime
from typing import NamedTuple

from nexcred.errors import Tampered
from nexcred.model.name import fold_name
from nexcred.vault.access import (
    commit_to_vault_key,
    grant_index_key,
    grant_vault_key,
    hash_access,
    hash_table,
    index_keys,
    link_epochs,
)
from nexcred.vault.head import HeadPlace, seal_head
from nexcred.vault.identity import Identity
from nexcred.vault.overview import Overview, write_overview
from nexcred.vault.primitives import digest, new_key
from nexcred.vault.record import OVERVIEW, Place, seal_for, seal_overview
from nexcred.vault.roster import GUEST, Roster, seal_roster
from nexcred.vault.sharing import verified_guests, verified_recipients
from nexcred.vault.state import State, fetch
from nexcred.vault.store import Change, Snapshot
from nexcred.vault.tree import (
    LEAVES,
    drop_from_leaf,
    find_in_leaf,
    name_tag,
    put_in_leaf,
    read_leaf,
    replace_leaf_hashes,
    tree_leaves,
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
        self.roster = state.roster
        self.author = state.identity
        self._keys = state.keys
        self._new_vault_key: bytes | None = None
        self._epoch = state.place.epoch
        self._size = state.head.head.size
        self._leaves: dict[int, bytes] = {}
        self._items: dict[bytes, bytes] = {}
        self._dropped: set[bytes] = set()
        self._access: tuple[bytes, ...] | None = None
        self._chain: tuple[bytes, ...] | None = None
        self._slots: tuple[bytes, ...] | None = None

    @property
    def is_changed(self) -> bool:
        return bool(self._leaves) or self._slots is not None or self.roster is not self.state.roster

    def find(self, name: str) -> Found | None:
        tag = name_tag(self._keys.name, name)
        found = find_in_leaf(self._leaf(tag[0]), tag)
        if found is None:
            return None
        opened = self._open(found)
        if fold_name(opened.overview.name) != fold_name(name):
            raise Tampered("a name of the vault leads to another credential")
        return opened

    def all(self) -> list[Found]:
        """Return every credential; only before anything was written here."""
        leaves = tree_leaves(self.state.tree, self.snapshot.leaves())
        return [self._open(entry.overview) for leaf in leaves for entry in read_leaf(leaf)]

    def fetch(self, wanted: bytes) -> bytes:
        return self._items.get(wanted) or fetch(self.snapshot, wanted)

    def put(self, overview: Overview, revision: int, *, instead_of: Found | None) -> None:
        """Seal an overview and let its name lead to it; `instead_of` is the one that it follows."""
        if instead_of is None:
            self._size += 1
        else:
            if fold_name(instead_of.overview.name) != fold_name(overview.name):
                self._unlink(instead_of.overview.name)
            if overview.previous != instead_of.digest:
                self.drop(instead_of.digest)
        self._link(overview.name, self.seal_overview(overview, revision))

    def seal_overview(self, overview: Overview, revision: int) -> bytes:
        """Seal an overview for all members, and for the guests that its access list names; return its digest."""
        guests = [member.public for member in verified_guests(overview.access, self.roster)]
        place = self._place(OVERVIEW, overview, revision)
        return self._keep(seal_overview(place, write_overview(overview), self._writing_key(), guests, self._keys.hint))

    def seal_part(self, part: int, overview: Overview, revision: int, plaintext: bytes) -> bytes:
        """Seal details or a session to those whom the access list names; return the record's digest."""
        recipients = [member.public for member in verified_recipients(overview.access, self.roster)]
        return self._keep(seal_for(self._place(part, overview, revision), plaintext, recipients, self._keys.hint))

    def remove(self, found: Found) -> None:
        self._unlink(found.overview.name)
        self.drop(found.digest)
        self._size -= 1

    def drop(self, *digests: bytes | None) -> None:
        """Forget records that nothing will lead to any more."""
        for name in digests:
            if name is not None and self._items.pop(name, None) is None:
                self._dropped.add(name)

    def set_slots(self, slots: tuple[bytes, ...]) -> None:
        self._slots = slots

    def admit(self, roster: Roster, newcomer: bytes) -> None:
        """Take a roster with one more member, and hand him the keys of this epoch."""
        rows = self.snapshot.access() if self._access is None else self._access
        self._access = (*rows, self._access_row(roster, newcomer))
        self._chain = self.snapshot.chain() if self._chain is None else self._chain
        self.roster = roster

    def begin_epoch(self, roster: Roster, author: Identity | None = None) -> list[Found]:
        """Take a roster under a new vault key, which who is not in it never gets; `author` when my keys changed.

        Every name gets another place in the tree; returns every credential. Call it before anything else is written.
        """
        everything = self.all()
        old_key, vault_id = self._writing_key(), self.state.place.vault_id
        self._epoch += 1
        self._new_vault_key = new_key()
        self._keys = index_keys(self._new_vault_key)
        self.roster = roster
        self.author = author or self.author
        self._access = tuple(self._access_row(roster, one) for one in roster.members)
        self._chain = (*self.snapshot.chain(), link_epochs(self._new_vault_key, old_key, vault_id, self._epoch))
        self._leaves = dict.fromkeys(range(LEAVES), b"")
        for found in everything:
            self._link(found.overview.name, found.digest)
        return everything

    def finish(self, now: datetime) -> Change:
        """Return the change, under a new head signed by its author."""
        state, old = self.state, self.state.head.head
        place = HeadPlace(state.place.vault_id, self._epoch, state.place.generation + 1)
        tree = replace_leaf_hashes(state.tree, self._leaves)
        has_new_roster = self.roster is not state.roster
        head = old._replace(
            size=self._size,
            vault_key_commitment=commit_to_vault_key(self._writing_key()),
            root=tree_root(self._keys.tree, tree),
            roster_length=self.roster.length,
            roster_hash=self.roster.last_hash,
            access_hash=old.access_hash if self._access is None else hash_access(self._access, self._chain or ()),
            slots_hash=old.slots_hash if self._slots is None else hash_table(self._slots),
            previous_hash=state.head.hash,
            time_ms=int(now.timestamp() * 1000),
            author=self.author.fingerprint,
        )
        return Change(
            head=seal_head(place, head, self.author, self._keys.head),
            generation=place.generation,
            items=self._items,
            dropped_items=tuple(self._dropped),
            leaves=self._leaves,
            tree=tree if self._leaves else None,
            access=self._access,
            chain=self._chain,
            roster=seal_roster(self.roster, self._keys.roster, self._epoch) if has_new_roster else None,
            slots=self._slots,
        )

    def _open(self, wanted: bytes) -> Found:
        header, overview = self.state.open_overview(self.fetch(wanted))
        return Found(wanted, header.revision, overview)

    def _leaf(self, index: int) -> bytes:
        if index in self._leaves:
            return self._leaves[index]
        leaf = self.snapshot.leaf(index)
        verify_leaf(self.state.tree, index, leaf)
        return leaf

    def _place(self, part: int, overview: Overview, revision: int) -> Place:
        return Place(part, self.state.place.vault_id, overview.access.record_id, revision, self._epoch)

    def _access_row(self, roster: Roster, fingerprint: bytes) -> bytes:
        member = roster.members[fingerprint]
        grant = grant_index_key if member.role == GUEST else grant_vault_key
        return grant(self._writing_key(), member.public, self.state.place.vault_id, self._epoch)

    def _writing_key(self) -> bytes:
        return self._new_vault_key or self.state.vault_key

    def _keep(self, sealed: bytes) -> bytes:
        name = digest(sealed)
        self._items[name] = sealed
        return name

    def _link(self, name: str, overview: bytes) -> None:
        """Let a name lead to an overview, instead of the one that it led to."""
        tag = name_tag(self._keys.name, name)
        self._leaves[tag[0]] = put_in_leaf(self._leaf(tag[0]), tag, overview)

    def _unlink(self, name: str) -> None:
        tag = name_tag(self._keys.name, name)
        self._leaves[tag[0]] = drop_from_leaf(self._leaf(tag[0]), tag)
