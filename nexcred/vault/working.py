"""The working copy of a vault under change: leaves, items and small tables, written as a whole or not at all."""

from datetime import datetime
from typing import NamedTuple

from nexcred.errors import Damaged, NotPermitted, Tampered
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
from nexcred.vault.access_list import AccessList, hash_list
from nexcred.vault.authority import VerifiedList, VerifiedRecord, verify_list, verify_record
from nexcred.vault.ended_lists import EndedLists, with_ended_lists
from nexcred.vault.floor import Floor
from nexcred.vault.head import FORMAT_2_FEATURE, HeadPlace, seal_head
from nexcred.vault.identity import Identity, PublicIdentity
from nexcred.vault.overview import Overview, names_guests, write_overview
from nexcred.vault.pins import RecordPin
from nexcred.vault.primitives import digest, new_key
from nexcred.vault.record import (
    OVERVIEW,
    Place,
    body_digest,
    lacking,
    move_own_grant,
    read_header,
    seal_for,
    seal_overview,
    wrap_anew,
)
from nexcred.vault.remembered import Remembered
from nexcred.vault.roster import GUEST, Member, Roster, seal_roster
from nexcred.vault.slot import describe_slot, renew_slot
from nexcred.vault.state import State, fetch
from nexcred.vault.statements import DetailsStatement, PartStatement, hash_statement, sign_details, sign_part
from nexcred.vault.store import Change, Snapshot
from nexcred.vault.tree import (
    LEAVES,
    LeafEntry,
    drop_from_leaf,
    find_in_leaf,
    name_tag,
    put_in_leaf,
    read_leaf,
    replace_leaf_hashes,
    spoilt_tag,
    trash_tag,
    tree_leaves,
    tree_root,
    verify_leaf,
)


class Found(NamedTuple):
    """A credential in the working copy; `digest` names its overview's record, `tag` says where it stands in the tree."""

    digest: bytes
    revision: int
    overview: Overview
    tag: bytes


class Everything(NamedTuple):
    """All records of a vault. `spoilt` are the digests of overviews that do not open, which nothing may stumble over."""

    credentials: list[Found]
    trash: list[Found]
    spoilt: list[bytes]


class WorkingCopy:
    """Reads see what was written here before; nothing leaves it but through `finish`."""

    def __init__(
        self, state: State, snapshot: Snapshot, *, now_ms: int = 0, remembered: Remembered | None = None
    ) -> None:
        self.state = state
        self.snapshot = snapshot
        self.roster = state.roster
        self.author = state.identity
        self.me = state.me.id
        # That of the head which this becomes.
        self.generation = state.generation + 1
        self.written: dict[bytes, Overview] = {}
        self.signed: list[bytes] = []
        self.ended: list[EndedLists] = []
        self.renewed = state.identity.slot
        self._remembered = remembered
        self._verified: tuple[tuple[AccessList, Roster], VerifiedList] | None = None
        # A guest has ended when this clock and the newest head are past it.
        self._now_ms = min(now_ms, state.head.head.time_ms)
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
        if entry.tag == spoilt_tag(key, entry.overview):
            every.spoilt.append(entry.overview)
            return
        try:
            found = self._open(entry.overview, entry.tag)
        except NotPermitted:
            return  # a guest sees what was granted to it, and writes nothing
        except Damaged:
            every.spoilt.append(entry.overview)
            return
        if entry.tag == trash_tag(key, found.overview.record_id):
            every.trash.append(found)
        elif entry.tag == name_tag(key, found.overview.name):
            every.credentials.append(found)
        else:
            every.spoilt.append(entry.overview)

    def fetch(self, wanted: bytes) -> bytes:
        return self._items.get(wanted) or fetch(self.snapshot, wanted)

    def prove(self, overview: Overview) -> VerifiedRecord:
        """Return what may be believed of a record as it stands before this change; raise Disputed, RolledBack."""
        if overview.record_id in self.written:
            return verify_record(overview, self.roster, self.generation)
        proved = self.state.prove(overview)
        if self._remembered is not None:
            self._remembered.refuse_rollback(self.state, overview, proved)
        return proved

    def pin_of(self, record_id: bytes) -> RecordPin | None:
        """Return what this machine remembers of a record."""
        return None if self._remembered is None else self._remembered.record_pin(record_id)

    def put(
        self, overview: Overview, revision: int, *, instead_of: Found | None, to_members_only: bool = False
    ) -> None:
        """Seal an overview and let its name lead to it; `instead_of` is the one that it follows."""
        tag = name_tag(self._keys.name, overview.name) if overview.removed_at is None else self._trash(overview)
        if instead_of is None:
            self._size += 1
        else:
            if instead_of.tag != tag:
                self._unlink(instead_of.tag)
            if instead_of.digest not in overview.past:
                self.drop(instead_of.digest)
        self._link(tag, self.seal_overview(overview, revision, to_members_only=to_members_only))
        self.written[overview.record_id] = overview

    def _trash(self, overview: Overview) -> bytes:
        return trash_tag(self._keys.name, overview.record_id)

    def seal_overview(self, overview: Overview, revision: int, *, to_members_only: bool = False) -> bytes:
        """Seal an overview for all members, and for the guests that its access list names; return its digest."""
        assert isinstance(overview.access, AccessList)
        guests: list[PublicIdentity] = []
        wanted = overview.removed_at is None and not to_members_only
        if wanted and names_guests(overview.access, self.roster):
            guests = [one.public for one in self.recipients(overview) if one.role == GUEST]
        place = self._place(OVERVIEW, overview.record_id, revision)
        return self._keep(seal_overview(place, write_overview(overview), self._writing_key(), guests, self._keys.hint))

    def verified_list(self, overview: Overview) -> VerifiedList:
        """Prove the list of a record against the roster and the head to come; raise Disputed."""
        assert isinstance(overview.access, AccessList)
        key = overview.access, self.roster
        if self._verified is None or self._verified[0] != key:
            self._verified = key, verify_list(overview.access, self.roster, self.generation, overview.name)
        return self._verified[1]

    def recipients(self, overview: Overview) -> list[Member]:
        """Return whom to seal to, by the proved list of a record; raise Disputed."""
        return list(self.verified_list(overview).recipients(now_ms=self._now_ms))

    def seal_part(self, part: int, overview: Overview, number: int, plaintext: bytes) -> tuple[bytes, bytes]:
        """Seal a part to those whom the access list names; return the record's digest, and that of its body.

        `number` is the revision of details, the serial of any other part.
        """
        recipients = [member.public for member in self.recipients(overview)]
        place = self._place(part, overview.record_id, number)
        sealed = seal_for(place, plaintext, recipients, self._keys.hint)
        return self._keep(sealed), body_digest(sealed)

    def lacks_recipients(self, record: bytes, overview: Overview) -> bool:
        """True when somebody on the list has no grant on a record."""
        old = self.fetch(record)
        recipients = [member.public for member in self.recipients(overview)]
        return bool(lacking(old, recipients, self._hint_key_of(read_header(old).epoch)))

    def move_own_grant(self, record: bytes, moved: PublicIdentity) -> bytes | None:
        """Move this identity's own grant on a record to its new keys; return its new digest, None where it has none."""
        old = self.fetch(record)
        try:
            new = move_own_grant(old, self.state.identity, moved, self._hint_key_of(read_header(old).epoch))
        except NotPermitted:
            return None
        self.drop(record)
        return self._keep(new)

    def wrap_anew(self, record: bytes, overview: Overview) -> bytes | None:
        """Wrap the key of a record for those whom the list names; return its new digest, None where no grant opens it."""
        old = self.fetch(record)
        hint_key = self._hint_key_of(read_header(old).epoch)
        recipients = [member.public for member in self.recipients(overview)]
        try:
            new = wrap_anew(old, self.state.identity, recipients, hint_key)
        except NotPermitted:
            return None
        self.drop(record)
        return self._keep(new)

    def sign_details(self, unsigned: DetailsStatement, record_id: bytes) -> DetailsStatement:
        signed = sign_details(unsigned, self.author, self.vault_id, record_id)
        self.signed.append(hash_statement(signed, self.vault_id, record_id))
        return signed

    def sign_part(self, unsigned: PartStatement, record_id: bytes) -> PartStatement:
        signed = sign_part(unsigned, self.author, self.vault_id, record_id)
        self.signed.append(hash_statement(signed, self.vault_id, record_id))
        return signed

    def note_list(self, access: AccessList) -> AccessList:
        """Remember that this list was signed here."""
        self.signed.append(hash_list(access, self.vault_id))
        return access

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

    def set_slots(self, slots: tuple[bytes, ...]) -> None:
        self._slots = slots

    def admit(self, roster: Roster, member_id: bytes) -> None:
        """Take a roster in which somebody came, or is a guest no more, and hand him the keys of this epoch."""
        rows = self.snapshot.access() if self._access is None else self._access
        self._access = (*rows, self._access_row(roster.members[member_id]))
        self._chain = self.snapshot.chain() if self._chain is None else self._chain
        self.roster = roster

    def begin_epoch(self, roster: Roster, author: Identity | None = None) -> Everything:
        """Take a roster under a new vault key, which who is not in it never gets; `author` when my keys changed.

        Every name gets another place in the tree; returns every record, with its new place. Call it before anything
        else is written.
        """
        every = self.everything()
        self.author = author or self.author
        self.begin_empty_epoch(roster)
        placed = Everything(
            [found._replace(tag=name_tag(self._keys.name, found.overview.name)) for found in every.credentials],
            [found._replace(tag=self._trash(found.overview)) for found in every.trash],
            every.spoilt,
        )
        for found in (*placed.credentials, *placed.trash):
            self._link(found.tag, found.digest)
        for digest in placed.spoilt:
            self._link(spoilt_tag(self._keys.name, digest), digest)
        self._size = len(placed.credentials) + len(placed.trash) + len(set(placed.spoilt))
        return placed

    def begin_empty_epoch(self, roster: Roster) -> None:
        """Take a roster under a new vault key, with no record at all yet."""
        old_key = self._writing_key()
        self._epoch += 1
        self._new_vault_key = new_key()
        self._keys = index_keys(self._new_vault_key)
        self.roster = roster
        self._access = tuple(self._access_row(member) for member in roster.members.values())
        self._chain = (*self.snapshot.chain(), link_epochs(self._new_vault_key, old_key, self.vault_id, self._epoch))
        self._leaves = dict.fromkeys(range(LEAVES), b"")
        self._size = 0

    def finish(self, now: datetime) -> Change:
        """Return the change, under a new head signed by its author."""
        self.roster = with_ended_lists(self.roster, self.author, self.ended)
        self._renew_slot()
        state, old = self.state, self.state.head.head
        place = HeadPlace(state.place.vault_id, self._epoch, self.generation)
        tree = replace_leaf_hashes(state.tree, self._leaves)
        has_new_roster = self.roster is not state.roster
        head = old._replace(
            features=old.features if self.roster.is_first_format else old.features | FORMAT_2_FEATURE,
            size=self._size,
            vault_key_commitment=commit_to_vault_key(self._writing_key()),
            root=tree_root(self._keys.tree, tree),
            roster_length=self.roster.length,
            roster_hash=self.roster.last_hash,
            access_hash=old.access_hash if self._access is None else hash_access(self._access, self._chain or ()),
            slots_hash=old.slots_hash if self._slots is None else hash_table(self._slots),
            previous_hash=state.head.hash,
            time_ms=int(now.timestamp() * 1000),
            author=self.me,
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

    def _renew_slot(self) -> None:
        """Let the slot that opened this identity say how far the roster has come."""
        opened = self.state.identity.slot
        if opened is None or self.roster is self.state.roster or self.author is not self.state.identity:
            return
        slots = self.snapshot.slots() if self._slots is None else self._slots
        if opened.slot in slots and describe_slot(opened.slot).cost is not None:
            known = self.author.bind(self.vault_id, Floor(self.roster.length, self.roster.last_hash))
            renewed = renew_slot(opened.slot, opened.key, known)
            self._slots = tuple(renewed if slot == opened.slot else slot for slot in slots)
            self.renewed = opened._replace(slot=renewed)

    def _open(self, wanted: bytes, tag: bytes) -> Found:
        header, overview = self.state.open_overview(self.fetch(wanted))
        return Found(wanted, header.revision, overview, tag)

    def _leaf(self, index: int) -> bytes:
        if index in self._leaves:
            return self._leaves[index]
        leaf = self.snapshot.leaf(index)
        verify_leaf(self.state.tree, index, leaf)
        return leaf

    def _place(self, part: int, record_id: bytes, revision: int) -> Place:
        return Place(part, self.vault_id, record_id, revision, self._epoch)

    def _hint_key_of(self, epoch: int) -> bytes:
        if epoch == self._epoch:
            return self._keys.hint
        return self.state.index_keys_of(epoch).hint

    def _access_row(self, member: Member) -> bytes:
        grant = grant_index_key if member.role == GUEST else grant_vault_key
        return grant(self._writing_key(), member.public, self.vault_id, self._epoch)

    def _writing_key(self) -> bytes:
        return self._new_vault_key or self.state.vault_key

    def _keep(self, sealed: bytes) -> bytes:
        name = digest(sealed)
        self._items[name] = sealed
        return name

    def _link(self, tag: bytes, overview: bytes) -> None:
        """Let a tag lead to an overview, instead of the one that it led to."""
        self._leaves[tag[0]] = put_in_leaf(self._leaf(tag[0]), tag, overview)

    def _unlink(self, tag: bytes) -> None:
        self._leaves[tag[0]] = drop_from_leaf(self._leaf(tag[0]), tag)
