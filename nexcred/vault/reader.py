"""What may be read of a vault: credentials as everybody sees them, and values, as far as they are proved."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from typing import TYPE_CHECKING, TypeVar

from nexcred.errors import CredentialNotFound, Damaged, Disputed, NameMoved, NotPermitted, RevisionNotFound
from nexcred.model.credential import Credential, Details
from nexcred.model.name import fold_name
from nexcred.model.shell_word import shell_word
from nexcred.model.suggest import suggest
from nexcred.vault.access_list import AccessList
from nexcred.vault.authority import VerifiedRecord
from nexcred.vault.floor import pair_of
from nexcred.vault.history import Revision, readable_past, to_revision
from nexcred.vault.moved_names import standing_in
from nexcred.vault.opened import MemberInfo, OpenedVault
from nexcred.vault.overview import Overview, to_credential
from nexcred.vault.overviews import ignore, open_listed, open_overviews, overview_digests
from nexcred.vault.permission import changed_meanwhile, may_not_write, not_upgraded
from nexcred.vault.plaintext import Json
from nexcred.vault.record import SESSION, lacking, read_header
from nexcred.vault.state import State, fetch
from nexcred.vault.store import Snapshot
from nexcred.vault.working_tree import Found, WorkingTree
from nexcred.vault.writes import Write, past_writes

if TYPE_CHECKING:
    from nexcred.vault.checkpoint import Checkpoint
    from nexcred.vault.verify import VerifyReport

T = TypeVar("T")


class VaultReader(OpenedVault):
    """Every read is proved; values are given out only where the record's own proved list lets them be believed."""

    def credentials(self) -> list[Credential]:
        """Return every credential, by name."""
        with self._reading() as (state, snapshot):
            problems: list[str] = []
            digests = overview_digests(state, snapshot, problems.append)
            found = list(self._opened(state, snapshot, digests, problems.append))
            self._note_problems(problems)
            return sorted(found, key=lambda credential: fold_name(credential.name))

    def map(self, apply: Callable[[Credential], T]) -> list[T]:
        """Return `apply` of every credential, in any order. Of a large vault in several processes: T is pickled."""

        is_large = self.is_large

        def part(state: State, snapshot: Snapshot, digests: Sequence[bytes]) -> tuple[list[T], list[str]]:
            problems: list[str] = []
            found = (open_listed if is_large else self._opened)(state, snapshot, digests, problems.append)
            return [apply(credential) for credential in found], problems

        miscounted: list[str] = []
        parts = self._in_parts(lambda state, snapshot: overview_digests(state, snapshot, miscounted.append), part)
        self._note_problems((*miscounted, *(problem for _, problems in parts for problem in problems)))
        return [result for results, _ in parts for result in results]

    def _opened(
        self, state: State, snapshot: Snapshot, digests: Sequence[bytes], report: Callable[[str], None]
    ) -> Iterator[Credential]:
        for revision, overview in open_overviews(state, snapshot, digests, report):
            yield self._shown(state, revision, overview)

    def _note_problems(self, problems: Iterable[str]) -> None:
        """Keep what is wrong with single records, each once: the others are served, and it is told at the end."""
        self.problems[:] = dict.fromkeys((*self.problems, *problems))

    def names(self) -> list[str]:
        return [credential.name for credential in self.credentials()]

    def has(self, name: str) -> bool:
        with self._reading() as (state, snapshot):
            return WorkingTree(state, snapshot).find(name) is not None

    def find(self, name: str) -> Credential:
        """Return the credential of this name; raise CredentialNotFound with the name that was perhaps meant."""
        with self._reading() as (state, snapshot):
            found = WorkingTree(state, snapshot).find(name)
            if found is not None:
                return self._shown(state, found.revision, found.overview)
        meant = suggest(name, self.names())
        hint = f"did you mean '{meant}'? run: nexcred list" if meant else "see them all with: nexcred list"
        raise CredentialNotFound(f"no credential named '{name}'", hint=hint)

    def details(self, credential: Credential) -> Details:
        """Return the present values, to be used: what this machine remembers of the record is compared first.

        Raises NotPermitted and its kin when they are not for this identity, Disputed, RolledBack, NameMoved.
        """
        return self.details_at(credential, credential.version)

    def details_at(self, credential: Credential, version: int) -> Details:
        """Return the values of a present or past revision; raise RevisionNotFound, and what `details` does."""
        with self._reading() as (state, snapshot):
            current = self._require(state, snapshot, credential).overview
            present = cache(lambda: state.open_details(fetch(snapshot, current.details), current))
            self._allow_use(state, snapshot, current, present, is_past=version != current.version)
            if version == current.version:
                return present()
            for _, past in readable_past(state, partial(fetch, snapshot), current):
                if past.version == version:
                    return state.open_past_details(fetch(snapshot, past.details), past, past.changed_by)
        raise RevisionNotFound(
            f"'{credential.name}' has no revision {version}",
            hint=f"see those that are kept with: nexcred history {shell_word(credential.name)}",
        )

    def proved(self, credential: Credential) -> VerifiedRecord | None:
        """Return what may be believed of a record, for display; None in a vault of version 1.

        Raises Disputed, and Tampered where its overview shows other values than its details hold.
        """
        with self._reading() as (state, snapshot):
            overview = self._require(state, snapshot, credential).overview
            if state.roster.is_first_format:
                return None
            proved = state.prove(overview)
            with suppress(NotPermitted):
                state.open_details(fetch(snapshot, overview.details), overview)
            return proved

    def examine(self, credential: Credential) -> tuple[VerifiedRecord, Details]:
        """Return what may be believed of a record and its values, to be looked at.

        Raises Disputed, NotPermitted, and RolledBack, since to trust a name is not to take what was put back.
        """
        with self._reading() as (state, snapshot):
            overview = self._require(state, snapshot, credential).overview
            proved = state.prove(overview)
            self.remembered.refuse_rollback(state, overview, proved)
            return proved, state.open_details(fetch(snapshot, overview.details), overview)

    def checkpoint(self, guest: bytes | None = None) -> "Checkpoint":
        """Return how far the vault has come; with a guest's id also which names it opens, as far as they are proved."""
        from nexcred.vault.checkpoint import Checkpoint

        pairs = () if guest is None else tuple(self._pairs_of(guest))
        return Checkpoint(self.vault_id, self.generation, self._state.head.hash, self.floor.with_pairs(pairs))

    def _pairs_of(self, guest: bytes) -> Iterator[bytes]:
        with self._reading() as (state, snapshot):
            for _, overview, proved in self._held_by(state, snapshot, guest):
                if self._is_named_rightly(state, snapshot, overview, proved):
                    yield pair_of(self.vault_id, overview.record_id, fold_name(overview.name))

    def held_by(self, member: bytes) -> list[Credential]:
        """Return what somebody holds, by member id, as far as that is proved; by name."""
        with self._reading() as (state, snapshot):
            found = [self._shown(state, number, one) for number, one, _ in self._held_by(state, snapshot, member)]
        return sorted(found, key=lambda credential: fold_name(credential.name))

    def _held_by(
        self, state: State, snapshot: Snapshot, member: bytes
    ) -> Iterator[tuple[int, Overview, VerifiedRecord]]:
        for revision, overview in open_overviews(state, snapshot, overview_digests(state, snapshot, ignore), ignore):
            with suppress(Disputed):
                proved = state.prove(overview)
                if member in proved.list.holders():
                    yield revision, overview, proved

    def _is_named_rightly(self, state: State, snapshot: Snapshot, overview: Overview, proved: VerifiedRecord) -> bool:
        """False for a name that a member may have moved: a guest would take the line for an owner's word."""
        try:
            self.remembered.refuse_misnamed(state, overview, proved, partial(standing_in, state, snapshot))
        except NameMoved as error:
            if self._warn is not None:
                self._warn(f"{error.message}: the line does not say that the guest opens it; {error.hint}")
            return False
        return True

    def _allow_use(
        self, state: State, snapshot: Snapshot, overview: Overview, present: Callable[[], Details], *, is_past: bool
    ) -> None:
        if state.roster.is_first_format:
            if not state.roster.had_one_writer:
                raise not_upgraded()
            return
        proved = state.prove(overview)
        standing = partial(standing_in, state, snapshot)
        self.remembered.use(state, overview, proved, present, self._confirm, standing=standing, is_past=is_past)

    def history(self, credential: Credential) -> list[Revision]:
        """Return the revisions of the values that are kept, newest first, the present one included."""
        with self._reading() as (state, snapshot):
            return self._told(state, snapshot, self._require(state, snapshot, credential).overview)

    def histories(self, wanted: Callable[[Credential], bool]) -> list[tuple[Credential, list[Revision]]]:
        """Return every credential, in any order, with its revisions, newest first: none of what is not wanted."""
        with self._reading() as (state, snapshot):
            found = []
            problems: list[str] = []
            for revision, overview in open_overviews(
                state, snapshot, overview_digests(state, snapshot, problems.append), problems.append
            ):
                credential = self._shown(state, revision, overview)
                revisions: list[Revision] = []
                try:
                    revisions = self._told(state, snapshot, overview) if wanted(credential) else []
                except Damaged as error:
                    problems.append(error.message)
                found.append((credential, revisions))
            self._note_problems(problems)
            return found

    def writes(self) -> list[Write]:
        """Return the writes of which the heads are kept, newest first."""
        with self._reading() as (state, snapshot):
            return list(past_writes(state, snapshot))

    def holders(self, credential: Credential) -> list[MemberInfo]:
        """Return who holds the values, less who left, as far as that is proved; raise Disputed."""
        with self._reading() as (state, snapshot):
            overview = self._require(state, snapshot, credential).overview
            if isinstance(overview.access, AccessList):
                held = set(state.prove(overview).list.holders())
            else:
                from nexcred.vault.version1.access_list import verify_first_list  # which few vaults need

                held = {member.id for member in verify_first_list(overview.access, state.roster)}
        return [member for member in self.members if member.id in held]

    def without_key(self, credential: Credential, members: Iterable[bytes]) -> frozenset[bytes]:
        """Return which of these present members no grant on the values names by its hint: they have no key."""
        with self._reading() as (state, snapshot):
            record = fetch(snapshot, self._require(state, snapshot, credential).overview.details)
            wanted = [state.roster.members[one] for one in members]
            hint_key = state.index_keys_of(read_header(record).epoch).hint
            lacked = {one.fingerprint for one in lacking(record, [member.public for member in wanted], hint_key)}
        return frozenset(member.id for member in wanted if member.public.fingerprint in lacked)

    def granted(self, credential: Credential) -> Mapping[bytes, int]:
        """Return by member id the most that each present holder may do with the values; raise Disputed, NotUpgraded."""
        with self._reading() as (state, snapshot):
            overview = self._require(state, snapshot, credential).overview
            if state.roster.is_first_format:
                raise not_upgraded()
            return state.prove(overview).list.holders()

    def require_writer(self, credential: Credential) -> None:
        """Raise NotPermitted for who may read the values and not write them, before anything is sent; Disputed."""
        with self._reading() as (state, snapshot):
            overview = self._require(state, snapshot, credential).overview
            if not state.roster.is_first_format and not state.prove(overview).list.may_write(state.me.id):
                raise may_not_write(overview.name)

    def session(self, credential: Credential) -> Json | None:
        """Return the tokens kept with a credential; raise NotPermitted, and ChangedMeanwhile for other values' tokens.

        Those may be for another host than the values that were read. Raises RolledBack where they were put back.
        """
        with self._reading() as (state, snapshot):
            overview = self._require(state, snapshot, credential).overview
            if overview.version != credential.version:
                raise changed_meanwhile(credential)
            if not state.roster.is_first_format:  # that there is none is somebody's word too
                proved = state.prove(overview)
                if not state.is_old:
                    self.remembered.refuse_rollback(state, overview, proved)
            record = overview.record_of(SESSION)
            if record is None:
                return None
            return state.open_session(fetch(snapshot, record), overview)

    def verify(self, progress: Callable[[int, int], None] | None = None) -> "VerifyReport":
        """Prove the whole vault, as far as this identity sees into it; raise Tampered."""
        from nexcred.vault.verify import names_to_verify, report_of, verify_part

        parts = self._in_parts(names_to_verify, partial(verify_part, progress=progress))
        head = self._state.sealed_head
        with self._reading() as (state, snapshot):
            if state.sealed_head != head:  # somebody wrote meanwhile
                parts = [verify_part(state, snapshot, names_to_verify(state, snapshot), progress)]
            return report_of(state, snapshot, parts)

    def _shown(self, state: State, revision: int, overview: Overview) -> Credential:
        return to_credential(overview, revision, state.roster, state.me.id)

    def _require(self, state: State, snapshot: Snapshot, credential: Credential) -> Found:
        found = WorkingTree(state, snapshot).find(credential.name)
        if found is None or found.overview.record_id.hex() != credential.id:
            raise CredentialNotFound(f"'{credential.name}' is not in the vault any more")
        return found

    def _told(self, state: State, snapshot: Snapshot, current: Overview) -> list[Revision]:
        if not state.roster.is_first_format:
            state.prove(current)
        past = readable_past(state, partial(fetch, snapshot), current)
        return [to_revision(overview, state.roster) for overview in (current, *(one for _, one in past))]
