"""What may be done to a vault in one write: add, change, remove credentials, keep probe results and sessions."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from nexcred.errors import ChangedMeanwhile, CredentialNotFound, NameTaken
from nexcred.model.credential import Credential, Details
from nexcred.model.name import fold_name
from nexcred.model.probe import ProbeResult
from nexcred.model.secret import repr_of
from nexcred.model.shell_word import shell_word
from nexcred.vault import membership
from nexcred.vault.history import HISTORY_KEPT, past_overviews
from nexcred.vault.identity import Identity, PublicIdentity
from nexcred.vault.membership import Departure, Rekeyed
from nexcred.vault.overview import Overview, to_credential
from nexcred.vault.plaintext import Json, write_details, write_json
from nexcred.vault.record import DETAILS, SESSION
from nexcred.vault.sharing import new_access_list
from nexcred.vault.working import Found, WorkingCopy


class Draft(NamedTuple):
    """A credential that is to be added, with tokens that were granted to it already."""

    name: str
    description: str
    tags: tuple[str, ...]
    details: Details
    probe: ProbeResult | None = None
    expires_at: datetime | None = None
    session: Json | None = None

    def __repr__(self) -> str:
        return repr_of(self, "name")


class Changes(NamedTuple):
    """What is to change; None keeps. New details bring their own probe result, expiry and tokens, or none."""

    name: str | None = None
    description: str | None = None
    tags: tuple[str, ...] | None = None
    details: Details | None = None
    probe: ProbeResult | None = None
    expires_at: datetime | None = None
    session: Json | None = None

    def __repr__(self) -> str:
        return repr_of(self, "name")


class Edit:
    """The operations; they see each other's effects, and are written together."""

    def __init__(self, copy: WorkingCopy, now: datetime) -> None:
        self._copy = copy
        self._now = now
        self._own = copy.state.identity.fingerprint

    def has(self, name: str) -> bool:
        return self._copy.find(name) is not None

    def find(self, name: str) -> Credential:
        """Return the credential of this name; raise CredentialNotFound."""
        found = self._copy.find(name)
        if found is None:
            raise CredentialNotFound(f"no credential named '{name}'", hint="see them all with: nexcred list")
        return self._shown(found.overview, found.revision)

    def add(self, draft: Draft) -> Credential:
        """Raise NameTaken when a credential has this name, in whatever case."""
        self._refuse_taken(draft.name)
        details = draft.details
        overview = Overview(
            name=draft.name,
            connector=details.connector,
            method=details.method,
            description=draft.description,
            tags=draft.tags,
            public=details.public,
            secret_fields=details.secret_fields,
            allowed_hosts=details.allowed_hosts,
            owner=self._own,
            access=new_access_list(self._copy.state.identity, self._copy.state.place.vault_id),
            created_at=self._now,
            updated_at=self._now,
            version=1,
            changed_at=self._now,
            changed_by=self._own,
            changed=tuple(details.fields),
            details=b"",
            session=None,
            previous=None,
            probe=draft.probe and draft.probe._replace(version=1),
            expires_at=draft.expires_at,
            extra={},
        )
        sealed = overview._replace(
            details=self._seal_details(overview, 1, details), session=self._seal_session(overview, 1, draft.session)
        )
        return self._put(sealed, 1, None)

    def update(self, credential: Credential, changes: Changes) -> Credential:
        """Raise ChangedMeanwhile when this record was written since `credential` was read; NameTaken, NotPermitted."""
        found = self._unmoved(credential)
        old = found.overview
        new = old._replace(
            name=old.name if changes.name is None else changes.name,
            description=old.description if changes.description is None else changes.description,
            tags=old.tags if changes.tags is None else changes.tags,
            updated_at=self._now,
        )
        if fold_name(new.name) != fold_name(old.name):
            self._refuse_taken(new.name)
        if changes.details is not None:
            new = self._with_new_values(new, found, changes.details, changes)
            new = new._replace(session=self._seal_session(new, found.revision + 1, changes.session))
        elif changes.probe is not None:
            new = _with_probe(new, changes.probe._replace(version=old.version))
        return self._put(new, found.revision + 1, found)

    def record_probe(self, credential: Credential, result: ProbeResult) -> Credential:
        """Keep a probe result, unless the values that it judged have changed or the credential is gone."""
        found = self._copy.find(credential.name)
        if found is None or found.overview.access.record_id.hex() != credential.id:
            return credential
        if found.overview.version != result.version:
            return self._shown(found.overview, found.revision)
        return self._put(_with_probe(found.overview, result), found.revision + 1, found)

    def remove(self, credential: Credential) -> None:
        """Remove it with its history; raise ChangedMeanwhile."""
        found = self._unmoved(credential)
        for name, past in past_overviews(self._copy.state, self._copy.fetch, found.overview):
            self._copy.drop(name, past.details)
        self._copy.drop(found.overview.details, found.overview.session)
        self._copy.remove(found)

    def set_session(self, credential: Credential, session: Json | None) -> Credential:
        """Seal tokens to those who hold the details; no history is kept. Raise ChangedMeanwhile."""
        found = self._unmoved(credential)
        self._copy.drop(found.overview.session)
        revision = found.revision + 1
        sealed = self._seal_session(found.overview, revision, session)
        return self._put(found.overview._replace(session=sealed), revision, found)

    def keep_session(self, credential: Credential, session: Json) -> Credential:
        """Seal tokens also when the record was renamed or probed meanwhile; raise ChangedMeanwhile for other values."""
        found = self._same_record(credential)
        if found is None or found.overview.version != credential.version:
            raise changed_meanwhile(credential)
        return self.set_session(self._shown(found.overview, found.revision), session)

    def slots(self) -> tuple[bytes, ...]:
        """Return the slots as they are before this change."""
        return self._copy.snapshot.slots()

    def admit(self, public: PublicIdentity, full_name: str, role: str) -> None:
        """Let somebody into the vault; raise Conflict, and NotPermitted for all but owners."""
        membership.admit(self._copy, public, full_name, role)

    def dismiss(self, fingerprint: bytes) -> Departure:
        """Let somebody read nothing more, under a new vault key. Before anything else in this edit."""
        return membership.dismiss(self._copy, fingerprint)

    def share(self, credential: Credential, fingerprints: Iterable[bytes]) -> Credential:
        """Let members hold the values of a credential; raise NotPermitted, ChangedMeanwhile."""
        return self._with_recipients(credential, lambda present: present | set(fingerprints))

    def unshare(self, credential: Credential, fingerprints: Iterable[bytes]) -> Credential:
        """Seal to these members no more; what they read they know. Raise NotPermitted, ChangedMeanwhile."""
        return self._with_recipients(credential, lambda present: present - set(fingerprints))

    def rekey(self, identity: Identity) -> Rekeyed:
        """Give the author new keys and the vault a new one. Before anything else in this edit; set slots after it."""
        return membership.rekey(self._copy, identity)

    def set_slots(self, slots: tuple[bytes, ...]) -> None:
        """Replace the slots of every kind."""
        self._copy.set_slots(slots)

    def _with_recipients(self, credential: Credential, change: Callable[[set[bytes]], Iterable[bytes]]) -> Credential:
        found = self._unmoved(credential)
        overview = membership.set_recipients(self._copy, found, change)
        return self._put(overview, found.revision + 1, found)

    def _with_new_values(self, new: Overview, found: Found, details: Details, changes: Changes) -> Overview:
        old, version = found.overview, found.overview.version + 1
        sealed = self._seal_details(old, version, details)  # first: it refuses values that could not be kept
        before = self._copy.state.open_details(self._copy.fetch(old.details), old)
        past = list(past_overviews(self._copy.state, self._copy.fetch, old))
        for name, forgotten in past[HISTORY_KEPT - 1 :]:
            self._copy.drop(name, forgotten.details)
        self._copy.drop(old.session)
        return new._replace(
            connector=details.connector,
            method=details.method,
            public=details.public,
            secret_fields=details.secret_fields,
            allowed_hosts=details.allowed_hosts,
            version=version,
            changed_at=self._now,
            changed_by=self._own,
            changed=changed_fields(before, details),
            details=sealed,
            session=None,
            previous=found.digest,
            probe=changes.probe and changes.probe._replace(version=version),
            expires_at=changes.expires_at,
        )

    def _seal_details(self, overview: Overview, version: int, details: Details) -> bytes:
        return self._copy.seal_part(DETAILS, overview, version, write_details(details))

    def _seal_session(self, overview: Overview, revision: int, session: Json | None) -> bytes | None:
        return self._copy.seal_part(SESSION, overview, revision, write_json(session)) if session else None

    def _put(self, overview: Overview, revision: int, instead_of: Found | None) -> Credential:
        self._copy.put(overview, revision, instead_of=instead_of)
        return self._shown(overview, revision)

    def _shown(self, overview: Overview, revision: int) -> Credential:
        return to_credential(overview, revision, self._copy.roster, self._own)

    def _unmoved(self, credential: Credential) -> Found:
        found = self._copy.find(credential.name)
        if found is None or (found.overview.access.record_id.hex(), found.revision) != (
            credential.id,
            credential.revision,
        ):
            raise changed_meanwhile(credential)
        return found

    def _same_record(self, credential: Credential) -> Found | None:
        """Return the record of this id: by its name, else wherever it is now."""
        found = self._copy.find(credential.name)
        if found is not None and found.overview.access.record_id.hex() == credential.id:
            return found
        records = self._copy.all()
        return next((one for one in records if one.overview.access.record_id.hex() == credential.id), None)

    def _refuse_taken(self, name: str) -> None:
        taken = self._copy.find(name)
        if taken is not None:
            raise NameTaken(
                f"a credential named '{taken.overview.name}' exists already",
                hint=f"choose another name, or change that one with: nexcred update {shell_word(taken.overview.name)}",
            )


def changed_meanwhile(credential: Credential) -> ChangedMeanwhile:
    """Make the failure of who read a credential before somebody else wrote it."""
    return ChangedMeanwhile(
        f"'{credential.name}' was changed by somebody else meanwhile",
        hint=f"look at it with: nexcred show {shell_word(credential.name)}, then try again",
    )


def changed_fields(before: Details, after: Details) -> tuple[str, ...]:
    """Name what differs between two revisions of the values."""
    names = dict.fromkeys([*before.fields, *after.fields])
    changed = [name for name in names if before.fields.get(name) != after.fields.get(name)]
    if before.method != after.method:
        changed.append("method")
    if before.allowed_hosts != after.allowed_hosts:
        changed.append("allowed_hosts")
    return tuple(changed)


def _with_probe(overview: Overview, result: ProbeResult) -> Overview:
    return overview._replace(probe=result, expires_at=result.expires_at or overview.expires_at)
