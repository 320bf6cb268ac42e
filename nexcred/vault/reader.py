"""Read the values of credentials, once they are proved, and what is kept beside them."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache, partial
from typing import TYPE_CHECKING

from nexcred.errors import CredentialNotFound, Damaged, MadeByNewer, NotPermitted, RevisionNotFound
from nexcred.model.credential import Credential, Details
from nexcred.model.shell_word import shell_word
from nexcred.vault.authority import VerifiedRecord
from nexcred.vault.fetching import fetch
from nexcred.vault.moved_names import standing_in
from nexcred.vault.overtaken import looking_again
from nexcred.vault.overview import Overview
from nexcred.vault.overview_reader import OverviewReader
from nexcred.vault.overviews import open_overviews, overview_digests
from nexcred.vault.permission import changed_meanwhile, not_upgraded
from nexcred.vault.plaintext import Json
from nexcred.vault.questions import Answers, Unanswered
from nexcred.vault.record import ROTATION, SESSION
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Snapshot
from nexcred.vault.transaction_tree import Lookup, TransactionTree

if TYPE_CHECKING:
    from nexcred.model.lifecycle import Policy
    from nexcred.vault.candidate import Candidate, KeptBeside
    from nexcred.vault.history import Revision
    from nexcred.vault.memory import Confirm
    from nexcred.vault.verify import Judge, VerifyReport
    from nexcred.vault.writes import Write


class VaultReader(OverviewReader):
    """Every read is proved; values are given out only where the record's own proved list lets them be believed."""

    def details(self, credential: Credential) -> Details:
        """Return the present values, to be used: what this machine remembers of the record is compared first.

        Raises NotPermitted and its kin when they are not for this identity, Disputed, RolledBack, NameMoved.
        """
        try:
            return self.details_at(credential, credential.version)
        except NotPermitted:
            if not self._looks_again():
                raise
        return self.details_at(credential, credential.version)

    @looking_again
    def details_at(self, credential: Credential, version: int) -> Details:
        """Return the values of a present or past revision; raise RevisionNotFound, and what `details` does."""
        answers = Answers(self._confirm)
        while True:
            try:
                with self._reading() as (state, snapshot):
                    return self._details_in(state, snapshot, credential, version, answers)
            except Unanswered as asked:
                self._ask_outside(answers, asked)

    def _details_in(
        self, state: VerifiedState, snapshot: Snapshot, credential: Credential, version: int, answers: Answers
    ) -> Details:
        current = self._require(state, snapshot, credential).overview
        present = cache(lambda: state.open_details(fetch(snapshot, current.details), current))
        self._allow_use(state, snapshot, current, present, answers.known, is_past=version != current.version)
        if version == current.version:
            return present()
        from nexcred.vault.history import readable_past  # `get` and its like want the present

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

    @looking_again
    def examine(self, credential: Credential) -> tuple[VerifiedRecord, Details]:
        """Return what may be believed of a record and its values, to be looked at.

        Raises Disputed, NotPermitted, and RolledBack, since to trust a name is not to take what was put back.
        """
        with self._reading() as (state, snapshot):
            overview = self._require(state, snapshot, credential).overview
            proved = state.prove(overview)
            self.remembered.refuse_rollback(state, overview, proved)
            return proved, state.open_details(fetch(snapshot, overview.details), overview)

    def examine_past(self, credential: Credential) -> dict[int, Details]:
        """Return the values of its past revisions, by number, as far as they open: to be looked at, as `examine` does.

        None in a vault of version 1, where nobody says whose they are. Raises Disputed, Tampered.
        """
        with self._reading() as (state, snapshot):
            current = self._require(state, snapshot, credential).overview
            if state.roster.is_first_format:
                return {}
            state.prove(current)
            from nexcred.vault.history import readable_past

            found: dict[int, Details] = {}
            for _, past in readable_past(state, partial(fetch, snapshot), current):
                with suppress(NotPermitted):  # of those before it was shared
                    record = fetch(snapshot, past.details)
                    found[past.version] = state.open_past_details(record, past, past.changed_by)
            return found

    def chose_field_names(self, credential: Credential, details: Details) -> bool:
        """True where this person made the record and named the fields of these details, or knows the set of names here.

        A member may write a field of any name into what another one made: that was chosen by neither.
        """
        with self._reading() as (state, snapshot):
            overview = self._require(state, snapshot, credential).overview
            if state.roster.is_first_format:
                return state.roster.had_one_writer
            if self.remembered.knows_field_names(overview.record_id, details.fields):
                return True
            proved, me = state.prove(overview), state.me.id
            is_mine = proved.list.access.creator == proved.author == me and proved.pinned_by in (None, me)
            return is_mine and details.names_by in (None, me.hex())

    def keep_field_names(self, known: Iterable[tuple[Credential, Details]]) -> None:
        """Remember on this machine that the person knows what the fields of these credentials are called."""
        self.remembered.keep_field_names(
            {bytes.fromhex(credential.id): tuple(details.fields) for credential, details in known}
        )

    def _allow_use(
        self,
        state: VerifiedState,
        snapshot: Snapshot,
        overview: Overview,
        present: Callable[[], Details],
        confirm: "Confirm | None",
        *,
        is_past: bool,
    ) -> None:
        if state.roster.is_first_format:
            if not state.roster.had_one_writer:
                raise not_upgraded()
            return
        proved = state.prove(overview)
        standing = partial(standing_in, state, snapshot)
        self.remembered.use(state, overview, proved, present, confirm, standing=standing, is_past=is_past)

    def history(self, credential: Credential) -> "list[Revision]":
        """Return the revisions of the values that are kept, newest first, the present one included."""
        with self._reading() as (state, snapshot):
            return self._told(state, snapshot, self._require(state, snapshot, credential).overview)

    def histories(self, wanted: Callable[[Credential], bool]) -> "list[tuple[Credential, list[Revision]]]":
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

    def writes(self) -> "list[Write]":
        """Return the writes of which the heads are kept, newest first."""
        from nexcred.vault.writes import past_writes

        with self._reading() as (state, snapshot):
            return list(past_writes(state, snapshot))

    @looking_again
    def session(self, credential: Credential) -> Json | None:
        """Return the tokens kept with a credential; raise NotPermitted, and ChangedMeanwhile for other values' tokens.

        Those may be for another host than the values that were read. Raises RolledBack where they were put back.
        """
        with self._reading() as (state, snapshot):
            overview = self._require(state, snapshot, credential).overview
            if overview.version != credential.version:
                raise changed_meanwhile(credential)
            if not state.roster.is_first_format:  # that there is none is somebody's word too
                self._prove(state, overview)
            record = overview.record_of(SESSION)
            if record is None:
                return None
            return state.open_session(fetch(snapshot, record), overview)

    def candidate(self, credential: Credential) -> "Candidate | None":
        """Return the values that are kept beside the present ones until they are proved; None where there are none.

        None too where they are a rotation's, which alone decides over them. Raises NotPermitted, Disputed, RolledBack,
        Tampered.
        """
        try:
            kept = self.kept(credential)
        except MadeByNewer:
            return None
        return kept.candidate if kept is not None and kept.journal is None else None

    @looking_again
    def kept(self, credential: Credential) -> "KeptBeside | None":
        """Return all that is kept beside the present values: a candidate, the journal of a rotation; None for nothing.

        Raises NotPermitted, Disputed, RolledBack, Tampered, and MadeByNewer for what only a later version knows.
        """
        with self._reading() as (state, snapshot):
            overview = self._require(state, snapshot, credential).overview
            if state.roster.is_first_format:
                return None
            self._prove(state, overview)  # that there is none is somebody's word too
            record = overview.record_of(ROTATION)
            if record is None:
                return None
            from nexcred.vault.candidate import open_kept  # which few records have

            return open_kept(state, fetch(snapshot, record), overview)

    def with_kept(self) -> list[Credential]:
        """Return the credentials beside whose values something is kept, which nobody has proved by that."""
        with self._reading() as (state, snapshot):
            problems: list[str] = []
            digests = overview_digests(state, snapshot, problems.append)
            found = [
                self._shown(state, revision, overview)
                for revision, overview in open_overviews(state, snapshot, digests, problems.append)
                if overview.record_of(ROTATION) is not None
            ]
            self._note_problems(problems)
        return sorted(found, key=lambda credential: credential.name)

    @looking_again
    def policy(self, credential: Credential) -> "Policy":
        """Return what was entered for a credential beside its values, proved; `NO_POLICY` where there is none.

        Raises Disputed, RolledBack, Tampered.
        """
        from nexcred.model.lifecycle import NO_POLICY  # which no value is read with
        from nexcred.vault.policy import proved_policy

        with self._reading() as (state, snapshot):
            overview = self._require(state, snapshot, credential).overview
            if state.roster.is_first_format:
                return NO_POLICY
            return proved_policy(overview, self._prove(state, overview))

    def verify(
        self, progress: Callable[[int, int], None] | None = None, judge: "Judge | None" = None
    ) -> "VerifyReport":
        """Prove the whole vault as it lies in its place, as far as this identity sees into it; raise Tampered.

        `judge` is asked, in other processes too, what is wrong with values that open and are rightly signed.
        """
        from nexcred.vault.verifying import verified

        return verified(self._store, self._reading, progress, judge)

    def _prove(self, state: VerifiedState, overview: Overview) -> VerifiedRecord:
        """Prove a record, and that it is no older than was seen here; raise Disputed, RolledBack."""
        proved = state.prove(overview)
        if not state.is_old:
            self.remembered.refuse_rollback(state, overview, proved)
        return proved

    def _require(self, state: VerifiedState, snapshot: Snapshot, credential: Credential) -> Lookup:
        found = TransactionTree(state, snapshot).find(credential.name)
        if found is None or found.overview.record_id.hex() != credential.id:
            raise CredentialNotFound(f"'{credential.name}' is no longer in the vault")
        return found

    def _told(self, state: VerifiedState, snapshot: Snapshot, current: Overview) -> "list[Revision]":
        from nexcred.vault.history import readable_past, to_revision

        if not state.roster.is_first_format:
            state.prove(current)
        past = readable_past(state, partial(fetch, snapshot), current)
        return [to_revision(overview, state.roster) for overview in (current, *(one for _, one in past))]
