"""The records of a vault under change: where they stand in the tree, and which are new or gone."""

from typing import NamedTuple

from nexcred.errors import Damaged, NotPermitted, Tampered
from nexcred.model.name import fold_name
from nexcred.vault.overview import Overview
from nexcred.vault.primitives import digest
from nexcred.vault.state import State, fetch
from nexcred.vault.store import Snapshot
from nexcred.vault.tree import (
    LeafEntry,
    drop_from_leaf,
    find_in_leaf,
    name_tag,
    put_in_leaf,
    read_leaf,
    spoilt_tag,
    trash_tag,
    tree_leaves,
    verify_leaf,
)


class Found(NamedTuple):
    """A credential in the working copy; `digest` names its overview's record, `tag` its place in the tree."""

    digest: bytes
    revision: int
    overview: Overview
    tag: bytes


class Everything(NamedTuple):
    """All records of a vault. `spoilt` are the digests of overviews that do not open: nothing may stumble over them."""

    credentials: list[Found]
    trash: list[Found]
    spoilt: list[bytes]


class WorkingTree:
    """Reads see what was written here before."""

    def __init__(self, state: State, snapshot: Snapshot) -> None:
        self.state = state
        self.snapshot = snapshot
        self._keys = state.keys
        self._size = state.head.head.size
        self._leaves: dict[int, bytes] = {}
        self._items: dict[bytes, bytes] = {}
        self._dropped: set[bytes] = set()

    @property
    def vault_id(self) -> bytes:
        return self.state.place.vault_id

    def find(self, name: str) -> Found | None:
        tag = name_tag(self._keys.name, name)
        found = find_in_leaf(self._leaf(tag[0]), tag)
        if found is None:
            return None
        opened = self._open(found, tag)
        if fold_name(opened.overview.name) != fold_name(name):
            raise Tampered("a name of the vault leads to another credential")
        return opened

    def all(self) -> list[Found]:
        """Return every credential that opens; only before anything was written here."""
        return self.everything().credentials

    def everything(self) -> Everything:
        """Return every record; only before anything was written here."""
        every = Everything([], [], [])
        for leaf in tree_leaves(self.state.tree, self.snapshot.leaves()):
            for entry in read_leaf(leaf):
                self._sort_in(entry, every)
        return every

    def _sort_in(self, entry: LeafEntry, every: Everything) -> None:
        key = self._keys.name
        try:
            found = self._open(entry.overview, entry.tag)
        except NotPermitted:
            return  # a guest sees what was granted to it, and writes nothing
        except Damaged:
            every.spoilt.append(entry.overview)
            return
        if entry.tag == name_tag(key, found.overview.name):
            every.credentials.append(found)
        elif entry.tag == trash_tag(key, found.overview.record_id):
            every.trash.append(found)
        else:
            every.spoilt.append(entry.overview)

    def fetch(self, wanted: bytes) -> bytes:
        return self._items.get(wanted) or fetch(self.snapshot, wanted)

    def remove(self, found: Found) -> None:
        self._unlink(found.tag)
        self.drop(found.digest)
        self._size -= 1

    def set_aside(self, digest: bytes, tag: bytes) -> None:
        """Let an overview that does not open lie under its own digest, out of the way of its name."""
        self._unlink(tag)
        self._link(spoilt_tag(self._keys.name, digest), digest)

    def set_aside_anywhere(self, digest: bytes) -> None:
        """The same for an overview that stands under any tags."""
        leaves = tree_leaves(self.state.tree, self.snapshot.leaves())
        for entry in [entry for leaf in leaves for entry in read_leaf(leaf)]:
            if entry.overview == digest:
                self.set_aside(digest, entry.tag)

    def drop(self, *digests: bytes | None) -> None:
        """Forget records that nothing will lead to any more."""
        for name in digests:
            if name is not None and self._items.pop(name, None) is None:
                self._dropped.add(name)

    def _trash(self, overview: Overview) -> bytes:
        return trash_tag(self._keys.name, overview.record_id)

    def _open(self, wanted: bytes, tag: bytes) -> Found:
        header, overview = self.state.open_overview(self.fetch(wanted))
        return Found(wanted, header.revision, overview, tag)

    def _leaf(self, index: int) -> bytes:
        if index in self._leaves:
            return self._leaves[index]
        leaf = self.snapshot.leaf(index)
        verify_leaf(self.state.tree, index, leaf)
        return leaf

    def _keep(self, sealed: bytes) -> bytes:
        name = digest(sealed)
        self._items[name] = sealed
        return name

    def _link(self, tag: bytes, overview: bytes) -> None:
        """Let a tag lead to an overview, instead of the one that it led to."""
        self._leaves[tag[0]] = put_in_leaf(self._leaf(tag[0]), tag, overview)

    def _unlink(self, tag: bytes) -> None:
        self._leaves[tag[0]] = drop_from_leaf(self._leaf(tag[0]), tag)
