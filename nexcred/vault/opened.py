"""A vault opened by one identity: every read is proved against the newest signed head."""

from _thread import get_ident  # whose import through threading is a fiftieth of `get`
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from nexcred.errors import RolledBack
from nexcred.model.credential import Organisation, Person
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.times import utc_now
from nexcred.vault.anchor import Anchor
from nexcred.vault.authority import has_ended
from nexcred.vault.belief import Belief, prove_again
from nexcred.vault.floor import Floor
from nexcred.vault.head import read_head_place
from nexcred.vault.identity import Identity
from nexcred.vault.kept_roster import keep_roster
from nexcred.vault.open_state import open_state
from nexcred.vault.overtaken import when_caught_up
from nexcred.vault.overview_shown import to_person
from nexcred.vault.questions import Answers, Unanswered
from nexcred.vault.remembered import Remembered
from nexcred.vault.roster import moved_note
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Snapshot, Store, hand_on

if TYPE_CHECKING:
    from nexcred.vault.checkpoint import Checkpoint
    from nexcred.vault.member_info import MemberInfo
    from nexcred.vault.memory import Confirm, Memory


class _Moment(NamedTuple):
    """What one thread reads as of one moment, and what ends that."""

    stack: ExitStack
    read: tuple[VerifiedState, Snapshot]


class OpenedVault:
    """One identity's view of one store. Every read is proved against the newest signed head.

    `memory` is what this machine remembers, so that it refuses older states; `warn` hears warnings, and
    `confirm` asks a person what only a person can decide. With `accept_rollback` an older state than the anchored one
    is read, never written to, and not remembered. `before_upgrade` is called before one of version 1 is written anew.
    """

    def __init__(
        self,
        store: Store,
        identity: Identity,
        *,
        memory: "Memory | None" = None,
        checkpoint: "Checkpoint | None" = None,
        was_seen: bool = False,
        warn: Callable[[str], None] | None = None,
        confirm: "Confirm | None" = None,
        now: Callable[[], datetime] = utc_now,
        accept_rollback: bool = False,
        before_upgrade: Callable[[], None] | None = None,
    ) -> None:
        """Open the vault; raises VaultNotFound, NotPermitted, NoFloor, MadeByNewer, Tampered, Replaced, RolledBack."""
        self._store = store
        self._identity = identity
        if memory is None:
            from nexcred.vault.memory import ProcessMemory  # the program brings the memory of its machine

            memory = ProcessMemory()
        self._memory = memory
        self._checkpoint = checkpoint
        self._was_seen = was_seen
        self._warn = warn
        self._confirm = confirm
        self._now = now
        self._accept_rollback = accept_rollback
        self.before_upgrade = before_upgrade
        self._newest: VerifiedState | None = None
        self._moments: dict[int, _Moment] = {}
        self._seen: dict[int, bytes] = {}
        self._warned: set[str] = set()
        self.problems: list[str] = []
        with self._reading():
            hand_on(store)

    def warn(self, text: str) -> None:
        """Pass a warning on to whoever opened the vault, once."""
        if self._warn is not None and text not in self._warned:
            self._warned.add(text)
            self._warn(text)

    @property
    def memory(self) -> "Memory":
        return self._memory

    @property
    def had_one_writer(self) -> bool:
        """True where only one person could ever write: then whatever is in the vault is theirs."""
        return self._state.roster.had_one_writer

    @property
    def is_old(self) -> bool:
        """True for a state from before what this machine has seen, which is read and never written to."""
        return self._state.is_old

    @property
    def store(self) -> Store:
        return self._store

    @property
    def floor(self) -> Floor:
        """The roster as it is now, for an identity that is made now."""
        return Floor(self._state.roster.length, self._state.roster.last_hash)

    @property
    def remembered(self) -> Remembered:
        """What this machine remembers of the records of this identity."""
        pairs = self._checkpoint.floor.pairs if self._checkpoint is not None else ()
        return Remembered(self._memory, self._identity, self.vault_id, pairs)

    @property
    def identity(self) -> Identity:
        """Who opened it, bound to this vault and no older roster than it had when it was opened."""
        if self._state.roster.is_first_format:
            return self._identity.bind(self.vault_id)
        pairs = self._identity.floor.pairs if self._identity.floor else ()
        return self._identity.bind(self.vault_id, self.floor.with_pairs(pairs))

    @property
    def vault_id(self) -> bytes:
        return self._state.place.vault_id

    @property
    def generation(self) -> int:
        return self._state.place.generation

    @property
    def written_at(self) -> datetime:
        """When its author says that the newest write was."""
        from nexcred.vault.writes import written_at  # for `vault status`, and an older state that is looked at

        return written_at(self._state.head.head)

    @property
    def state(self) -> VerifiedState:
        """The newest proved state, for what goes beyond one credential."""
        return self._state

    @property
    def epoch(self) -> int:
        return self._state.place.epoch

    @property
    def size(self) -> int:
        """How many records the names and the trash lead to."""
        return self._state.head.head.size

    @property
    def organisation(self) -> Organisation:
        return Organisation(self.vault_id.hex(), self._state.roster.organisation)

    @property
    def me(self) -> Person:
        return to_person(self._state.me.id, self._state.roster)

    @property
    def role(self) -> str:
        return self._state.me.role

    @property
    def members(self) -> "list[MemberInfo]":
        """Everybody who belongs to the vault, in the order of joining."""
        from nexcred.vault.member_info import info_of  # no value is about people

        return [info_of(member) for member in self._state.roster.members.values()]

    @property
    def anchor(self) -> Anchor:
        return self._state.anchor

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let this thread read many things inside as of one moment, which is quicker; writers wait, also its own.

        Where a person is asked something, another moment begins after the answer. Inside another it is the same moment.
        """
        thread = get_ident()
        if thread in self._moments:
            yield
            return
        with ExitStack() as stack:
            self._moments[thread] = _Moment(stack, self._not_overtaken(stack))
            try:
                yield
            finally:
                del self._moments[thread]

    def _ask_outside(self, answers: Answers, asked: Unanswered) -> None:
        """Ask a question that came up while reading, after the reading has ended."""
        self._begin_anew(lambda: answers.ask(asked.doubt))

    def _begin_anew(self, between: Callable[[], None] = lambda: None) -> None:
        """Let another moment begin for this thread, after what is done between, if it reads as of one."""
        moment = self._moments.get(get_ident())
        if moment is not None:
            moment.stack.close()
        between()
        if moment is not None:
            self._moments[get_ident()] = _Moment(moment.stack, self._not_overtaken(moment.stack))

    def head_seen(self) -> bytes:
        """Return the sealed head of the state that this thread read last."""
        return self._seen[get_ident()]

    def has_moved_on(self, head: bytes) -> bool:
        """Say whether the vault has another head by now, as of which this thread goes on reading; raise RolledBack."""
        self._begin_anew()
        with self._reading() as (state, _):
            return state.sealed_head != head

    @contextmanager
    def _reading(self) -> Iterator[tuple[VerifiedState, Snapshot]]:
        moment = self._moments.get(get_ident())
        if moment is not None:
            yield moment.read
            return
        with ExitStack() as stack:
            yield self._not_overtaken(stack)

    def _not_overtaken(self, stack: ExitStack) -> tuple[VerifiedState, Snapshot]:
        """Prove a snapshot; where the store is behind what was seen, wait for it, and raise StoreBehind in the end."""
        return when_caught_up(lambda: self._look(stack), stack.close)

    def _look(self, stack: ExitStack) -> tuple[VerifiedState, Snapshot]:
        """Prove a snapshot, and a later one where another process saw a newer state meanwhile; raise RolledBack."""
        answers, refused = Answers(self._confirm), set[bytes | None]()
        while True:
            snapshot = stack.enter_context(self._store.read())
            try:
                return self._proved(snapshot, answers), snapshot
            except Unanswered as asked:
                stack.close()
                answers.ask(asked.doubt)
            except RolledBack:
                head = snapshot.head()
                stack.close()
                with self._store.read() as again:
                    if head in refused or again.head() == head:
                        raise
                refused.add(head)

    def _proved(self, snapshot: Snapshot, answers: Answers) -> VerifiedState:
        """Return the state of this snapshot, proved once for each head, and again where this machine saw newer."""
        known = self._newest
        if known is not None and snapshot.head() == known.sealed_head and self._holds(known):
            self._seen[get_ident()] = known.sealed_head
            return known
        belief = Belief(
            self._memory,
            int(self._now().timestamp() * 1000),
            self._was_seen,
            self._checkpoint,
            self._warn,
            answers.known,
            self._accept_rollback,
        )
        sealed = snapshot.head()
        held_to = None if sealed is None else belief.anchor_of(read_head_place(sealed).vault_id)
        state = open_state(snapshot, self._identity, belief)
        moved_to = state.roster.moved_to
        if not state.is_old:
            # Which may refuse: nothing is believed before.
            self._memory.advance(state.anchor, partial(prove_again, state, held_to, snapshot=snapshot), moved_to)
            keep_roster(self._memory, self._identity, state.roster)
        if moved_to is not None:
            self.warn(moved_note(moved_to))
        self._newest, self._seen[get_ident()] = state, state.sealed_head
        return state

    def _holds(self, known: VerifiedState) -> bool:
        """False for a guest whose time is over, and when another process of this machine saw a newer state."""
        if has_ended(known.me, int(self._now().timestamp() * 1000)):
            return False
        anchor = None if known.is_old else self._memory.anchor(known.place.vault_id)
        is_lower = anchor is None or anchor.generation < known.generation
        return is_lower or anchor == known.anchor

    @property
    def _state(self) -> VerifiedState:
        if self._newest is None:
            raise RuntimeError("the vault was not opened")
        return self._newest
