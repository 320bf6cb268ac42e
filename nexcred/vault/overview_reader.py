"""Read what the vault's members all see: every credential, or one by its name."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from nexcred.model.credential import Credential
from nexcred.model.name import fold_name
from nexcred.vault.opened import OpenedVault
from nexcred.vault.overview import Overview
from nexcred.vault.overview_shown import to_credential
from nexcred.vault.overviews import ReportTrash, are_many, open_listed, open_overviews, overview_digests
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Snapshot, look_again, mark_of
from nexcred.vault.transaction_tree import TransactionTree

if TYPE_CHECKING:
    from nexcred.vault.seen_trash import TrashOnTheWay

T = TypeVar("T")


class OverviewReader(OpenedVault):
    """Finds credentials, by their proved overviews. What is in the trash is in none of its answers."""

    _mark: object | None = None

    def present_head(self) -> bytes:
        """Return the sealed head as it is now, proved: what was read under the same one may be read so still.

        Where the store says that nothing was written, it is not opened.
        """
        mark, known = mark_of(self._store), self._newest
        if mark is None or mark != self._mark or known is None or not self._holds(known):
            with self._reading():
                self._mark = mark  # from before: of what is written meanwhile it is none
        return self._state.sealed_head

    def credentials(self) -> list[Credential]:
        """Return every credential, by name."""
        from nexcred.vault.seen_trash import TrashOnTheWay  # finding one by name does not need it

        with self._reading() as (state, snapshot):
            problems: list[str] = []
            thrown: list[tuple[bytes, bytes]] = []
            on_the_way = TrashOnTheWay(self._memory, self.vault_id)
            digests = on_the_way.without_known(overview_digests(state, snapshot, problems.append))
            found = list(self._opened(state, snapshot, digests, problems.append, thrown.append))
            self._note_problems(problems)
            self._note_trash(on_the_way, thrown)
            return sorted(found, key=lambda credential: fold_name(credential.name))

    def map(self, apply: Callable[[Credential], T]) -> list[T]:
        """Return `apply` of every credential, in any order. Of a large vault in several processes: T is pickled."""
        from nexcred.vault.in_parts import in_parts
        from nexcred.vault.seen_trash import TrashOnTheWay  # finding one by name does not need it

        def part(
            state: VerifiedState, snapshot: Snapshot, digests: Sequence[bytes]
        ) -> tuple[list[T], list[str], list[tuple[bytes, bytes]]]:
            problems: list[str] = []
            thrown: list[tuple[bytes, bytes]] = []
            found = self._opened(state, snapshot, digests, problems.append, thrown.append)
            return [apply(credential) for credential in found], problems, thrown

        miscounted: list[str] = []
        on_the_way = TrashOnTheWay(self._memory, self.vault_id)

        def divide(state: VerifiedState, snapshot: Snapshot) -> list[bytes]:
            # In the order in which a store has them, so that each process reads its own part of the file.
            return sorted(on_the_way.without_known(overview_digests(state, snapshot, miscounted.append)))

        parts = in_parts(self._store, self._reading, divide, part)
        self._note_problems((*miscounted, *(problem for _, problems, _ in parts for problem in problems)))
        self._note_trash(on_the_way, [one for _, _, thrown in parts for one in thrown])
        return [result for results, _, _ in parts for result in results]

    def _opened(
        self,
        state: VerifiedState,
        snapshot: Snapshot,
        digests: Sequence[bytes],
        report: Callable[[str], None],
        trash: ReportTrash,
    ) -> Iterator[Credential]:
        if are_many(len(digests)):
            yield from open_listed(state, snapshot, digests, report, trash)
            return
        for revision, overview in open_overviews(state, snapshot, digests, report, trash):
            yield self._shown(state, revision, overview)

    def _note_trash(self, on_the_way: "TrashOnTheWay", found: Iterable[tuple[bytes, bytes]]) -> None:
        """Remember what is in the trash, and since when; nothing of an older state."""
        if not self.is_old:
            on_the_way.keep(found, int(self._now().timestamp() * 1000))

    def _note_problems(self, problems: Iterable[str]) -> None:
        """Note the faults of single records, each once: the others are served, and the faults reported at the end."""
        self.problems[:] = dict.fromkeys((*self.problems, *problems))

    def names(self) -> list[str]:
        return [credential.name for credential in self.credentials()]

    def has(self, name: str) -> bool:
        return self.find_if_there(name) is not None

    def find_if_there(self, name: str) -> Credential | None:
        """Return the credential of this name, None where there is none; raise Tampered."""
        with self._reading() as (state, snapshot):
            found = TransactionTree(state, snapshot).find(name)
            return None if found is None else self._shown(state, found.revision, found.overview)

    def find(self, name: str) -> Credential:
        """Return the credential of this name; raise CredentialNotFound with the name that was perhaps meant."""
        found = self.find_if_there(name)
        if found is None and self._looks_again():
            found = self.find_if_there(name)
        if found is not None:
            return found
        from nexcred.model.suggest import suggest  # for a name that there is not
        from nexcred.vault.names_in_use import name_not_found

        meant = suggest(name, self.names())  # which sees what is in the trash, on the way
        raise name_not_found(name, meant, is_in_trash=self._is_in_trash(name))

    def _looks_again(self) -> bool:
        """True where the place itself is asked now, and was not before: what is not there may be there since."""
        is_new = look_again(self._store)
        if is_new:
            self._begin_anew()
        return is_new

    def _is_in_trash(self, name: str) -> bool:
        """True where this person could take it out; none is looked for where this machine knows of none."""
        if self._memory.earliest_in_trash(self.vault_id) is None:
            return False
        from nexcred.vault.trash import see_trash

        with self._reading() as (state, snapshot):
            removed = see_trash(state, snapshot, self._memory, self._now(), self._note_problems)
        return any(one.is_held and fold_name(one.credential.name) == fold_name(name) for one in removed)

    def _shown(self, state: VerifiedState, revision: int, overview: Overview) -> Credential:
        return to_credential(overview, revision, state.roster, state.me.id)
