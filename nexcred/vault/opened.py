"""A vault opened by one identity: every read is proved against the newest signed head."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple, TypeVar

from nexcred.model.credential import Organisation, Person
from nexcred.model.times import utc_now
from nexcred.vault.anchor import Anchor
from nexcred.vault.identity import Identity
from nexcred.vault.overview import to_person
from nexcred.vault.processes import in_processes, is_worthwhile
from nexcred.vault.state import State, open_state
from nexcred.vault.store import Snapshot, Store
from nexcred.vault.writes import written_at

Item = TypeVar("Item")
Result = TypeVar("Result")


class _HeadMoved(Exception):
    """Somebody wrote while several processes were reading."""


class MemberInfo(NamedTuple):
    """Somebody who belongs to the vault; `public` is the string by which he was admitted."""

    fingerprint: bytes
    full_name: str
    role: str
    public: str


class OpenedVault:
    """One identity's view of one store. Every read is proved against the newest signed head.

    `remember` is told of each newer state, so that this machine refuses an older one; `warn` of what is no error.
    With `accept_rollback` an older state than the anchored one is read, never written to, and not remembered.
    """

    def __init__(
        self,
        store: Store,
        identity: Identity,
        *,
        anchor: Anchor | None = None,
        remember: Callable[[Anchor], None] | None = None,
        warn: Callable[[str], None] | None = None,
        now: Callable[[], datetime] = utc_now,
        accept_rollback: bool = False,
    ) -> None:
        """Open the vault; raises VaultNotFound, NotPermitted, MadeByNewer, Tampered, Replaced, RolledBack."""
        self._store = store
        self._identity = identity
        self._anchor = anchor
        self._remember = remember
        self._warn = warn
        self._now = now
        self._is_old = accept_rollback
        self._newest: State | None = None
        self._moment = threading.local()
        with self._reading():
            pass

    @property
    def identity(self) -> Identity:
        return self._identity.bind(self.vault_id)

    @property
    def vault_id(self) -> bytes:
        return self._state.place.vault_id

    @property
    def generation(self) -> int:
        return self._state.place.generation

    @property
    def written_at(self) -> datetime:
        """When its author says that the newest write was."""
        return written_at(self._state.head.head)

    @property
    def state(self) -> State:
        """The newest proved state, for what goes beyond one credential."""
        return self._state

    @property
    def epoch(self) -> int:
        return self._state.place.epoch

    @property
    def size(self) -> int:
        """How many credentials there are."""
        return self._state.head.head.size

    @property
    def is_large(self) -> bool:
        """True when going through all credentials is worth more processes, and a quicker decoder."""
        return is_worthwhile(self.size)

    @property
    def organisation(self) -> Organisation:
        return Organisation(self.vault_id.hex(), self._state.roster.organisation)

    @property
    def me(self) -> Person:
        return to_person(self._identity.fingerprint, self._state.roster)

    @property
    def role(self) -> str:
        return self._state.roster.members[self._identity.fingerprint].role

    @property
    def members(self) -> list[MemberInfo]:
        """Everybody who belongs to the vault, in the order of joining."""
        return [
            MemberInfo(fingerprint, member.full_name, member.role, member.public.text)
            for fingerprint, member in self._state.roster.members.items()
        ]

    @property
    def anchor(self) -> Anchor:
        return self._state.anchor

    def _in_parts(
        self,
        divide: Callable[[State, Snapshot], Sequence[Item]],
        work: Callable[[State, Snapshot, Sequence[Item]], Result],
    ) -> list[Result]:
        """Work on the parts of one state, each in a process with a snapshot of its own."""
        with self._reading() as (state, snapshot):
            items = divide(state, snapshot)
            if not is_worthwhile(len(items)):
                return [work(state, snapshot, items)]

        def look_anew(part: Sequence[Item]) -> Result:
            # A connection does not survive a fork, and a reader that waits for another would hold up writers.
            with self._store.read() as snapshot:
                if snapshot.head() != state.sealed_head:
                    raise _HeadMoved
                return work(state, snapshot, part)

        try:
            return in_processes(items, look_anew)
        except _HeadMoved:
            with self._reading() as (state, snapshot):
                return [work(state, snapshot, divide(state, snapshot))]

    @contextmanager
    def at_one_moment(self) -> Iterator[None]:
        """Let this thread read many things inside as of one moment, which is quicker; writers wait, also its own."""
        with self._reading() as self._moment.read:
            try:
                yield
            finally:
                del self._moment.read

    @contextmanager
    def _reading(self) -> Iterator[tuple[State, Snapshot]]:
        read = getattr(self._moment, "read", None)
        if read is not None:
            yield read
            return
        with self._store.read() as snapshot:
            yield self._proved(snapshot), snapshot

    def _proved(self, snapshot: Snapshot) -> State:
        """Return the state of this snapshot, proved once for each head."""
        if self._newest is None or snapshot.head() != self._newest.sealed_head:
            state = open_state(snapshot, self._identity, self._anchor, self._warn, accept_rollback=self._is_old)
            if state.anchor != self._anchor and not self._is_old:
                if self._remember is not None:
                    self._remember(state.anchor)  # which may refuse: nothing is believed before
                self._anchor = state.anchor
            self._newest = state
        return self._newest

    @property
    def _state(self) -> State:
        if self._newest is None:
            raise RuntimeError("the vault was not opened")
        return self._newest
