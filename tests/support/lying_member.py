"""A member who lies: he holds the vault key, opens every overview, and signs any head, as himself.

So he may put any overview under any name, with lists and statements that he signs, or that others once signed.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import NamedTuple

from nexcred.errors import Damaged, NotPermitted
from nexcred.model.credential import Details
from nexcred.vault.access_list import TO_MEMBER, AccessGrant, AccessList, most_of_each
from nexcred.vault.identity import Identity, PublicIdentity
from nexcred.vault.overview import Overview, RecordPart, write_overview
from nexcred.vault.plaintext import write_details
from nexcred.vault.primitives import digest
from nexcred.vault.record import (
    DETAILS,
    OVERVIEW,
    SESSION,
    RecordPlace,
    body_digest,
    open_as,
    read_header,
    seal_for,
    seal_overview,
)
from nexcred.vault.roster import Roster
from nexcred.vault.roster_entry import hash_entry, sign_entry
from nexcred.vault.statements import DetailsStatement, PartStatement, sign_details, sign_part
from nexcred.vault.store import Change, Snapshot
from nexcred.vault.transaction import Transaction
from nexcred.vault.tree import find_in_leaf, name_tag, trash_tag
from nexcred.vault.vault import Vault
from tests.support.forging import find, overview_of, write_as_no_honest_program
from tests.support.memory_store import MemoryStore, Tables


class WatchedStore(MemoryStore):
    """Keeps every record that was ever written: who saw one once, may keep it."""

    def __init__(self, tables: Tables | None = None) -> None:
        super().__init__(tables)
        self.ever: dict[bytes, bytes] = {}

    def commit(self, change: Change, expected_head: bytes | None) -> bool:
        is_written = super().commit(change, expected_head)
        if is_written:
            self.ever.update(change.items)
        return is_written

    def sealed_to(self, vault: Vault) -> str:
        """Return all that was ever sealed to this identity by a grant of its own, as text."""
        found = []
        for record in self.ever.values():
            if read_header(record).part != OVERVIEW:
                with suppress(NotPermitted, Damaged):
                    found.append(open_as(record, vault.identity, None).decode())
        return "\n".join(found)


class RacedStore(WatchedStore):
    """Lets somebody else write once: after a program looked and before it begins to write, or as it commits."""

    def __init__(
        self,
        tables: Tables,
        *,
        before_writing: Callable[[], object] | None = None,
        before_commit: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(tables)
        self._before_writing = before_writing
        self._before_commit = before_commit

    @contextmanager
    def write(self) -> Iterator[Snapshot]:
        meanwhile, self._before_writing = self._before_writing, None
        if meanwhile is not None:
            meanwhile()
        with super().write() as snapshot:
            yield snapshot

    def commit(self, change: Change, expected_head: bytes | None) -> bool:
        meanwhile, self._before_commit = self._before_commit, None
        if meanwhile is not None:
            meanwhile()
        return super().commit(change, expected_head)


class Kept(NamedTuple):
    """An overview as it was, with the records that it led to."""

    overview: Overview
    records: tuple[bytes, ...]


def keep_record(vault: Vault, name: str) -> Kept:
    """Take a copy of a credential as it is, with all its revisions."""

    def look(copy: Transaction) -> Kept:
        overview = find(copy, name).overview
        records = [copy.fetch(one) for one in overview.records]
        for name_of_past in overview.past:
            record = copy.fetch(name_of_past)
            _, past = vault.state.open_overview(record)
            records += [record, copy.fetch(past.details)]
        return Kept(overview, tuple(records))

    return vault.look(look)


def put_back(liar: Vault, kept: Kept, *, guests: Sequence[PublicIdentity] = ()) -> None:
    """Let the name lead to a credential as it was."""
    put(liar, kept.overview, records=kept.records, guests=guests)


def put(
    liar: Vault, overview: Overview, *, records: Iterable[bytes] = (), guests: Sequence[PublicIdentity] = ()
) -> None:
    """Let the overview's name lead to it, whatever it says and led to before."""

    def write(copy: Transaction) -> None:
        for record in records:
            copy._keep(record)
        _link(copy, overview, guests)

    write_as_no_honest_program(liar, write)


def throw_away(liar: Vault, name: str, removed_at: datetime) -> None:
    """Put a credential into the trash."""

    def write(copy: Transaction) -> None:
        found = copy.find(name)
        assert found is not None
        overview = found.overview._replace(removed_at=removed_at)
        place = copy._place(OVERVIEW, overview.record_id, found.revision + 1)
        sealed = seal_overview(place, write_overview(overview), copy.state.vault_key, (), copy.state.keys.hint)
        copy._unlink(found.tag)
        copy._link(trash_tag(copy.state.keys.name, overview.record_id), copy._keep(sealed))

    write_as_no_honest_program(liar, write)


def exchange_names(liar: Vault, one: str, other: str, *, guests: Sequence[PublicIdentity] = ()) -> None:
    """Let each of two names lead to what the other led to."""
    first, second = overview_of(liar, one), overview_of(liar, other)

    def write(copy: Transaction) -> None:
        _link(copy, first._replace(name=second.name), guests)
        _link(copy, second._replace(name=first.name), guests)

    write_as_no_honest_program(liar, write)


def with_holders(overview: Overview, grants: Mapping[bytes, int]) -> AccessList:
    """Return its list with these member ids on it, and the signature of before."""
    access = overview.access
    assert isinstance(access, AccessList)
    given = [AccessGrant(TO_MEMBER, one, may) for one, may in grants.items()]
    kept = [grant for grant in access.grants if grant.to not in grants]
    return access._replace(grants=most_of_each([*kept, *given]))


def without_holders(overview: Overview, members: Collection[bytes]) -> AccessList:
    access = overview.access
    assert isinstance(access, AccessList)
    return access._replace(grants=tuple(grant for grant in access.grants if grant.to not in members))


def signed_by(signer: Vault, access: AccessList, *, as_member: bytes | None = None) -> AccessList:
    """Sign a list with these keys, as their holder or as somebody else."""
    unsigned = access._replace(signer=id_of(signer) if as_member is None else as_member)
    return unsigned._replace(signature=signer.identity.signing.sign(unsigned.message(signer.vault_id)))


def with_forged_details(
    liar: Vault, overview: Overview, details: Details, readers: Sequence[Vault], *, by: bytes | None = None
) -> Kept:
    """Seal other values to these readers as the next revision, in a statement by the liar, or `by` another in name."""
    author, revision = id_of(liar) if by is None else by, overview.version + 1
    record = _sealed(liar, DETAILS, overview, revision, write_details(details, author), readers)
    assert isinstance(overview.access, AccessList)
    assert overview.statement is not None
    unsigned = DetailsStatement(revision, body_digest(record), bytes(32), overview.access.version, author)
    statement = sign_details(unsigned, liar.identity, liar.vault_id, overview.record_id)
    shown = overview._replace(
        connector=details.connector,
        method=details.method,
        public=details.public,
        secret_fields=details.secret_fields,
        allowed_hosts=details.allowed_hosts,
        details=digest(record),
        statement=statement,
        version=revision,
        parts=(),
        changed_by=author,
    )
    return Kept(shown, (record,))


def with_forged_part(
    liar: Vault, overview: Overview, part: int, plaintext: bytes, readers: Sequence[Vault], *, by: bytes | None = None
) -> Kept:
    """Seal another part to these readers, in a statement by the liar, or `by` another in name."""
    author = id_of(liar) if by is None else by
    record = _sealed(liar, part, overview, 1, plaintext, readers)
    assert isinstance(overview.access, AccessList)
    assert overview.statement is not None
    former = next((one.statement for one in overview.parts if one.statement and one.statement.part == part), None)
    about = overview.statement.digest if part == SESSION else bytes(32)
    serial = 1 if former is None else former.serial + 1
    unsigned = PartStatement(part, overview.access.version, about, body_digest(record), serial, author)
    statement = sign_part(unsigned, liar.identity, liar.vault_id, overview.record_id)
    return Kept(overview.with_part(part, RecordPart(statement, digest(record))), (record,))


def publish_entry(
    liar: Vault,
    subject: PublicIdentity,
    body: Mapping[str, object],
    *,
    as_member: bytes = b"",
    by: Identity | None = None,
) -> None:
    """Sign an entry of the roster that nobody checks before it is written; with other keys, as somebody else."""

    def write(copy: Transaction) -> None:
        roster = copy.roster
        named = as_member or copy.me
        raw = sign_entry(by or copy.author, named, roster.vault_id, roster.length, roster.last_hash, subject, body)
        copy.roster = Roster(roster._replay, (*roster.entries, raw), (*roster.hashes, hash_entry(raw)))

    with suppress(Damaged):  # his own program does not read it back
        write_as_no_honest_program(liar, write)


def id_of(vault: Vault) -> bytes:
    return vault.state.me.id


def _sealed(
    liar: Vault, part: int, overview: Overview, number: int, plaintext: bytes, readers: Sequence[Vault]
) -> bytes:
    place = RecordPlace(part, liar.vault_id, overview.record_id, number, liar.epoch)
    return seal_for(place, plaintext, [one.identity.public for one in readers], liar.state.keys.hint)


def _link(copy: Transaction, overview: Overview, guests: Sequence[PublicIdentity]) -> None:
    """Let the overview's name lead to it, as the next of what is there."""
    tag = name_tag(copy.state.keys.name, overview.name)
    there = find_in_leaf(copy._leaf(tag[0]), tag)
    revision = 1
    if there is None:
        copy._size += 1
    else:
        with suppress(Damaged):
            revision = read_header(copy.fetch(there)).revision + 1
    place = copy._place(OVERVIEW, overview.record_id, revision)
    sealed = seal_overview(place, write_overview(overview), copy.state.vault_key, guests, copy.state.keys.hint)
    copy._link(tag, copy._keep(sealed))
