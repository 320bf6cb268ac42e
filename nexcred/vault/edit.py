"""The operations of one write: add, change and remove credentials, keep probe results and sessions."""

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from nexcred.errors import Damaged, NotPermitted
from nexcred.model.credential import Credential
from nexcred.model.name import fold_name
from nexcred.model.probe import ProbeResult
from nexcred.vault.access_list import TO_MEMBER, TO_TEAM, WRITE
from nexcred.vault.changes import Changes, NewRecord
from nexcred.vault.identity import Identity, PublicIdentity
from nexcred.vault.names_in_use import name_not_found, name_taken
from nexcred.vault.new_values import (
    new_record,
    with_inherited_confirmed,
    with_kept_candidate,
    with_new_values,
    with_probe,
    with_session,
    writable,
)
from nexcred.vault.overview import Overview
from nexcred.vault.overview_shown import to_credential
from nexcred.vault.permission import changed_meanwhile
from nexcred.vault.plaintext import Json
from nexcred.vault.transaction import Transaction
from nexcred.vault.transaction_tree import Lookup

# What an operation needs besides is imported by it: changing a value, as most do, needs none of it.
if TYPE_CHECKING:
    from nexcred.model.lifecycle import Policy
    from nexcred.vault.membership import Departure
    from nexcred.vault.rekeying import Rekeyed
    from nexcred.vault.settle import SettleChoice
    from nexcred.vault.sharing import Grants


class Edit:
    """The operations; they see each other's effects, and are written together."""

    def __init__(self, copy: Transaction, now: datetime) -> None:
        self._copy = copy
        self._now = now
        self._own = copy.me

    def has(self, name: str) -> bool:
        return self._copy.find(name) is not None

    def find(self, name: str) -> Credential:
        """Return the credential of this name; raise CredentialNotFound."""
        found = self._copy.find(name)
        if found is None:
            raise name_not_found(name)
        return self._shown(found.overview, found.revision)

    def find_same(self, credential: Credential) -> Credential:
        """Return a credential as it is now; raise ChangedMeanwhile where its name leads to another one by now."""
        found = self._copy.find(credential.name)
        if found is None or found.overview.record_id.hex() != credential.id:
            raise changed_meanwhile(credential)
        return self._shown(found.overview, found.revision)

    def add(self, draft: NewRecord) -> Credential:
        """Add a credential, shared as it and the vault's settings say; raise NameTaken for its name, in any case."""
        self._refuse_taken(draft.name)
        return self._put(new_record(self._copy, draft, self._now), 1, None)

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
            self._copy.refuse_moved(old)
            self._refuse_taken(new.name)
        if changes.name is not None:
            self._copy.named.add(old.record_id)
        if changes.details is not None:
            new = with_new_values(self._copy, new, found, changes.details, changes, self._now)
        elif changes.probe is not None:
            new = with_probe(new, changes.probe._replace(version=old.version))
        elif changes.candidate is not None or changes.ends_candidate:
            new = with_kept_candidate(self._copy, new, found, changes.candidate)
        if changes.policy is not None:
            from nexcred.vault.policy import with_policy  # which few records have

            new = with_policy(self._copy, new, self._copy.prove(old), changes.policy)
        if changes.details is None:
            new = self._completed(new)
        return self._put(new, found.revision + 1, found)

    def set_policy(self, credential: Credential, change: "Callable[[Policy], Policy]") -> Credential:
        """Change the policy of a record as it is now, whatever its name; raise ChangedMeanwhile where it is gone."""
        from nexcred.vault.policy import changed_policy, with_policy

        found = self._copy.find_record(credential)
        if found is None:
            raise changed_meanwhile(credential)
        proved, policy = changed_policy(self._copy, found.overview, change)
        new = with_policy(self._copy, found.overview, proved, policy)
        if new is found.overview:  # nothing is written
            return self._shown(new, found.revision)
        return self._put(self._completed(new._replace(updated_at=self._now)), found.revision + 1, found)

    def record_probe(self, credential: Credential, result: ProbeResult) -> Credential:
        """Keep a probe result, unless the values that it judged have changed or the credential is gone."""
        found = self._copy.find(credential.name)
        if found is None or found.overview.record_id.hex() != credential.id:
            return credential
        if found.overview.version != result.version:
            return self._shown(found.overview, found.revision)
        return self._put(self._completed(with_probe(found.overview, result)), found.revision + 1, found)

    def remove(self, credential: Credential) -> None:
        """Put it into the trash; raise ChangedMeanwhile. Nothing that it holds can stop that."""
        from nexcred.vault import trash

        trash.put_into_trash(self._copy, self._unmoved(credential), self._now)

    def purge(self, credential: Credential) -> None:
        """Remove it for good, with its history; raise ChangedMeanwhile, NotPermitted."""
        from nexcred.vault import trash

        found = self._unmoved(credential)
        trash.refuse_unless_may_end(self._copy, found.overview)
        trash.end(self._copy, found)

    def take_out(self, record_id: bytes, name: str | None = None, looked_at: bytes | None = None) -> Credential:
        """Bring a record back from the trash; raise what `trash.take_out` does."""
        from nexcred.vault import trash

        return self._shown(*trash.take_out(self._copy, record_id, name, self._now, looked_at))

    def empty(self, record_id: bytes) -> None:
        """Remove a record in the trash for good, with its history; raise CredentialNotFound, NotPermitted."""
        from nexcred.vault import trash

        found = trash.required(self._copy, record_id)
        trash.refuse_unless_may_end(self._copy, found.overview)
        trash.end(self._copy, found)

    def set_session(self, credential: Credential, session: Json | None) -> Credential:
        """Seal tokens to those who hold the details; no history is kept. Raise ChangedMeanwhile, NotPermitted."""
        found = self._unmoved(credential)
        proved = writable(self._copy, found)
        new = with_session(self._copy, found.overview, proved, session)
        return self._put(self._completed(new), found.revision + 1, found)

    def keep_session(self, credential: Credential, session: Json) -> Credential:
        """Seal tokens also when the record was renamed or probed meanwhile; raise ChangedMeanwhile for other values."""
        found = self._copy.find_record(credential)
        if found is None or found.overview.version != credential.version:
            raise changed_meanwhile(credential)
        return self.set_session(self._shown(found.overview, found.revision), session)

    def slots(self) -> tuple[bytes, ...]:
        """Return the slots as they are before this change."""
        return self._copy.snapshot.slots()

    def admit(self, public: PublicIdentity, full_name: str, role: str, until_ms: int | None = None) -> None:
        """Let somebody into the vault; raise Conflict, and NotPermitted for all but owners."""
        from nexcred.vault import membership

        membership.admit(self._copy, public, full_name, role, until_ms)

    def dismiss(self, member: bytes, *, is_compromised: bool = False) -> "Departure":
        """Remove a member, and make a new vault key. Comes before anything else in this edit."""
        from nexcred.vault import membership

        return membership.dismiss(self._copy, self._copy.roster.id_of(member), is_compromised=is_compromised)

    def change_role(self, member: bytes, role: str) -> "Departure":
        """Give somebody another role; raise NotPermitted. Before anything else in this edit."""
        from nexcred.vault import membership

        return membership.change_role(self._copy, self._copy.roster.id_of(member), role)

    def share(
        self, credential: Credential, members: Iterable[bytes], *, may: int = WRITE, teams: Iterable[bytes] = ()
    ) -> Credential:
        """Let members and teams hold the values of a credential; raise NotPermitted, ChangedMeanwhile, Disputed."""
        granted = {(TO_MEMBER, self._copy.roster.id_of(one)): may for one in members}
        granted |= {(TO_TEAM, one): may for one in teams}
        return self.regrant(credential, lambda present: {**present, **granted})

    def unshare(self, credential: Credential, whom: Iterable[bytes]) -> Credential:
        """Seal to these members and teams no more; what they read they know.

        Raises NotPermitted, ChangedMeanwhile, Disputed.
        """
        gone = {self._copy.roster.id_of(one) for one in whom}
        return self.regrant(
            credential, lambda present: {key: may for key, may in present.items() if key[1] not in gone}
        )

    def refuse_held(self, credential: Credential, members: Iterable[bytes]) -> None:
        """Raise UsageError where one of these members holds a credential all the same: by a team."""
        from nexcred.vault.sharing import refuse_held_by_team

        refuse_held_by_team(self._copy, self._unmoved(credential).overview, members)

    def complete(self, credential: Credential, *, anew: bool = False) -> Credential:
        """Seal to whom it is shared with and who has no key yet, or to all `anew`; raise ChangedMeanwhile, Disputed."""
        from nexcred.vault import sharing

        found = self._unmoved(credential)
        completed = sharing.complete(self._copy, found.overview, self._copy.prove(found.overview), anew=anew)
        return (
            self._shown(found.overview, found.revision)
            if completed is found.overview
            else self._put(completed, found.revision + 1, found)
        )

    def confirm_inherited(self, credential: Credential) -> Credential:
        """Sign, as one's own, values from before statements: the same body, the same revision. Raise NotPermitted."""
        found = self._unmoved(credential)
        confirmed = with_inherited_confirmed(self._copy, found)
        return credential if confirmed is None else self._put(confirmed, found.revision + 1, found)

    def settle(
        self, name: str, members: Iterable[bytes], version: int | None = None, shown: "SettleChoice | None" = None
    ) -> None:
        """Go on with proved values of a disputed credential, held by these members, or not unless they are `shown`.

        Raises UsageError, NotPermitted, ChangedMeanwhile.
        """
        from nexcred.vault import settle as settling

        settling.settle(self._copy, name, members, version, shown)

    def rekey(self, identity: Identity, own: Collection[bytes]) -> "Rekeyed":
        """Give the author new keys and the vault a new one. Before anything else in this edit; set slots after it.

        `own` are the hashes of the lists and statements that the author knows to have signed.
        """
        from nexcred.vault import rekeying

        return rekeying.rekey(self._copy, identity, own)

    def set_slots(self, slots: tuple[bytes, ...]) -> None:
        """Replace the slots of every kind."""
        self._copy.set_slots(slots)

    def regrant(self, credential: Credential, change: "Callable[[Grants], Grants]") -> Credential:
        """Grant what `change` makes of what is granted; raise NotPermitted, ChangedMeanwhile, Disputed, UsageError."""
        from nexcred.vault import sharing

        found = self._unmoved(credential)
        overview = sharing.set_recipients(self._copy, found, change)
        return self._put(overview, found.revision + 1, found)

    def _completed(self, overview: Overview) -> Overview:
        """Wrap the key for holders who have no grant: each write by a holder does."""
        with suppress(Damaged, NotPermitted):
            if self._copy.seems_complete(overview):
                return overview
            from nexcred.vault import sharing

            return sharing.complete(self._copy, overview, self._copy.prove(overview))
        return overview

    def _put(self, overview: Overview, revision: int, instead_of: Lookup | None) -> Credential:
        self._copy.put(overview, revision, instead_of=instead_of)
        return self._shown(overview, revision)

    def _shown(self, overview: Overview, revision: int) -> Credential:
        return to_credential(overview, revision, self._copy.roster, self._own)

    def _unmoved(self, credential: Credential) -> Lookup:
        found = self._copy.find(credential.name)
        read = (credential.id, credential.revision)
        if found is None or (found.overview.record_id.hex(), found.revision) != read:
            raise changed_meanwhile(credential)
        return found

    def _refuse_taken(self, name: str) -> None:
        taken = self._copy.find(name)
        if taken is not None:
            raise name_taken(taken.overview.name)
