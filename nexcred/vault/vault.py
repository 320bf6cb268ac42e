"""The vault for the layers above: proved reads, and one way to write.

The half that writes is imported by the first write: a read would pay a tenth of its time for it.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from nexcred.errors import Damaged, NameMoved, NotPermitted, OutcomeUnknown, RolledBack
from nexcred.model.credential import Credential, Details
from nexcred.vault.anchor import Anchor
from nexcred.vault.authority import VerifiedRecord, has_ended
from nexcred.vault.belief import prove_descent
from nexcred.vault.fetching import fetch
from nexcred.vault.holding import VaultHolders
from nexcred.vault.moved_names import name_now, never_used, standing_in
from nexcred.vault.overtaken import looking_again
from nexcred.vault.overview import Overview
from nexcred.vault.permission import refuse_unless_upgradable, refuse_unless_writable, refuse_where_moved
from nexcred.vault.questions import Answers, Unanswered
from nexcred.vault.retries import Retries
from nexcred.vault.roster import OWNER
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Change, Snapshot
from nexcred.vault.transaction_tree import TransactionTree

if TYPE_CHECKING:
    from nexcred.model.lifecycle import Policy
    from nexcred.vault.edit import Edit
    from nexcred.vault.transaction import Transaction
    from nexcred.vault.trash import Removed

T = TypeVar("T")


class Vault(VaultHolders):
    """Reading a vault, and the one way to write to it."""

    retries = Retries()

    def require_writable(self) -> None:
        """Raise what `edit` would, before anybody is asked anything: RolledBack, NotPermitted, MadeByNewer."""
        try:
            _refuse_to_write(self._state)
        except (Damaged, NotPermitted):  # by what was true when it was last read
            with self._reading() as (state, _):
                _refuse_to_write(state)

    def edit(self, apply: "Callable[[Edit], T]") -> T:
        """Make one change of credentials or members, as `change` does."""
        from nexcred.vault.edit import Edit

        return self.change(lambda copy: apply(Edit(copy, copy.now)))

    def set_policy(self, credential: Credential, change: "Callable[[Policy], Policy]") -> Credential:
        """Change the newest policy of a credential: `change` runs again when somebody was quicker, and may return it.

        Raises NotPermitted for all but who may write the values, whoever added it and owners; Disputed, InvalidData for
        one that is too large, ChangedMeanwhile where the credential is gone, and what `edit` does.
        """
        return self.edit(lambda edit: edit.set_policy(credential, change))

    def change(self, apply: "Callable[[Transaction], T]") -> T:
        """Make one change, whole or not at all. `apply` runs again, on the newer state, when somebody was quicker.

        Raises what `apply` raises, NotPermitted, MadeByNewer, VaultBusy, StoreFailed, OutcomeUnknown.
        """
        done = self.retries.until_done(lambda: self._try_to_change(apply))
        if not self.remembered.knows_teams(self._state.roster):
            from nexcred.vault.teams import seal_since

            seal_since(self)  # what waits is sealed after a write that was made, and by none that was refused
        return done[0]

    def _try_to_change(self, apply: "Callable[[Transaction], T]") -> tuple[T] | None:
        self.require_writable()
        if self._state.roster.is_first_format:
            self._upgrade_alone()
        self._dismiss_ended()
        self._empty_trash()
        return self.try_to_write(lambda copy: (apply(copy),))

    def _dismiss_ended(self) -> None:
        """Let guests go whose time is over, by this clock and by a head, before an owner's next write."""
        state, now_ms = self._state, int(self._now().timestamp() * 1000)
        ended = [one for one in state.roster.members.values() if has_ended(one, now_ms)]
        if not ended or state.me.role != OWNER:
            return
        from nexcred.vault.membership import dismiss_ended

        for member in ended:
            is_gone = self.try_to_write(partial(dismiss_ended, member_id=member.id))
            if is_gone and self._warn is not None:
                self._warn(f"'{member.full_name}' was a guest until a time that has passed, and is removed")

    def _empty_trash(self) -> None:
        """End what has lain in the trash for as long as it is kept, as this machine has seen, before the next write."""
        seen = self._memory.earliest_in_trash(self.vault_id)
        if seen is None:
            return
        from nexcred.vault import trash

        ended = trash.empty_over(self, *seen, self._now())
        if ended and self._warn is not None:
            self._warn(trash.went_for_good(ended))

    def trash(self) -> "list[Removed]":
        """Return what lies in the trash and concerns this identity, by name."""
        from nexcred.vault.trash import see_trash

        with self._reading() as (state, snapshot):
            return see_trash(state, snapshot, self._memory, self._now(), self._note_problems)

    def try_to_write(self, apply: "Callable[[Transaction], T]") -> T | None:
        """Make one change, and return what `apply` does; None when somebody was quicker, and nothing was written."""
        answers = Answers(self._confirm)
        while True:
            try:
                return self._try_to_write(apply, answers)
            except Unanswered as asked:
                answers.ask(asked.doubt)

    def _try_to_write(self, apply: "Callable[[Transaction], T]", answers: Answers) -> T | None:
        done = self._committed(apply, answers)
        if done is None:
            return None
        copy, change, result = done
        if change is None:
            return result
        before = self.remembered
        self._identity = copy.author
        self._identity.slot = copy.renewed if copy.author is copy.state.identity else None
        if copy.author is not copy.state.identity:  # or new keys would forget what the old ones had seen
            self._memory.keep_pins(self.vault_id, before.carried_to(self.remembered, copy.written.values()))
        return self._adopted(change, copy, result)

    @looking_again
    def _committed(
        self, apply: "Callable[[Transaction], T]", answers: Answers
    ) -> "tuple[Transaction, Change | None, T] | None":
        """Return what was committed, no change where there was none to make; None when somebody was quicker."""
        with self._store.write() as snapshot:
            copy = self._copy(self._proved(snapshot, answers), snapshot)
            state = copy.state
            refuse_unless_writable(state)
            result = apply(copy)
            if not copy.is_changed:
                return copy, None, result
            if not copy.is_move:
                refuse_where_moved(state)
            change = copy.finish(copy.now)
            self._memory.note_signed(self.vault_id, copy.signed)
            return (copy, change, result) if self._store.commit(change, state.sealed_head) else None

    def is_told(self, text: str) -> None:
        """Let this warning pass, which is no news to the user."""
        self._warned.add(text)

    @looking_again
    def look(self, apply: "Callable[[Transaction], T]") -> T:
        """Return the result of `apply` on a transaction that is never written."""
        with self._reading() as (state, snapshot):
            return apply(self._copy(state, snapshot))

    def _copy(self, state: VerifiedState, snapshot: Snapshot) -> "Transaction":
        from nexcred.vault.transaction import Transaction

        return Transaction(state, snapshot, now=self._now(), remembered=self.remembered)

    def _upgrade_alone(self) -> None:
        """Bring a vault of version 1 that is one person's to version 2, before its first write."""
        from nexcred.vault.upgrade import upgrade

        upgrade(self)

    def _adopted(self, change: Change, copy: "Transaction", result: T) -> T:
        """Read back and remember what was written, then return the result."""
        with self._reading() as (state, _):
            if state.place.generation < change.generation:
                raise OutcomeUnknown(
                    "the store took the change, and does not show it", hint="see what is there with: nexcred list"
                )
        written = copy.written.values()
        if copy.thrown:
            from nexcred.vault.seen_trash import note_thrown  # what is removed, or written anew where it lies

            note_thrown(self._memory, self.vault_id, copy.thrown, int(self._now().timestamp() * 1000))
        self.remembered.keep_written(written, copy.roster, proved=copy.proved, named=copy.named)
        if copy.unnoted:
            from nexcred.vault.exposures import could_not_be_noted

            self.warn(could_not_be_noted(copy.unnoted))
        return result

    @looking_again
    def expect(self, credential: Credential, *, is_for_guest: bool = False) -> None:
        """Raise NameMoved where this machine knows the name or the record otherwise, unless a person says it is right.

        What the person is shown comes from the details; where those are others' alone, none of the values is shown.
        What a guest is to be told must be known here by this name, where anybody else could have given it: a guest has
        nobody to ask. Raises Disputed, RolledBack, Tampered, and NotPermitted for what is not known here at all.
        """
        with self._reading() as (state, snapshot):
            if state.roster.is_first_format:
                return
            overview = self._require(state, snapshot, credential).overview
            proved = state.prove(overview)
            self.remembered.refuse_rollback(state, overview, proved)
            try:
                self.remembered.refuse_misnamed(state, overview, proved, partial(standing_in, state, snapshot))
                is_known = self.remembered.record_under(overview.name) == overview.record_id
                if is_known or not is_for_guest or state.roster.had_one_writer:
                    return
                wrong: NameMoved | NotPermitted = never_used(overview)
            except NameMoved as error:
                wrong = error
            details = self._details_to_show(state, snapshot, overview)
        self._ask_about_name(state, overview, proved, wrong, details)
        self.remembered.trust(overview, proved)

    @looking_again
    def expect_removed(self, record_id: bytes, *, is_renamed: bool) -> bytes | None:
        """Do the same for a record in the trash; return the hash of the statement that a person looked at, if one did.

        Not for a disputed one: nobody can look at it before it is settled. Raises CredentialNotFound too.
        """
        from nexcred.vault.trash import is_own, moved_in_trash, required

        with self._reading() as (state, snapshot):
            overview = required(TransactionTree(state, snapshot), record_id).overview
            if not state.proves(overview) or is_own(state.prove(overview), state, is_renamed=is_renamed):
                return None
            proved = state.prove(overview)
            try:
                standing = partial(standing_in, state, snapshot)
                self.remembered.refuse_misnamed(state, overview, proved, standing, is_shared=False)
            except NameMoved as error:
                wrong = moved_in_trash(error)
            else:
                return None
            details = self._details_to_show(state, snapshot, overview)
        self._ask_about_name(state, overview, proved, wrong, details)
        return proved.details_hash

    def _details_to_show(self, state: VerifiedState, snapshot: Snapshot, overview: Overview) -> Details | None:
        with suppress(NotPermitted):
            return state.open_details(fetch(snapshot, overview.details), overview)
        return None

    def _ask_about_name(
        self,
        state: VerifiedState,
        overview: Overview,
        proved: VerifiedRecord,
        wrong: NameMoved | NotPermitted,
        details: Details | None,
    ) -> None:
        """Ask a person, outside of any reading, since writers wait for who reads; raise `wrong` for a no."""
        from nexcred.vault.doubts import moved_doubt  # where a person is asked

        doubt = moved_doubt(state, overview, proved, wrong.message, details)
        if self._confirm is None or not self._confirm(doubt):
            raise wrong

    def descends_from(self, anchor: Anchor) -> bool:
        """True when the vault came from this state, as far as heads are kept."""
        with self._reading() as (state, snapshot):
            try:
                prove_descent(state, anchor, snapshot)
            except RolledBack:
                return False
        return True

    def name_now(self, record_id: bytes) -> str | None:
        """Return the present name of a record; None where it is gone."""
        with self._reading() as (state, snapshot):
            return name_now(record_id, partial(standing_in, state, snapshot))

    @looking_again
    def trust(self, credential: Credential) -> None:
        """Let the name lead to this record on this machine, as a person said who looked at it; raise Disputed."""
        with self._reading() as (state, snapshot):
            overview = self._require(state, snapshot, credential).overview
            proved = state.prove(overview)
            self.remembered.refuse_rollback(state, overview, proved)
            self.remembered.trust(overview, proved)


def _refuse_to_write(state: VerifiedState) -> None:
    refuse_where_moved(state)
    refuse_unless_writable(state)
    refuse_unless_upgradable(state)
