"""One proved state of a vault, and opening records by it."""

from collections.abc import Callable, Mapping

from nexcred.errors import Disputed, NotPermitted, NotSealed, Tampered
from nexcred.model.credential import Details
from nexcred.vault.access import (
    IndexKeys,
    index_keys,
)
from nexcred.vault.access_list import AccessList
from nexcred.vault.anchor import Anchor
from nexcred.vault.authority import PART_NAMES, VerifiedRecord, verify_record
from nexcred.vault.disputed import Misplaced, disputed, misplaced
from nexcred.vault.head import HeadPlace, OpenedHead
from nexcred.vault.identity import Identity
from nexcred.vault.overview import Overview, read_overview
from nexcred.vault.plaintext import Json, as_named, read_details, read_json
from nexcred.vault.primitives import same
from nexcred.vault.record import (
    DETAILS,
    OVERVIEW,
    SESSION,
    Header,
    body_digest,
    not_shared,
    open_as,
    open_overview_with,
    read_header,
)
from nexcred.vault.roster import Member, Roster
from nexcred.vault.signatures import NOTHING_CHECKED


class VerifiedState:
    """A verified head with its keys, roster and tree. Lives longer than its snapshot: readers pass one in.

    `vault_keys` are those of all epochs; a guest holds none of them, and opens through its own grants. One that
    `is_old` is from before what this machine has seen: it is read, and never written to.
    """

    __slots__ = (
        "_me",
        "_opened",
        "_proved",
        "checked",
        "head",
        "identity",
        "is_old",
        "keys",
        "roster",
        "sealed_head",
        "tree",
        "vault_keys",
    )

    def __init__(
        self,
        identity: Identity,
        sealed_head: bytes,
        head: OpenedHead,
        roster: Roster,
        keys: IndexKeys,
        vault_keys: Mapping[int, bytes],
        tree: bytes,
    ) -> None:
        self._proved: tuple[object, VerifiedRecord] | None = None
        self._me: Member | None = None
        self._opened: tuple[bytes, tuple[Header, Overview]] | None = None
        # Signatures that were checked before they were asked for; they are right under any roster.
        self.checked = NOTHING_CHECKED
        self.is_old = False
        self.identity = identity
        self.sealed_head = sealed_head
        self.head = head
        self.roster = roster
        self.vault_keys = vault_keys
        self.tree = tree
        self.keys = keys

    @property
    def place(self) -> HeadPlace:
        return self.head.place

    @property
    def vault_key(self) -> bytes:
        """The key of this epoch; raises NotPermitted for a guest."""
        if not self.vault_keys:
            raise NotPermitted("a guest may read what was granted, not write to this vault")
        return self.vault_keys[self.place.epoch]

    @property
    def anchor(self) -> Anchor:
        place, roster = self.place, self.roster
        return Anchor(place.vault_id, place.generation, self.head.hash, roster.length, roster.last_hash)

    @property
    def generation(self) -> int:
        return self.place.generation

    @property
    def me(self) -> Member:
        """The member that this identity is; `open_state` has made sure that there is one."""
        if self._me is None:
            self._me = self.roster.by_keys(self.identity.fingerprint)
            assert self._me is not None
        return self._me

    def open_overview(
        self, record: bytes, read: Callable[[bytes], Overview] = read_overview
    ) -> tuple[Header, Overview]:
        """Open an overview that the tree or the history named; `read` may be a quicker way to the same.

        Raises NotPermitted to a guest to whom it was not granted, Tampered when it is not one of this vault.
        """
        if self._opened is not None and self._opened[0] == record:  # a command looks at its record several times
            return self._opened[1]
        header, plaintext = self.unseal_overview(record)
        overview = self._read_first(plaintext) if self.roster.is_first_format else read(plaintext)
        if overview.record_id != header.record_id:
            raise Tampered("a record of the vault was exchanged for another")
        self._opened = record, (header, overview)
        return header, overview

    def _read_first(self, plaintext: bytes) -> Overview:
        from nexcred.vault.version1.overview import read_first_overview  # what few vaults need

        return read_first_overview(plaintext)

    def unseal_overview(self, record: bytes) -> tuple[Header, bytes]:
        """Decrypt an overview, the first half of `open_overview`: that it belongs to this record is not proved yet."""
        header = read_header(record)
        if header.part != OVERVIEW or header.vault_id != self.place.vault_id:
            raise Tampered("a record of the vault is not where it belongs")
        if self.vault_keys:
            return header, open_overview_with(record, header, self.vault_key_of(header.epoch))
        return header, open_as(record, self.identity, self.hint_key_of(header.epoch))

    def prove(self, overview: Overview) -> VerifiedRecord:
        """Return what may be believed of a record; proved once for each state. Raise Disputed."""
        key = (overview.record_id, overview.access, overview.statement, overview.parts)
        if self._proved is None or self._proved[0] != key:
            try:
                self._proved = key, verify_record(overview, self.roster, self.generation, self.checked)
            except Misplaced as error:
                raise error.by_last_writer(self._last_writer) from None
        return self._proved[1]

    @property
    def _last_writer(self) -> str:
        """The name of the head's author."""
        return self.roster.name_of(self.head.head.author)

    def proves(self, overview: Overview) -> bool:
        """True when `prove` raises nothing."""
        try:
            self.prove(overview)
        except Disputed:
            return False
        return True

    def open_details(self, record: bytes, overview: Overview) -> Details:
        """Open the present details of a record; raise NotPermitted when they are not for this identity, Tampered."""
        if not isinstance(overview.access, AccessList):
            plaintext = self._open_part(record, read_header(record), DETAILS, overview)
            return self._agreed(read_details(plaintext)[0], overview)
        proved = self.prove(overview)
        header = self._refuse_other_body(record, proved.statement.digest, overview)
        self._refuse_who_is_off(proved)
        return self._open_stated(record, header, overview, proved.author, is_held=True)

    def open_past_details(self, record: bytes, past: Overview, author: bytes | None) -> Details:
        """Open details whose statement was believed along `previous`; raise NotPermitted, Tampered."""
        if past.statement is not None:
            header = self._refuse_other_body(record, past.statement.digest, past)
            return self._open_stated(record, header, past, author, is_held=False)
        return self._agreed(read_details(self._open_part(record, read_header(record), DETAILS, past))[0], past)

    def _refuse_who_is_off(self, proved: VerifiedRecord) -> None:
        """Raise NotPermitted off the list: a grant stays behind when whoever took it off held no key to wrap anew."""
        if self.me.id not in proved.list.holders():
            raise not_shared()

    def _open_stated(
        self, record: bytes, header: Header, overview: Overview, author: bytes | None, *, is_held: bool
    ) -> Details:
        try:
            details, by = read_details(self._open_part(record, header, DETAILS, overview))
        except NotPermitted as error:
            raise self._not_sealed(overview) if is_held else error from None
        if by is not None and by != author:
            signer = self.roster.name_of(author or b"")
            raise disputed(overview.name, f"its values name another author than {signer}, who signed them")
        return self._agreed(as_named(details, author, self.me.id), overview)

    def _not_sealed(self, overview: Overview) -> NotSealed:
        return NotSealed(
            f"'{overview.name}' is shared with this identity, but not sealed to it: that is not completed yet, or"
            f" the key was removed; the vault was last written by {self._last_writer}",
            hint="somebody who holds it can complete that with: nexcred share --complete",
        )

    def _agreed(self, details: Details, overview: Overview) -> Details:
        if not overview.agrees_with(details):
            raise Tampered(
                f"the overview of '{overview.name}' shows other values than its details hold; the vault was last"
                f" written by {self._last_writer}",
                hint="somebody without a grant may have rewritten it: do not use it, and ask its owner",
            )
        return details

    def open_session(self, record: bytes, overview: Overview) -> Json:
        """Open the tokens that an overview names; raise NotPermitted, Tampered."""
        if isinstance(overview.access, AccessList):
            return read_json(self.open_live_part(record, overview, SESSION))
        return read_json(self._open_part(record, read_header(record), SESSION, overview))

    def open_live_part(self, record: bytes, overview: Overview, part: int) -> bytes:
        """Open a part beside the details, which its statement says is there; raise NotPermitted, Disputed, Tampered."""
        proved = self.prove(overview)
        self._refuse_who_is_off(proved)
        statement = proved.live_part(part)
        if statement is None:
            raise Tampered(f"the {PART_NAMES[part]} of '{overview.name}' has ended")
        header = self._refuse_other_body(record, statement.digest, overview)
        return self._open_part(record, header, part, overview)

    def _refuse_other_body(self, record: bytes, stated: bytes, overview: Overview) -> Header:
        header = read_header(record)
        if not same(body_digest(record, header), stated):
            error = misplaced(overview.name, "it leads to other values than were signed")
            raise error.by_last_writer(self._last_writer)
        return header

    def _open_part(self, record: bytes, header: Header, part: int, overview: Overview) -> bytes:
        place = (header.part, header.vault_id, header.record_id)
        wrong_revision = part == DETAILS and header.revision != overview.version
        if place != (part, self.place.vault_id, overview.record_id) or wrong_revision:
            raise Tampered("a record of the vault was exchanged for another")
        return open_as(record, self.identity, self.hint_key_of(header.epoch), header)

    def index_keys_of(self, epoch: int) -> IndexKeys:
        """Return the index keys of this or an earlier epoch; a guest has those of this one."""
        return self.keys if epoch == self.place.epoch else index_keys(self.vault_key_of(epoch))

    def hint_key_of(self, epoch: int) -> bytes | None:
        known = epoch == self.place.epoch or bool(self.vault_keys)
        return self.index_keys_of(epoch).hint if known else None

    def vault_key_of(self, epoch: int) -> bytes:
        """Return the key of this or an earlier epoch; raise Tampered for one that never was."""
        if epoch not in self.vault_keys:
            raise Tampered("a record of the vault has an unknown epoch")
        return self.vault_keys[epoch]
