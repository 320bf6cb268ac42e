"""Sealing in a write: to those on a proved list, signed by the author, and remembered by this machine."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from nexcred.errors import Disputed, NotPermitted, RolledBack
from nexcred.model.shell_word import shell_word
from nexcred.vault.access_list import AccessList, hash_list
from nexcred.vault.authority import VerifiedList, VerifiedRecord, has_ended, is_stated, verify_list, verify_record
from nexcred.vault.identity import PublicIdentity
from nexcred.vault.listed_members import named_members, names_guests
from nexcred.vault.moved_names import standing_in
from nexcred.vault.overview import Overview, write_overview
from nexcred.vault.pins import RecordPin
from nexcred.vault.primitives import COUNT_LIMIT
from nexcred.vault.record import (
    OVERVIEW,
    RecordPlace,
    body_digest,
    lacking,
    read_header,
    seal_for,
    seal_overview,
    wrap_anew,
)
from nexcred.vault.remembered import Remembered
from nexcred.vault.roster import GUEST, Member, Roster
from nexcred.vault.state import VerifiedState
from nexcred.vault.statements import (
    DetailsStatement,
    PartStatement,
    Statement,
    hash_statement,
    sign_details,
    sign_part,
)
from nexcred.vault.store import Snapshot
from nexcred.vault.transaction_ahead import TransactionAhead
from nexcred.vault.transaction_tree import Lookup
from nexcred.vault.writes import latest_time_ms


class TransactionSeals(TransactionAhead):
    """Sealing and signing; only a proved list has recipients."""

    def __init__(self, state: VerifiedState, snapshot: Snapshot, now_ms: int, remembered: Remembered | None) -> None:
        super().__init__(state, snapshot)
        self.roster = state.roster
        self.author = state.identity
        self.me = state.me.id
        # That of the head which this becomes.
        self.generation = state.generation + 1
        self.written: dict[bytes, Overview] = {}
        # Of the written records those that were proved before, or made here: they are what this machine has seen.
        self.proved: set[bytes] = set()
        # Of the written records those that somebody named here: the names of the others are anybody's word.
        self.named: set[bytes] = set()
        self.signed: set[bytes] = set()
        self._remembered = remembered
        self._verified: tuple[tuple[AccessList, Roster], VerifiedList] | None = None
        # The list that was proved last as it stood before this change.
        self._before: VerifiedList | None = None
        self._now_ms = now_ms
        self._past_ms: int | None = None
        self._new_vault_key: bytes | None = None

    def read_ahead(self, records: Sequence[Lookup]) -> None:
        if self._remembered is not None:
            self._remembered.read_ahead(one.overview.record_id for one in records)

    @property
    def past_ms(self) -> int:
        """A time in milliseconds that is past by both this clock and a kept head: what ended before it has ended."""
        if self._past_ms is None:
            told = self.state.head.head.time_ms
            if told < self._now_ms and any(has_ended(one, self._now_ms) for one in self.roster.members.values()):
                told = latest_time_ms(self.state, self.snapshot)
            self._past_ms = min(self._now_ms, told)
        return self._past_ms

    def prove(self, overview: Overview) -> VerifiedRecord:
        """Return what may be believed of a record, as it stands by now; raise Disputed, RolledBack."""
        if self.written.get(overview.record_id) == overview:  # and not another overview of the same record
            return self.prove_after(overview)
        return self.prove_before(overview)

    def prove_after(self, overview: Overview) -> VerifiedRecord:
        """Return what may be believed of a record as it will stand after this change; raise Disputed."""
        return verify_record(overview, self.roster, self.generation, self.state.checked)

    def prove_before(self, overview: Overview) -> VerifiedRecord:
        """Return what may be believed of a record as it stands before this change; raise Disputed, RolledBack.

        For what goes through all of them: a member may have sealed a second overview of one, which is written first.
        """
        proved = self.state.prove(overview)
        if self._remembered is not None:
            self._remembered.refuse_rollback(self.state, overview, proved)
        self.proved.add(overview.record_id)
        self._before = proved.list
        return proved

    def expect_name(self, overview: Overview, proved: VerifiedRecord, *, is_shared: bool) -> None:
        """Raise NameMoved for a record that its name need not stand for, as far as this machine remembers."""
        if self._remembered is None or overview.record_id in self.named:
            return
        self._remembered.refuse_misnamed(self.state, overview, proved, self._standing, is_shared=is_shared)
        if self._remembered.record_under(overview.name) in (None, overview.record_id):
            self.named.add(overview.record_id)

    def _standing(self) -> Iterator[Overview]:
        """Yield the overviews before this change, for messages about names."""
        return standing_in(self.state, self.snapshot)

    def expect_record(self, overview: Overview) -> None:
        """Raise NameMoved for a record of which nothing is proved, and whose name led elsewhere on this machine."""
        if self._remembered is not None:
            rename = f"nexcred rename {shell_word(overview.name)} NEW-NAME"
            hint = f"give it another name, and settle it by that: {rename}"
            self._remembered.refuse_moved(overview, self._standing, hint)
        self.named.add(overview.record_id)

    def list_before(self, overview: Overview) -> VerifiedList:
        """Prove the list of a record as it stands before this change; raise Disputed."""
        assert isinstance(overview.access, AccessList)
        state = self.state
        self._before = verify_list(
            overview.access, state.roster, state.generation, overview.name, checked=state.checked
        )
        return self._before

    def refuse_moved(self, overview: Overview) -> None:
        """Raise NameMoved where this machine knows another record by this name.

        A disputed one is renamed all the same: that is the way to settle it, and nobody can look at it before.
        """
        if self._remembered is not None:
            with suppress(Disputed):
                self.state.prove(overview)
                self._remembered.refuse_moved(overview, self._standing)

    def refuse_older_list(self, overview: Overview) -> None:
        """Raise RolledBack for a list from before one that this machine has seen."""
        seen = None if self._remembered is None else self._remembered.list_version(overview.record_id)
        if seen is not None and overview.access.version < seen:
            raise RolledBack(f"who holds '{overview.name}' is older than this machine has seen it")

    def pin_of(self, record_id: bytes) -> RecordPin | None:
        """Return what this machine remembers of a record."""
        return None if self._remembered is None else self._remembered.record_pin(record_id)

    def seal_overview(self, overview: Overview, revision: int, *, to_members_only: bool = False) -> bytes:
        """Seal an overview for all members, and for the guests that its access list names; return its digest."""
        assert isinstance(overview.access, AccessList)
        guests: list[PublicIdentity] = []
        wanted = overview.removed_at is None and not to_members_only
        if wanted and names_guests(overview.access, self.roster):
            guests = [one.public for one in self.recipients(overview) if one.role == GUEST]
        # Any member may have driven it to its end, and nobody's removal is to fail for that: it begins anew.
        place = self._place(OVERVIEW, overview.record_id, revision if revision < COUNT_LIMIT else 1)
        return self._keep(seal_overview(place, write_overview(overview), self._writing_key(), guests, self._keys.hint))

    def verified_list(self, overview: Overview) -> VerifiedList:
        """Prove the list of a record against the roster and the head to come; raise Disputed."""
        assert isinstance(overview.access, AccessList)
        key = overview.access, self.roster
        if self._verified is None or self._verified[0] != key:
            self._verified = (
                key,
                verify_list(overview.access, self.roster, self.generation, overview.name, before=self._before),
            )
        return self._verified[1]

    def recipients(self, overview: Overview) -> list[Member]:
        """Return the recipients on the proved list of a record; raise Disputed."""
        return list(self.verified_list(overview).recipients(now_ms=self.past_ms))

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
        return self._lacks(record, self.recipients(overview))

    def seems_complete(self, overview: Overview) -> bool:
        """True where all whom the list names have a grant on each part: nothing of it is proved, which takes longer."""
        assert isinstance(overview.access, AccessList)
        members = named_members(overview.access, self.roster)
        return not any(self._lacks(record, members) for record in overview.records)

    def _lacks(self, record: bytes, members: Sequence[Member]) -> bool:
        old = self.fetch(record)
        return bool(lacking(old, [one.public for one in members], self._hint_key_of(read_header(old).epoch)))

    def wrap_anew(self, record: bytes, overview: Overview, statement: Statement) -> bytes | None:
        """Wrap the key of a record for whom the list names; return its new digest.

        None where no grant opens it, and for another one than its proved statement means.
        """
        old = self.fetch(record)
        if not is_stated(old, overview.record_id, statement):
            return None
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
        self.signed.add(hash_statement(signed, self.vault_id, record_id))
        return signed

    def sign_part(self, unsigned: PartStatement, record_id: bytes) -> PartStatement:
        signed = sign_part(unsigned, self.author, self.vault_id, record_id)
        self.signed.add(hash_statement(signed, self.vault_id, record_id))
        return signed

    def has_signed(self, access: AccessList) -> bool:
        """True for a list that this change made."""
        return hash_list(access, self.vault_id) in self.signed

    def note_list(self, access: AccessList) -> AccessList:
        """Remember that this list was signed here."""
        self.signed.add(hash_list(access, self.vault_id))
        return access

    def _place(self, part: int, record_id: bytes, revision: int) -> RecordPlace:
        return RecordPlace(part, self.vault_id, record_id, revision, self._epoch)

    def _writing_key(self) -> bytes:
        return self._new_vault_key or self.state.vault_key
