"""The events of credentials: changes, proved by the vault's signatures, and uses, noted on this machine."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from nexcred.errors import Damaged
from nexcred.local.use_log import Use
from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.services.credentials.exposed import who_and_why
from nexcred.vault.history import Revision
from nexcred.vault.vault import Vault
from nexcred.vault.writes import CREDENTIALS, Write

_History = tuple[Credential, list[Revision]]

VAULT, HERE = "vault", "here"
ADDED, CHANGED, WROTE, FOUNDED = "added", "changed", "wrote", "founded"
EXPOSED, CLEARED = "exposed", "cleared"


class Event(NamedTuple):
    """One thing that happened. `source` is the vault, for all who share it, or this user's own log.

    `what` are the names of fields, or for a write that no credential's history tells of, the parts of the vault that
    it changed; for a renaming the former name, for an exposure who knows it and why, after why it was cleared. `name`
    is None for what is not about one credential, or for one that somebody else removed. `project` is the folder of the
    project that a use was for, `token` what asked the service of this machine for it.
    """

    at: datetime
    source: str
    action: str
    by: str
    name: str | None = None
    id: str | None = None
    revision: int | None = None
    generation: int | None = None
    what: tuple[str, ...] = ()
    project: str = ""
    token: str = ""


def find_events(vault: Vault, uses: Iterable[Use], name: str | None, since: datetime | None) -> list[Event]:
    """Return the known events, newest first: of one credential, or of all and of the vault as a whole."""
    histories = _histories(vault, name, since)
    events = [*_changes(histories), *_exposures(vault, histories)]
    if name is None:
        events += _other_writes(vault.writes(), events)
    events += _uses(vault, uses, [credential for credential, _ in histories], is_all=name is None)
    kept = [event for event in events if since is None or event.at >= since]
    return sorted(kept, key=lambda event: event.at, reverse=True)


def _histories(vault: Vault, name: str | None, since: datetime | None) -> list[_History]:
    if name is None:
        return vault.histories(lambda credential: since is None or credential.updated_at >= since)
    credential = vault.find(name)
    return [(credential, vault.history(credential))]


def _changes(histories: Iterable[_History]) -> Iterator[Event]:
    for credential, revisions in histories:
        for revision in revisions:
            yield Event(
                at=revision.at,
                source=VAULT,
                action=ADDED if revision.version == 1 else CHANGED,
                by=revision.by.full_name,
                name=credential.name,
                id=credential.id,
                revision=revision.version,
                what=revision.changed,
            )


def _exposures(vault: Vault, histories: Iterable[_History]) -> Iterator[Event]:
    """Yield who said when that somebody knows a credential who should not, and that it counts no more; as is proved."""
    for credential, _ in histories:
        if credential.policy is None or not credential.policy.exposures:
            continue
        try:
            exposures = vault.policy(credential).exposures
        except Damaged as error:
            vault.problems.append(error.message)
            continue
        for one in exposures:
            told = who_and_why(one)
            yield _exposure_event(vault, credential, one.revision, one.at, EXPOSED, one.by, (told,))
            if one.cleared_at is not None:
                what = (one.cleared_reason, told)
                yield _exposure_event(vault, credential, one.revision, one.cleared_at, CLEARED, one.cleared_by, what)


def _exposure_event(
    vault: Vault, credential: Credential, revision: int, at: datetime, action: str, by: str, what: tuple[str, ...]
) -> Event:
    who = vault.state.roster.name_of(bytes.fromhex(by)) if by else ""
    return Event(at, VAULT, action, who, credential.name, credential.id, revision, what=what)


def _other_writes(writes: Iterable[Write], changes: Iterable[Event]) -> list[Event]:
    """Return the writes that the histories do not tell of: names, tags, results, removals, members, keys."""
    told = {(_milliseconds(change.at), change.by) for change in changes}
    return [_write_event(write) for write in writes if not _is_told(write, told)]


def _is_told(write: Write, told: set[tuple[int, str]]) -> bool:
    if write.parts not in ((CREDENTIALS,), None) or write.generation == 1:
        return False
    at = _milliseconds(write.at)
    return any((at + off, write.by.full_name) in told for off in (-1, 0, 1))


def _write_event(write: Write) -> Event:
    return Event(
        at=write.at,
        source=VAULT,
        action=FOUNDED if write.generation == 1 else WROTE,
        by=write.by.full_name,
        generation=write.generation,
        what=write.parts or (),
    )


def _uses(vault: Vault, uses: Iterable[Use], credentials: Iterable[Credential], *, is_all: bool) -> Iterator[Event]:
    """Yield this user's uses on this machine; a removed credential has the name under which it was removed."""
    vault_id = vault.vault_id.hex()
    here = [(use, vault.open_names(use.names) if use.names else ()) for use in uses if use.vault == vault_id]
    present = {credential.id: credential.name for credential in credentials}
    gone = {record: names[-1] for use, names in here for record in use.records if names}
    for use, names in here:
        by = vault.state.roster.name_of(_id_in(use))
        what = (*use.fields, *names[:-1])
        if is_all and not use.records:
            yield Event(use.at, HERE, use.verb, by, names[-1] if names else None, what=what, token=use.token)
        for record in use.records:
            if is_all or record in present:
                name = present.get(record) or gone.get(record)
                yield Event(use.at, HERE, use.verb, by, name, record, None, None, what, use.project, use.token)


def _id_in(use: Use) -> bytes:
    """Return a member id, or the fingerprint that older versions noted; nothing for what is neither."""
    try:
        return bytes.fromhex(use.identity)
    except ValueError:
        return b""


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
