"""The vault as everything above it sees it: proved reads, and one way to write."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from nexcred.errors import (
    CredentialNotFound,
    MadeByNewer,
    NotPermitted,
    OutcomeUnknown,
    RevisionNotFound,
    RolledBack,
    VaultBusy,
)
from nexcred.model.credential import Credential, Details
from nexcred.model.name import fold_name
from nexcred.model.shell_word import shell_word
from nexcred.model.suggest import suggest
from nexcred.vault.edit import Edit, changed_meanwhile
from nexcred.vault.history import Revision, readable_past, to_revision
from nexcred.vault.opened import MemberInfo, OpenedVault
from nexcred.vault.overview import Overview, to_credential
from nexcred.vault.overviews import open_listed, open_overviews, overview_digests
from nexcred.vault.plaintext import Json
from nexcred.vault.roster import WRITERS
from nexcred.vault.state import State, fetch
from nexcred.vault.store import Change, Snapshot
from nexcred.vault.verify import VerifyReport, names_to_verify, report_of, verify_part
from nexcred.vault.working import Found, WorkingCopy
from nexcred.vault.writes import Write, past_writes

T = TypeVar("T")
ATTEMPTS = 10


class Vault(OpenedVault):
    """What may be read of a vault, and the one way to write to it."""

    def require_writable(self) -> None:
        """Raise what `edit` would, before anybody is asked anything: RolledBack, NotPermitted, MadeByNewer."""
        if self._is_old:
            raise RolledBack(
                "a vault opened with --accept-rollback is only read",
                hint="to go on from it: nexcred vault restore-backup FILE",
            )
        refuse_unless_writable(self._state)

    def credentials(self) -> list[Credential]:
        """Return every credential, by name."""
        with self._reading() as (state, snapshot):
            found = self._opened(state, snapshot, overview_digests(state, snapshot))
            return sorted(found, key=lambda credential: fold_name(credential.name))

    def map(self, apply: Callable[[Credential], T]) -> list[T]:
        """Return `apply` of every credential, in any order. Of a large vault in several processes: T is pickled."""

        opened = open_listed if self.is_large else self._opened

        def part(state: State, snapshot: Snapshot, digests: Sequence[bytes]) -> list[T]:
            return [apply(credential) for credential in opened(state, snapshot, digests)]

        return [result for results in self._in_parts(overview_digests, part) for result in results]

    def _opened(self, state: State, snapshot: Snapshot, digests: Sequence[bytes]) -> Iterator[Credential]:
        for revision, overview in open_overviews(state, snapshot, digests):
            yield self._shown(state, revision, overview)

    def names(self) -> list[str]:
        return [credential.name for credential in self.credentials()]

    def has(self, name: str) -> bool:
        with self._reading() as (state, snapshot):
            return WorkingCopy(state, snapshot).find(name) is not None

    def find(self, name: str) -> Credential:
        """Return the credential of this name; raise CredentialNotFound with the name that was perhaps meant."""
        with self._reading() as (state, snapshot):
            found = WorkingCopy(state, snapshot).find(name)
            if found is not None:
                return self._shown(state, found.revision, found.overview)
        meant = suggest(name, self.names())
        hint = f"did you mean '{meant}'? run: nexcred list" if meant else "see them all with: nexcred list"
        raise CredentialNotFound(f"no credential named '{name}'", hint=hint)

    def details(self, credential: Credential) -> Details:
        """Return the values of this revision; raise NotPermitted when they are not for this identity."""
        return self.details_at(credential, credential.version)

    def details_at(self, credential: Credential, version: int) -> Details:
        """Return the values of a past revision; raise RevisionNotFound, NotPermitted."""
        with self._reading() as (state, snapshot):
            current = self._require(state, snapshot, credential).overview
            for overview in self._revisions(state, snapshot, current):
                if overview.version == version:
                    return state.open_details(fetch(snapshot, overview.details), overview)
        raise RevisionNotFound(
            f"'{credential.name}' has no revision {version}",
            hint=f"see those that are kept with: nexcred history {shell_word(credential.name)}",
        )

    def history(self, credential: Credential) -> list[Revision]:
        """Return the revisions of the values that are kept, newest first, the present one included."""
        with self._reading() as (state, snapshot):
            return self._told(state, snapshot, self._require(state, snapshot, credential).overview)

    def histories(self, wanted: Callable[[Credential], bool]) -> list[tuple[Credential, list[Revision]]]:
        """Return every credential, in any order, with its revisions, newest first: none of what is not wanted."""
        with self._reading() as (state, snapshot):
            found = []
            for revision, overview in open_overviews(state, snapshot, overview_digests(state, snapshot)):
                credential = self._shown(state, revision, overview)
                found.append((credential, self._told(state, snapshot, overview) if wanted(credential) else []))
            return found

    def writes(self) -> list[Write]:
        """Return the writes of which the heads are kept, newest first."""
        with self._reading() as (state, snapshot):
            return list(past_writes(state, snapshot))

    def holders(self, credential: Credential) -> list[MemberInfo]:
        """Return who holds the values, less who left."""
        with self._reading() as (state, snapshot):
            access = self._require(state, snapshot, credential).overview.access
        recipients = {state.roster.newest(one) for one in access.recipients}
        return [member for member in self.members if member.fingerprint in recipients]

    def session(self, credential: Credential) -> Json | None:
        """Return the tokens kept with a credential; raise NotPermitted, and ChangedMeanwhile for other values' tokens.

        Those may be for another host than the values that were read.
        """
        with self._reading() as (state, snapshot):
            overview = self._require(state, snapshot, credential).overview
            if overview.version != credential.version:
                raise changed_meanwhile(credential)
            if overview.session is None:
                return None
            return state.open_session(fetch(snapshot, overview.session), overview)

    def verify(self, progress: Callable[[int, int], None] | None = None) -> VerifyReport:
        """Prove the whole vault, as far as this identity sees into it; raise Tampered."""
        parts = self._in_parts(names_to_verify, partial(verify_part, progress=progress))
        head = self._state.sealed_head
        with self._reading() as (state, snapshot):
            if state.sealed_head != head:  # somebody wrote meanwhile
                parts = [verify_part(state, snapshot, names_to_verify(state, snapshot), progress)]
            return report_of(state, snapshot, parts)

    def edit(self, apply: Callable[[Edit], T]) -> T:
        """Make one change, whole or not at all. `apply` runs again, on the newer state, when somebody was quicker.

        Raises what `apply` raises, NotPermitted, MadeByNewer, VaultBusy, StoreFailed, OutcomeUnknown.
        """
        for _ in range(ATTEMPTS):
            self.require_writable()
            with self._store.write() as snapshot:
                state = self._proved(snapshot)
                refuse_unless_writable(state)
                copy = WorkingCopy(state, snapshot)
                now = self._now()
                result = apply(Edit(copy, now))
                if not copy.is_changed:
                    return result
                change = copy.finish(now)
                committed = self._store.commit(change, state.sealed_head)
            if committed:
                self._identity = copy.author
                return self._adopted(change, result)
        raise VaultBusy("others keep writing to this vault", hint="try again in a moment")

    def _adopted(self, change: Change, result: T) -> T:
        """Read back and remember what was written, then return the result."""
        with self._reading() as (state, _):
            if state.place.generation < change.generation:
                raise OutcomeUnknown(
                    "the store took the change, and does not show it", hint="see what is there with: nexcred list"
                )
        return result

    def _shown(self, state: State, revision: int, overview: Overview) -> Credential:
        return to_credential(overview, revision, state.roster, self._identity.fingerprint)

    def _require(self, state: State, snapshot: Snapshot, credential: Credential) -> Found:
        found = WorkingCopy(state, snapshot).find(credential.name)
        if found is None or found.overview.access.record_id.hex() != credential.id:
            raise CredentialNotFound(f"'{credential.name}' is not in the vault any more")
        return found

    def _told(self, state: State, snapshot: Snapshot, current: Overview) -> list[Revision]:
        return [to_revision(overview, state.roster) for overview in self._revisions(state, snapshot, current)]

    def _revisions(self, state: State, snapshot: Snapshot, current: Overview) -> Iterator[Overview]:
        yield current
        for _, past in readable_past(state, partial(fetch, snapshot), current):
            yield past


def refuse_unless_writable(state: State) -> None:
    member = state.roster.members.get(state.identity.fingerprint)
    if member is None or member.role not in WRITERS:
        raise NotPermitted(
            "this identity may read this vault, not write to it", hint="see who may: nexcred member list"
        )
    if state.head.head.is_read_only:
        raise MadeByNewer(
            "a newer nexcred wrote to this vault what this version would lose: it can only be read",
            hint="update nexcred, then try again",
        )
