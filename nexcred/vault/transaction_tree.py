"""The tree and the records of a vault during a write, with those added and dropped."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from nexcred.errors import Conflict, Damaged, NotPermitted, Tampered
from nexcred.model.credential import Credential
from nexcred.model.name import fold_name
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.fetching import fetch, fetch_many
from nexcred.vault.overview import Overview
from nexcred.vault.overviews import reader_of
from nexcred.vault.primitives import digest
from nexcred.vault.record import OVERVIEW, read_header
from nexcred.vault.state import VerifiedState
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

# What is read of so many records is held in memory at once.
AT_ONCE = 20_000


class Lookup(NamedTuple):
    """A credential in the working copy; `digest` names its overview's record, `tag` its place in the tree."""

    digest: bytes
    revision: int
    overview: Overview
    tag: bytes


# What a digest leads to, or why it does not open.
Opened = Lookup | NotPermitted | Damaged


class Everything(NamedTuple):
    """All records of a vault, each once, with its right place; some may not be linked there yet.

    `spoilt` are the digests of overviews that do not open, or whose place is another's: nothing may stumble over them.
    `misplaced` are the entries of the tree that lead to any record from where it is not.
    """

    credentials: list[Lookup]
    trash: list[Lookup]
    spoilt: list[bytes]
    misplaced: list[LeafEntry]

    @property
    def size(self) -> int:
        return len(self.credentials) + len(self.trash) + len(self.spoilt)


class TransactionTree:
    """Reads see the writes made here before."""

    def __init__(self, state: VerifiedState, snapshot: Snapshot) -> None:
        self.state = state
        self.snapshot = snapshot
        self._keys = state.keys
        self._size = state.head.head.size
        self._leaves: dict[int, bytes] = {}
        self._items: dict[bytes, bytes] = {}
        self._dropped: set[bytes] = set()
        # Records that were read ahead, each the one of its digest.
        self._fetched: Mapping[bytes, bytes] = {}

    @property
    def vault_id(self) -> bytes:
        return self.state.place.vault_id

    def find(self, name: str) -> Lookup | None:
        tag = name_tag(self._keys.name, name)
        found = find_in_leaf(self._leaf(tag[0]), tag)
        if found is None:
            return None
        opened = self._open(found, tag)
        if fold_name(opened.overview.name) != fold_name(name):
            raise Tampered("a name of the vault leads to another credential")
        if opened.overview.removed_at is not None:
            raise Tampered(f"'{opened.overview.name}' is said to be in the trash, where it is not")
        return opened

    def find_record(self, credential: Credential) -> Lookup | None:
        """Return the record of this id: by its name, else wherever it is now."""
        found = self.find(credential.name)
        if found is not None and found.overview.record_id.hex() == credential.id:
            return found
        return next((one for one in self.all() if one.overview.record_id.hex() == credential.id), None)

    def find_removed(self, record_id: bytes) -> Lookup | None:
        """Return a record in the trash; raise Tampered."""
        tag = trash_tag(self._keys.name, record_id)
        found = find_in_leaf(self._leaf(tag[0]), tag)
        if found is None:
            return None
        opened = self._open(found, tag)
        if opened.overview.record_id != record_id or opened.overview.removed_at is None:
            raise Tampered("the trash of the vault leads to what was not removed")
        return opened

    def make_way_in_trash(self, found: Lookup) -> None:
        """Let nothing lie in the trash under the id of a record that is going there: a member may have put it there."""
        tag = trash_tag(self._keys.name, found.overview.record_id)
        there = find_in_leaf(self._leaf(tag[0]), tag)
        if there is None:
            return
        self._unlink(tag)
        if there != found.digest:
            self._size -= 1
            if not self._is_anothers(there):
                self.drop(there)

    def all(self) -> list[Lookup]:
        """Return every credential that opens; only before anything was written here."""
        return self.everything().credentials

    def everything(self) -> Everything:
        """Return every record; only before anything was written here."""
        every = Everything([], [], [], [])
        astray: dict[bytes, Lookup] = {}
        entries = [entry for leaf in tree_leaves(self.state.tree, self.snapshot.leaves()) for entry in read_leaf(leaf)]
        opened = self._open_all({entry.overview for entry in entries})
        for entry in entries:
            self._sort_in(entry, every, astray, opened)
        lost = dict.fromkeys(entry.overview for entry in every.misplaced)
        doubles = _put_back(every, astray.values()) if astray else set()
        return every._replace(spoilt=[one for one in lost if one not in doubles])

    def _open_all(self, digests: set[bytes]) -> dict[bytes, Opened]:
        """Open each once, though many entries may lead to it: one that is large would make that last for hours."""
        opened: dict[bytes, Opened] = {}
        read = reader_of(len(digests))
        names = sorted(digests)
        with suppress(Tampered):  # of one of them, and maybe of more: reading one by one says of which
            for start in range(0, len(names), AT_ONCE):
                records = dict(fetch_many(self.snapshot, names[start : start + AT_ONCE]))
                opened |= self._open_some(records, read)
        for name in digests - opened.keys():
            try:
                opened[name] = self._try_to_open(name, fetch(self.snapshot, name), read)
            except Tampered as error:
                opened[name] = error.with_traceback(None)
        return opened

    def _open_some(self, records: Mapping[bytes, bytes], read: Callable[[bytes], Overview]) -> dict[bytes, Opened]:
        return {name: self._try_to_open(name, record, read) for name, record in records.items()}

    def _try_to_open(self, name: bytes, record: bytes, read: Callable[[bytes], Overview]) -> Opened:
        try:
            header, overview = self.state.open_overview(record, read)
        except (NotPermitted, Damaged) as error:
            return error.with_traceback(None)
        return Lookup(name, header.revision, overview, self._tag_of(overview))

    def _sort_in(
        self, entry: LeafEntry, every: Everything, astray: dict[bytes, Lookup], opened: Mapping[bytes, Opened]
    ) -> None:
        found = opened[entry.overview]
        if isinstance(found, NotPermitted):
            return  # a guest sees what was granted to it, and writes nothing
        if isinstance(found, Damaged):
            every.misplaced.append(entry)
            return
        if entry.tag != found.tag:
            every.misplaced.append(entry)
            astray[entry.overview] = found
        elif found.overview.removed_at is None:
            every.credentials.append(found)
        else:
            every.trash.append(found)

    def fetch(self, wanted: bytes) -> bytes:
        return self._items.get(wanted) or self._fetched.get(wanted) or fetch(self.snapshot, wanted)

    def remove(self, found: Lookup) -> None:
        self._unlink(found.tag)
        self.drop(found.digest)
        self._size -= 1

    def discard(self, name: str) -> None:
        """Remove what stands under a name and does not open; raise CredentialNotFound, Conflict where it opens."""
        tag = name_tag(self._keys.name, name)
        digest_of_it = find_in_leaf(self._leaf(tag[0]), tag)
        if digest_of_it is None:
            from nexcred.vault.names_in_use import name_not_found

            raise name_not_found(name)
        with suppress(Damaged):
            if self.find(name) is not None:
                raise Conflict(f"'{name}' opens", hint="remove it as it is: nexcred remove NAME")
        self._unlink(tag)
        if not self._is_anothers(digest_of_it):
            self.drop(digest_of_it)
        self._size -= 1

    def _is_anothers(self, wanted: bytes) -> bool:
        """True for a record that others may need: an overview that opens, or a part of a credential."""
        try:
            record = self.fetch(wanted)
            if read_header(record).part != OVERVIEW:
                return True
            self.state.open_overview(record)
        except Damaged:
            return False
        return True

    def put_in_order(self, every: Everything) -> None:
        """Let each record stand where it belongs; overviews that do not open lie under their own digests.

        Before any of them is written anew.
        """
        for entry in every.misplaced:
            self._unlink(entry.tag)
        moved = {entry.overview for entry in every.misplaced}
        for found in (*every.credentials, *every.trash):
            if found.digest in moved:
                self._link(found.tag, found.digest)
        for spoilt in every.spoilt:
            self._link(spoilt_tag(self._keys.name, spoilt), spoilt)
        self._size = every.size

    def bring(self, record: bytes) -> bytes:
        """Keep a sealed record of another copy of the vault as it is; return its digest."""
        name = self._keep(record)
        self._dropped.discard(name)
        return name

    def drop(self, *digests: bytes | None) -> None:
        """Forget records that nothing will lead to any more."""
        for name in digests:
            if name is not None and self._items.pop(name, None) is None:
                self._dropped.add(name)

    def drop_parts(self, record_id: bytes, *digests: bytes | None) -> None:
        """Forget parts of a record, and of no other: a member can point an overview of theirs at another's record."""
        for name in digests:
            with suppress(Damaged):
                if name is not None and read_header(self.fetch(name)).record_id == record_id:
                    self.drop(name)

    def _tag_of(self, overview: Overview) -> bytes:
        """Return where an overview belongs."""
        if overview.removed_at is None:
            return name_tag(self._keys.name, overview.name)
        return trash_tag(self._keys.name, overview.record_id)

    def _open(self, wanted: bytes, tag: bytes) -> Lookup:
        header, overview = self.state.open_overview(self.fetch(wanted))
        return Lookup(wanted, header.revision, overview, tag)

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


def _put_back(every: Everything, astray: Iterable[Lookup]) -> set[bytes]:
    """Add those that lie where they do not belong, and nowhere else; return their digests and those of doubles."""
    kept = {found.overview.record_id for found in (*every.credentials, *every.trash)}
    taken = {found.tag for found in (*every.credentials, *every.trash)}
    doubles = set[bytes]()
    for found in astray:
        if found.overview.record_id in kept:
            doubles.add(found.digest)
        elif found.tag not in taken:
            taken.add(found.tag)
            kept.add(found.overview.record_id)
            doubles.add(found.digest)
            (every.credentials if found.overview.removed_at is None else every.trash).append(found)
    return doubles
