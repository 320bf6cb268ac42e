"""New values of a record, and the tokens for them: sealed to whom its proved list names, and signed for."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from nexcred.model.credential import Details
from nexcred.model.probe import ProbeResult
from nexcred.vault.access_list import NOTHING, TO_MEMBER, TO_TEAM, WRITE, AccessGrant, AccessList, make_list
from nexcred.vault.authority import VerifiedRecord
from nexcred.vault.candidate import Candidate, after_new_values, with_candidate
from nexcred.vault.changes import Changes, NewRecord, changed_fields
from nexcred.vault.history import HISTORY_KEPT, past_before_gap
from nexcred.vault.overview import Overview
from nexcred.vault.permission import may_not_write
from nexcred.vault.plaintext import Json, write_details, write_json
from nexcred.vault.record import DETAILS, SESSION
from nexcred.vault.sealed_part import with_sealed_part
from nexcred.vault.statements import DetailsStatement
from nexcred.vault.transaction import Transaction
from nexcred.vault.transaction_tree import Lookup


def writable(copy: Transaction, found: Lookup) -> VerifiedRecord:
    """Prove a record that this identity is to write values to; raise Disputed, RolledBack, NotPermitted."""
    proved = copy.prove(found.overview)
    if not proved.list.may_write(copy.me):
        raise may_not_write(found.overview.name)
    return proved


def new_record(copy: Transaction, draft: NewRecord, now: datetime) -> Overview:
    """Return a record that is new, its values sealed; shared as it and the vault's settings say."""
    access = make_list(
        copy.author,
        copy.me,
        copy.vault_id,
        version=max(1, copy.roster.restored_generation),
        grants=_first_grants(copy, draft),
        creator=copy.me,
    )
    overview = _new_overview(draft, copy.note_list(access), copy.me, now)
    copy.proved.add(overview.record_id)
    copy.named.add(overview.record_id)
    sealed = with_session(copy, with_details(copy, overview, draft.details, 1, NOTHING), None, draft.session)
    if draft.policy is None:
        return sealed
    from nexcred.vault.policy import with_policy  # which few records have

    return with_policy(copy, sealed, None, draft.policy)


def _first_grants(copy: Transaction, draft: NewRecord) -> list[AccessGrant]:
    """Return who is to hold what is added: its author, with whom it is shared, and whom the vault's settings say."""
    by_default = () if draft.is_private else copy.roster.shared_by_default
    members, teams = draft.shared_with
    grants = [AccessGrant(TO_MEMBER, copy.me, WRITE)]
    grants += [AccessGrant(TO_TEAM, one, WRITE) for one in (*by_default, *teams)]
    if members:
        from nexcred.vault.sharing import most_for  # most of what is added is shared with nobody alone

        roster = copy.roster
        grants += [AccessGrant(TO_MEMBER, one, most_for(one, roster)) for one in map(roster.id_of, members)]
    return grants


def _new_overview(draft: NewRecord, access: AccessList, own: bytes, now: datetime) -> Overview:
    """Return what all members see of a new record, before its values are sealed."""
    return Overview(
        name=draft.name,
        connector=draft.details.connector,
        method=draft.details.method,
        description=draft.description,
        tags=draft.tags,
        public=draft.details.public,
        secret_fields=draft.details.secret_fields,
        allowed_hosts=draft.details.allowed_hosts,
        owner=own,
        access=access,
        statement=None,
        parts=(),
        created_at=now,
        updated_at=now,
        version=1,
        changed_at=now,
        changed_by=own,
        changed=tuple(draft.details.fields),
        details=b"",
        past=(),
        probe=draft.probe and draft.probe._replace(version=1),
        expires_at=draft.expires_at,
        removed_at=None,
        extra={},
    )


def with_new_values(
    copy: Transaction, new: Overview, found: Lookup, details: Details, changes: Changes, now: datetime
) -> Overview:
    """Return a found record with other values, its history with the former ones; raise Disputed, NotPermitted."""
    old, version = found.overview, found.overview.version + 1
    proved = writable(copy, found)
    copy.expect_name(found.overview, proved, is_shared=False)
    sealed = with_details(copy, new, details, version, proved.details_hash)  # first: it refuses what cannot be kept
    before = copy.state.open_details(copy.fetch(old.details), old)
    past = list(past_before_gap(copy.state, copy.fetch, old))
    for name, forgotten in past[HISTORY_KEPT - 1 :]:
        copy.drop_parts(old.record_id, name, forgotten.details)
    copy.drop_parts(old.record_id, old.record_of(SESSION))
    sealed = sealed._replace(
        connector=details.connector,
        method=details.method,
        public=details.public,
        secret_fields=details.secret_fields,
        allowed_hosts=details.allowed_hosts,
        version=version,
        changed_at=now,
        changed_by=copy.me,
        changed=changed_fields(before, details),
        past=(found.digest, *(name for name, _ in past[: HISTORY_KEPT - 1])),
        probe=changes.probe and changes.probe._replace(version=version),
        expires_at=changes.expires_at,
        inherited=None,
    )
    sealed = sealed._replace(secret_at=_secret_at(sealed, (old, *(one for _, one in past))))
    only_hosts = set(sealed.changed) <= {"allowed_hosts"}
    sealed = after_new_values(copy, sealed, old, proved, only_hosts=only_hosts)
    if old.policy is not None:
        from nexcred.vault.exposures import follow  # which few records have

        secrets = {version: details.secrets, old.version: before.secrets}
        sealed = follow(copy, sealed, old, proved, secrets, [one for _, one in past])
    return with_session(copy, sealed, proved, changes.session)


def _secret_at(new: Overview, past: Sequence[Overview]) -> datetime | None:
    """Return when a secret was changed last, None where the present change is of one; `past` is newest first."""
    if _changed_secret(new, past[0]):
        return None
    before = past[0].secret_at
    changes = [one for one, older in pairwise(past) if _changed_secret(one, older)]
    return before or (changes[0] if changes else past[-1]).changed_at


def _changed_secret(new: Overview, old: Overview) -> bool:
    return not {*new.secret_fields, *old.secret_fields, "connector", "method"}.isdisjoint(new.changed)


def with_kept_candidate(copy: Transaction, new: Overview, found: Lookup, candidate: Candidate | None) -> Overview:
    """Return a found record with a candidate beside its values, or without one; raise Disputed, NotPermitted."""
    proved = writable(copy, found)
    copy.expect_name(found.overview, proved, is_shared=False)
    return with_candidate(copy, new, proved, candidate)


def with_inherited_confirmed(copy: Transaction, found: Lookup) -> Overview | None:
    """Return a found record with its values from before statements signed as one's own; None where they have an author.

    Raises Disputed, NotPermitted.
    """
    proved, overview = writable(copy, found), found.overview
    assert isinstance(overview.access, AccessList)
    if proved.author is not None:
        return None
    old = proved.statement
    unsigned = old._replace(
        previous=proved.details_hash, list_version=overview.access.version, by=copy.me, signature=b""
    )
    statement = copy.sign_details(unsigned, overview.record_id)
    return overview._replace(statement=statement, inherited=old, changed_by=copy.me)


def with_details(copy: Transaction, overview: Overview, details: Details, version: int, previous: bytes) -> Overview:
    """Seal details, and sign for them as this identity's own."""
    assert isinstance(overview.access, AccessList)
    record, body = copy.seal_part(DETAILS, overview, version, write_details(details, copy.me))
    unsigned = DetailsStatement(version, body, previous, overview.access.version, copy.me)
    statement = copy.sign_details(unsigned, overview.record_id)
    return overview._replace(details=record, statement=statement)


def with_probe(overview: Overview, result: ProbeResult) -> Overview:
    """Return the overview with the result of a probe of its present values; what was proved before is not forgotten."""
    if result.last_proof is None and overview.probe is not None:
        result = result._replace(proved=overview.probe.last_proof)
    return overview._replace(probe=result, expires_at=result.expires_at or overview.expires_at)


def with_session(
    copy: Transaction, overview: Overview, proved: VerifiedRecord | None, session: Json | None
) -> Overview:
    """Seal tokens for the present details, or end the present tokens by a statement."""
    return with_sealed_part(copy, overview, proved, SESSION, write_json(session) if session else None)
