"""The working copy of a vault under change: leaves, items and small tables, written as a whole or not at all."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

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
from nexcred.vault.floor import Floor
from nexcred.vault.head import FORMAT_2_FEATURE, HeadPlace, seal_head
from nexcred.vault.identity import Identity
from nexcred.vault.overview import Overview
from nexcred.vault.primitives import new_key
from nexcred.vault.remembered import Remembered
from nexcred.vault.roster import GUEST, Member, Roster, seal_roster
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Change, Snapshot
from nexcred.vault.transaction_seals import TransactionSeals
from nexcred.vault.transaction_tree import Everything, Lookup
from nexcred.vault.tree import LEAVES, make_leaves, replace_leaf_hashes, tree_root

if TYPE_CHECKING:
    from nexcred.vault.ended_lists import EndedLists

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Transaction(TransactionSeals):
    """Reads see what was written here before; nothing leaves it but through `finish`."""

    def __init__(
        self,
        state: VerifiedState,
        snapshot: Snapshot,
        *,
        now: datetime = _BEGINNING,
        remembered: Remembered | None = None,
    ) -> None:
        super().__init__(state, snapshot, int(now.timestamp() * 1000), remembered)
        # The moment of the whole change: what is written and the head over it tell the same.
        self.now = now
        self.renewed = state.identity.slot
        self.ended: list[EndedLists] = []
        # The digests of what is written to lie in the trash, by record id.
        self.thrown: dict[bytes, bytes] = {}
        # The names of records in which there is no room for who knows their values.
        self.unnoted: list[str] = []
        self._access: tuple[bytes, ...] | None = None
        self._chain: tuple[bytes, ...] | None = None
        self._slots: tuple[bytes, ...] | None = None
        self._wants_head = False
        # Where the vault has moved from, it writes nothing but what is of moving.
        self.is_move = False

    @property
    def is_changed(self) -> bool:
        is_other = self._slots is not None or self.roster is not self.state.roster
        return bool(self._leaves) or is_other or self._wants_head

    def write_head(self) -> None:
        """Let a new head be written, whatever else changes: no write that began before it fits any more."""
        self._wants_head = True

    def take_move(self, roster: Roster) -> None:
        """Take a roster that says where the vault goes, or that it arrived."""
        self.roster, self.is_move = roster, True

    def put(
        self, overview: Overview, revision: int, *, instead_of: Lookup | None, to_members_only: bool = False
    ) -> None:
        """Seal an overview and let its name lead to it; `instead_of` is the one that it follows.

        Raises InvalidData for one that is too large, and nothing has changed then.
        """
        tag, sealed = self._tag_of(overview), self.seal_overview(overview, revision, to_members_only=to_members_only)
        if instead_of is None or fold_name(instead_of.overview.name) != fold_name(overview.name):
            self.named.add(overview.record_id)
        if instead_of is None:
            self._size += 1
        else:
            if instead_of.tag != tag:
                self._unlink(instead_of.tag)
            if instead_of.digest not in overview.past:
                self.drop(instead_of.digest)
        self._link(tag, sealed)
        self.written[overview.record_id] = overview
        if overview.removed_at is not None:
            self.thrown[overview.record_id] = sealed

    def set_slots(self, slots: tuple[bytes, ...]) -> None:
        self._slots = slots

    def admit(self, roster: Roster, member_id: bytes) -> None:
        """Take a roster in which somebody joined, or is no guest any more, and grant them the keys of this epoch."""
        rows = self.snapshot.access() if self._access is None else self._access
        # Before that of a guest, which nobody can tell from the others: the first that opens counts.
        self._access = (self._access_row(roster.members[member_id]), *rows)
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
            [self._placed(found) for found in every.credentials],
            [self._placed(found) for found in every.trash],
            every.spoilt,
            [],
        )
        self._leaves = make_leaves({found.tag: found.digest for found in (*placed.credentials, *placed.trash)})
        self.put_in_order(placed)
        return placed

    def _placed(self, found: Lookup) -> Lookup:
        return Lookup(found.digest, found.revision, found.overview, self._tag_of(found.overview))

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
        if self.ended:
            from nexcred.vault.ended_lists import with_ended_lists  # which few changes end

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
        from nexcred.vault.slot import (
            describe_slot,
            renew_slot,
        )  # where a passphrase opened it, and people came or left

        slots = self.snapshot.slots() if self._slots is None else self._slots
        if opened.slot in slots and describe_slot(opened.slot).cost is not None:
            known = self.author.bind(self.vault_id, Floor(self.roster.length, self.roster.last_hash))
            renewed = renew_slot(opened.slot, opened.key, known)
            self._slots = tuple(renewed if slot == opened.slot else slot for slot in slots)
            self.renewed = opened._replace(slot=renewed)

    def _access_row(self, member: Member) -> bytes:
        grant = grant_index_key if member.role == GUEST else grant_vault_key
        return grant(self._writing_key(), member.public, self.vault_id, self._epoch)
