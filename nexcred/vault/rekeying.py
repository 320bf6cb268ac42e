"""Replacing one's own keys, without signing anew what a thief of the old ones may have signed."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from functools import partial

from nexcred.errors import Damaged, NotPermitted, NotSealed
from nexcred.model.credential import Details
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.access_list import AccessList, hash_list
from nexcred.vault.history import past_overviews
from nexcred.vault.identity import Identity
from nexcred.vault.overview import Overview
from nexcred.vault.overviews import ignore, open_named
from nexcred.vault.record import read_header
from nexcred.vault.roster_changes import with_new_keys
from nexcred.vault.signatures import claims_of
from nexcred.vault.state import VerifiedState
from nexcred.vault.statements import hash_statement
from nexcred.vault.store import Snapshot
from nexcred.vault.transaction import Transaction
from nexcred.vault.transaction_tree import Lookup


class Rekeyed(NamedTuple):
    """What new keys came to: how many credentials they open, and the names of those that are others' alone.

    Those in the trash are not counted, and come along: whatever is wrong with one is said when it is taken out.
    `disputed` were signed by the old keys, as far as is known not by their owner, and open for nobody until settled.
    """

    resealed: int
    left_alone: tuple[str, ...]
    disputed: tuple[str, ...] = ()


class Signed(NamedTuple):
    """Something that one's keys signed in a record: its list, or a statement. `what` says which, for people.

    `details` are what the record holds; None before they are opened, and where they are others' alone.
    """

    hash: bytes
    overview: Overview
    what: str
    details: Details | None = None


def signed_by(overview: Overview, member_id: bytes, vault_id: bytes) -> Iterator[Signed]:
    """Yield what of a record stands on this member's signature; what its list pins, stands on that."""
    access, record_id = overview.access, overview.record_id
    if not isinstance(access, AccessList):
        return
    if access.signer == member_id:
        yield Signed(hash_list(access, vault_id), overview, "who holds it")
    statements = [
        (overview.statement, "its values"),
        *((part.statement, "another part of it") for part in overview.parts),
    ]
    for statement, what in statements:
        if statement is not None and statement.by == member_id:
            found = hash_statement(statement, vault_id, record_id)
            if found not in access.pins:
                yield Signed(found, overview, what)


def signed_as_unknown(
    state: VerifiedState, snapshot: Snapshot, digests: Sequence[bytes], known: Collection[bytes]
) -> Iterator[tuple[bytes, list[Signed]]]:
    """Yield the digests of overviews with what of them stands on this identity's signature and is not `known`."""
    for name, _, overview in open_named(state, snapshot, digests, ignore):
        mine = signed_by(overview, state.me.id, state.place.vault_id)
        unknown = [one for one in mine if one.hash not in known]
        if unknown:
            yield name, unknown


def with_details(signed: Sequence[Signed], state: VerifiedState, fetch: Callable[[bytes], bytes]) -> Iterator[Signed]:
    """Yield what was signed in one record with the details to look at; nothing where the overview shows others.

    Nor where they ought to open and do not: nobody shall sign a thief's values without seeing them.
    """
    overview = signed[0].overview
    details = None
    try:
        details = state.open_details(fetch(overview.details), overview)
    except (Damaged, NotSealed):
        return
    except NotPermitted:
        pass
    for one in signed:
        yield one._replace(details=details)


def rekey(copy: Transaction, identity: Identity, own: Collection[bytes]) -> Rekeyed:
    """Replace the author's keys and the vault key; `own` are the hashes of what its owner knows to have signed."""
    old = copy.state.identity
    roster = with_new_keys(copy.roster, old, identity)
    left_alone, disputed, moved = [], [], 0
    every = copy.begin_epoch(roster, author=identity.bind(roster.vault_id))
    records = (*every.credentials, *every.trash)
    for found in copy.with_work_ahead(records, partial(claims_of, roster=copy.state.roster), identity.public):
        mine = list(signed_by(found.overview, copy.me, copy.vault_id))
        is_proved = _is_proved(copy, found.overview)
        is_disputed = any(one.hash not in own for one in mine) or (mine and not is_proved)
        overview = _with_own_grants(copy, _with_past(copy, found.overview, identity), identity)
        if overview.removed_at is None:
            disputed += [overview.name] if is_disputed else []
            left_alone += [overview.name] if overview.details == found.overview.details else []
            moved += overview.details != found.overview.details
        if is_proved or _has_good_list(copy, overview):
            overview = _with_list_signed(copy, overview, own)
        _put(copy, found, _with_statements_signed(copy, overview, own) if is_proved else overview)
    return Rekeyed(moved, tuple(sorted(left_alone)), tuple(sorted(disputed)))


def _is_proved(copy: Transaction, overview: Overview) -> bool:
    """False for what stands in no order, or is older than it was seen here: a signature would make it good."""
    try:
        copy.prove_before(overview)
    except Damaged:
        return False
    return True


def _has_good_list(copy: Transaction, overview: Overview) -> bool:
    """True where who holds a record is proved, whatever somebody made of the rest of it."""
    try:
        copy.list_before(overview)
        copy.refuse_older_list(overview)
    except Damaged:
        return False
    return True


def _put(copy: Transaction, found: Lookup, overview: Overview) -> None:
    try:
        copy.put(overview, found.revision + 1, instead_of=found)
    except Damaged:  # a list that names guests and does not hold: nothing is sealed by it
        copy.put(overview, found.revision + 1, instead_of=found, to_members_only=True)


def _with_list_signed(copy: Transaction, overview: Overview, own: Collection[bytes]) -> Overview:
    """Sign with the new keys the list that is known to be one's own."""
    access = overview.access
    if not isinstance(access, AccessList) or access.signer != copy.me or hash_list(access, copy.vault_id) not in own:
        return overview
    signed = access._replace(signature=copy.author.signing.sign(access.message(copy.vault_id)))
    return overview._replace(access=copy.note_list(signed))


def _with_statements_signed(copy: Transaction, overview: Overview, own: Collection[bytes]) -> Overview:
    """Sign with the new keys the statements that are known to be one's own."""
    statement, record_id, vault_id = overview.statement, overview.record_id, copy.vault_id
    if statement is not None and statement.by == copy.me and hash_statement(statement, vault_id, record_id) in own:
        overview = overview._replace(statement=copy.sign_details(statement, record_id))
    for part in overview.parts:
        if part.statement is None or part.statement.by != copy.me:
            continue
        if hash_statement(part.statement, vault_id, record_id) in own:
            anew = part._replace(statement=copy.sign_part(part.statement, record_id))
            overview = overview.with_part(part.statement.part, anew)
    return overview


def _with_own_grants(copy: Transaction, overview: Overview, identity: Identity) -> Overview:
    """Move one's own grants to the new keys; those of others stay."""
    with suppress(Damaged):
        details = copy.move_own_grant(overview.details, identity.public)
        overview = overview._replace(details=details or overview.details)
    for part in overview.parts:
        if part.record is None or part.statement is None:
            continue
        with suppress(Damaged):
            moved = copy.move_own_grant(part.record, identity.public)
            overview = overview.with_part(part.statement.part, part._replace(record=moved or part.record))
    return overview


def _with_past(copy: Transaction, overview: Overview, identity: Identity) -> Overview:
    """Seal the history anew under the new vault key. What of it does not hold together stays as it is."""
    try:
        past = list(past_overviews(copy.state, copy.fetch, overview))
    except Damaged:
        return overview
    names: tuple[bytes, ...] = ()
    for name, one in reversed(past):
        revision = read_header(copy.fetch(name)).revision
        moved = _with_own_grants(copy, one._replace(past=names, parts=()), identity)
        names = (copy.seal_overview(moved, revision, to_members_only=True), *names)
        copy.drop(name)
    return overview._replace(past=names)
