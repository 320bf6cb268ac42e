"""Upgrading from version 1 to 2: records are pinned as they are, as nobody's word until somebody confirms them."""

from collections.abc import Callable, Collection
from itertools import takewhile
from typing import TYPE_CHECKING

from nexcred.errors import Damaged, NotPermitted, Tampered
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.access_list import (
    NO_PINS,
    NOTHING,
    READ,
    TO_MEMBER,
    WRITE,
    AccessGrant,
    AccessList,
    make_list,
    most_of_each,
)
from nexcred.vault.history import past_before_gap
from nexcred.vault.overview import Overview, RecordPart
from nexcred.vault.primitives import digest
from nexcred.vault.record import DETAILS, SESSION, Header, body_digest, read_header
from nexcred.vault.roster import OWNER, WRITERS, Roster
from nexcred.vault.roster_changes import with_format_2
from nexcred.vault.statements import INHERITED, DetailsStatement, PartStatement, hash_statement
from nexcred.vault.transaction import Transaction
from nexcred.vault.transaction_tree import Lookup
from nexcred.vault.version1.access_list import (
    FirstAccessList,
    present_recipients,
    signer_moved_on,
    verify_first_list,
)

if TYPE_CHECKING:
    from nexcred.vault.vault import Vault

_NO_SIGNATURE = bytes(64)

# The id of a record and the hash of its version 1 list: while somebody is asked, a member may write another list.
Confirmed = tuple[bytes, bytes]


class FormerList(NamedTuple):
    """A list signed with keys that were replaced since: a thief of them could have signed it too."""

    record_id: bytes
    name: str
    signer: bytes
    recipients: tuple[str, ...]
    digest: bytes

    @property
    def confirmed(self) -> Confirmed:
        """Return the hashes that a yes confirms."""
        return self.record_id, self.digest


class UpgradePlan(NamedTuple):
    """What an upgrade comes to. `own` are lists of the owner's former keys, to be confirmed; `disputed` the others'."""

    credentials: int
    own: tuple[FormerList, ...]
    disputed: tuple[str, ...]
    is_inherited: bool


class Upgraded(NamedTuple):
    """What came of it: `inherited` values are used once somebody has looked at them, `disputed` not before settled."""

    credentials: int
    inherited: int
    disputed: tuple[str, ...]


def plan_upgrade(vault: "Vault") -> UpgradePlan:
    """Look through a vault of version 1; raise NotPermitted for all but owners, Tampered where it is of version 2."""

    def look(copy: Transaction) -> UpgradePlan:
        _refuse_unless_first(copy)
        own, disputed = [], []
        records = copy.all()
        for found in records:
            access = _first(found.overview)
            moved = signer_moved_on(access, copy.roster)
            if moved is not None and moved.id == copy.me and _has_details(copy, found.overview):
                names = tuple(member.full_name for member in present_recipients(access, copy.roster))
                record_id, hashed = _confirmable(access, copy)
                own.append(FormerList(record_id, found.overview.name, moved.id, names, hashed))
            elif not _holds(access, copy.roster) or not _has_details(copy, found.overview):
                disputed.append(found.overview.name)
        is_inherited = not copy.roster.had_one_writer
        return UpgradePlan(len(records), tuple(own), tuple(sorted(disputed)), is_inherited)

    return vault.look(look)


def upgrade(
    vault: "Vault", confirmed: Collection[Confirmed] = (), progress: Callable[[int, int], None] | None = None
) -> Upgraded:
    """Bring a vault to version 2, in one write; `confirmed` are the lists by former keys that are right.

    Raises NotPermitted for all but owners, VaultBusy, and what writing a vault raises.
    """
    if vault.before_upgrade is not None:
        vault.before_upgrade()
    return vault.retries.until_done(lambda: vault.try_to_write(lambda copy: _upgrade(copy, confirmed, progress)))


def _upgrade(
    copy: Transaction, confirmed: Collection[Confirmed], progress: Callable[[int, int], None] | None
) -> Upgraded:
    _refuse_unless_first(copy)
    every = copy.everything()
    copy.put_in_order(every)
    by = copy.me if copy.roster.had_one_writer else INHERITED
    copy.roster = with_format_2(copy.roster, copy.author)
    disputed = []
    for done, found in enumerate(every.credentials, start=1):
        access = _first(found.overview)
        moved = signer_moved_on(access, copy.roster)
        is_confirmed = moved is not None and moved.id == copy.me and _confirmable(access, copy) in confirmed
        is_good = _has_details(copy, found.overview) and (is_confirmed or _holds(access, copy.roster))
        if not is_good:
            disputed.append(found.overview.name)
        _bring_over(copy, found, access, by, is_good=is_good)
        if progress is not None:
            progress(done, len(every.credentials))
    inherited = 0 if by == copy.me else len(every.credentials) - len(disputed)
    return Upgraded(len(every.credentials), inherited, tuple(sorted(disputed)))


def _bring_over(copy: Transaction, found: Lookup, access: FirstAccessList, by: bytes, *, is_good: bool) -> None:
    """Write one record anew: the sealed details and tokens stay as they are, byte for byte."""
    old = found.overview
    past = _past(copy, old)
    statement, previous = None, NOTHING
    told: list[tuple[bytes, Overview, DetailsStatement]] = []
    for name, one in reversed(past):
        statement = _statement(copy, one, previous, by)
        previous = hash_statement(statement, copy.vault_id, access.record_id)
        told.append((name, one, statement))
    statement = _statement(copy, old, previous, by)
    parts = _session_part(copy, old, statement, by)
    new_access = _list(copy, access, statement, parts, is_good=is_good)
    names: tuple[bytes, ...] = ()
    for name, one, stated in told:
        revision = read_header(copy.fetch(name)).revision
        moved = one._replace(access=new_access, statement=stated, parts=(), past=names)
        names = (copy.seal_overview(moved, revision, to_members_only=True), *names)
        copy.drop(name)
    new = old._replace(access=new_access, statement=statement, parts=parts, past=names)
    # The number stays: who read it before the upgrade finds it unchanged, such as the command that upgrades on its way.
    copy.put(new, found.revision, instead_of=found, to_members_only=not is_good)


def _past(copy: Transaction, overview: Overview) -> list[tuple[bytes, Overview]]:
    past = past_before_gap(copy.state, copy.fetch, overview)
    return list(takewhile(lambda one: _has_details(copy, one[1]), past))


def _has_details(copy: Transaction, overview: Overview) -> bool:
    """True when an overview leads to details that are there, and its own: a member could let it lead elsewhere."""
    header = _header(copy, overview.details)
    return header is not None and header[:4] == (DETAILS, copy.vault_id, overview.record_id, overview.version)


def _header(copy: Transaction, record: bytes) -> Header | None:
    try:
        return read_header(copy.fetch(record))
    except Damaged:
        return None


def _statement(copy: Transaction, overview: Overview, previous: bytes, by: bytes) -> DetailsStatement:
    body = body_digest(copy.fetch(overview.details)) if _has_details(copy, overview) else NOTHING
    unsigned = DetailsStatement(overview.version, body, previous, copy.generation, by, _NO_SIGNATURE)
    return copy.sign_details(unsigned, overview.record_id) if by == copy.me else unsigned


def _session_part(
    copy: Transaction, overview: Overview, statement: DetailsStatement, by: bytes
) -> tuple[RecordPart, ...]:
    record = overview.record_of(SESSION)
    header = None if record is None else _header(copy, record)
    if record is None or header is None or header[:3] != (SESSION, copy.vault_id, overview.record_id):
        return ()
    body = body_digest(copy.fetch(record))
    unsigned = PartStatement(SESSION, copy.generation, statement.digest, body, 1, by, _NO_SIGNATURE)
    signed = copy.sign_part(unsigned, overview.record_id) if by == copy.me else unsigned
    return (RecordPart(signed, record),)


def _list(
    copy: Transaction,
    access: FirstAccessList,
    statement: DetailsStatement,
    parts: tuple[RecordPart, ...],
    *,
    is_good: bool,
) -> AccessList:
    """Sign a list that pins what is there; for a list that does not hold, write one that nobody believes."""
    members = present_recipients(access, copy.roster)
    grants = [AccessGrant(TO_MEMBER, one.id, WRITE if one.role in WRITERS else READ) for one in members]
    grants = grants or [AccessGrant(TO_MEMBER, copy.roster.id_of(access.creator), READ)]
    if not is_good:
        signer = copy.roster.id_of(access.signer)
        return AccessList(1, access.creator, access.salt, 0, NO_PINS, most_of_each(grants), signer, _NO_SIGNATURE)
    pins = {DETAILS: hash_statement(statement, copy.vault_id, access.record_id)}
    for part in parts:
        assert part.statement is not None
        pins[part.statement.part] = hash_statement(part.statement, copy.vault_id, access.record_id)
    return copy.note_list(
        make_list(
            copy.author,
            copy.me,
            copy.vault_id,
            version=copy.generation,
            grants=grants,
            creator=access.creator,
            salt=access.salt,
            revision=statement.revision,
            pins=pins,
        )
    )


def _confirmable(access: FirstAccessList, copy: Transaction) -> Confirmed:
    return access.record_id, digest(access.message(copy.vault_id))


def _holds(access: FirstAccessList, roster: Roster) -> bool:
    try:
        verify_first_list(access, roster)
    except Tampered:
        return False
    return True


def _first(overview: Overview) -> FirstAccessList:
    assert isinstance(overview.access, FirstAccessList)
    return overview.access


def _refuse_unless_first(copy: Transaction) -> None:
    if not copy.state.roster.is_first_format:
        raise Tampered("this vault is of version 2 already")
    if copy.state.me.role != OWNER:
        raise NotPermitted("only an owner can upgrade the vault", hint="ask one of them for: nexcred vault upgrade")
