"""The vault as everything above it sees it: proved reads, and one way to write."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import NamedTuple, TypeVar

from nexcred.errors import (
    CredentialNotFound,
    MadeByNewer,
    NotPermitted,
    OutcomeUnknown,
    RevisionNotFound,
    RolledBack,
    Tampered,
    VaultBusy,
)
from nexcred.model.credential import Credential, Details, Organisation, Person
from nexcred.model.name import fold_name
from nexcred.model.suggest import suggest
from nexcred.model.times import utc_now
from nexcred.vault.anchor import Anchor
from nexcred.vault.edit import Edit
from nexcred.vault.history import Revision, readable_past, to_revision
from nexcred.vault.identity import Identity
from nexcred.vault.overview import Overview, to_credential, to_person
from nexcred.vault.plaintext import Json
from nexcred.vault.processes import in_processes
from nexcred.vault.roster import WRITERS
from nexcred.vault.state import State, fetch, fetch_many, open_state
from nexcred.vault.store import Change, Snapshot, Store
from nexcred.vault.tree import read_leaf, tree_leaves
from nexcred.vault.verify import VerifyReport, verify_vault
from nexcred.vault.working import Found, WorkingCopy
from nexcred.vault.writes import Write, past_writes

T = TypeVar("T")
ATTEMPTS = 10


class _HeadMoved(Exception):
    """Somebody wrote while several processes were reading."""


class MemberInfo(NamedTuple):
    """Somebody who belongs to the vault; `public` is the string by which he was admitted."""

    fingerprint: bytes
    full_name: str
    role: str
    public: str


class Vault:
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
    def epoch(self) -> int:
        return self._state.place.epoch

    @property
    def size(self) -> int:
        """How many credentials there are."""
        return self._state.head.head.size

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

    def require_writable(self) -> None:
        """Raise what `edit` would, before anybody is asked anything: RolledBack, NotPermitted, MadeByNewer."""
        if self._is_old:
            raise RolledBack(
                "a vault opened with --accept-rollback is only read",
                hint="to go on from it: nexcred vault restore-backup FILE",
            )
        _refuse_unless_writable(self._state)

    def credentials(self) -> list[Credential]:
        """Return every credential, by name."""
        with self._reading() as (state, snapshot):
            found = self._opened(state, snapshot, overview_digests(state, snapshot))
            return sorted(found, key=lambda credential: fold_name(credential.name))

    def map(self, apply: Callable[[Credential], T]) -> list[T]:
        """Return `apply` of every credential, in any order. Of a large vault in several processes: T is pickled."""
        with self._reading() as (state, snapshot):
            digests = overview_digests(state, snapshot)
        try:
            parts = in_processes(digests, partial(self._map_part, apply, state))
        except _HeadMoved:
            with self._reading() as (state, snapshot):
                digests = overview_digests(state, snapshot)
                return [apply(credential) for credential in self._opened(state, snapshot, digests)]
        return [result for part in parts for result in part]

    def _map_part(self, apply: Callable[[Credential], T], state: State, digests: Sequence[bytes]) -> list[T]:
        # A connection does not survive a fork, and a reader that waits for another would hold up writers: look anew.
        with self._store.read() as snapshot:
            if snapshot.head() != state.sealed_head:
                raise _HeadMoved
            return [apply(credential) for credential in self._opened(state, snapshot, digests)]

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
            for overview in self._revisions(state, snapshot, credential):
                if overview.version == version:
                    return state.open_details(fetch(snapshot, overview.details), overview)
        raise RevisionNotFound(
            f"'{credential.name}' has no revision {version}",
            hint=f"see those that are kept with: nexcred history '{credential.name}'",
        )

    def history(self, credential: Credential) -> list[Revision]:
        """Return the revisions of the values that are kept, newest first, the present one included."""
        with self._reading() as (state, snapshot):
            return [to_revision(overview, state.roster) for overview in self._revisions(state, snapshot, credential)]

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
        """Return the tokens kept with a credential; raise NotPermitted."""
        with self._reading() as (state, snapshot):
            overview = self._require(state, snapshot, credential).overview
            if overview.session is None:
                return None
            return state.open_session(fetch(snapshot, overview.session), overview)

    def verify(self, progress: Callable[[int, int], None] | None = None) -> VerifyReport:
        """Prove the whole vault, as far as this identity sees into it; raise Tampered."""
        with self._reading() as (state, snapshot):
            return verify_vault(state, snapshot, progress)

    def edit(self, apply: Callable[[Edit], T]) -> T:
        """Make one change, whole or not at all. `apply` runs again, on the newer state, when somebody was quicker.

        Raises what `apply` raises, NotPermitted, MadeByNewer, VaultBusy, StoreFailed, OutcomeUnknown.
        """
        for _ in range(ATTEMPTS):
            self.require_writable()
            with self._store.write() as snapshot:
                state = self._proved(snapshot)
                _refuse_unless_writable(state)
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

    @contextmanager
    def _reading(self) -> Iterator[tuple[State, Snapshot]]:
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

    def _shown(self, state: State, revision: int, overview: Overview) -> Credential:
        return to_credential(overview, revision, state.roster, self._identity.fingerprint)

    def _require(self, state: State, snapshot: Snapshot, credential: Credential) -> Found:
        found = WorkingCopy(state, snapshot).find(credential.name)
        if found is None or found.overview.access.record_id.hex() != credential.id:
            raise CredentialNotFound(f"'{credential.name}' is not in the vault any more")
        return found

    def _revisions(self, state: State, snapshot: Snapshot, credential: Credential) -> Iterator[Overview]:
        current = self._require(state, snapshot, credential).overview
        yield current
        for _, past in readable_past(state, partial(fetch, snapshot), current):
            yield past


def overview_digests(state: State, snapshot: Snapshot) -> list[bytes]:
    """Name every overview; raise Tampered unless the tree holds as many as were signed."""
    leaves = tree_leaves(state.tree, snapshot.leaves())
    found = [entry.overview for leaf in leaves for entry in read_leaf(leaf)]
    if len(found) != state.head.head.size:
        raise Tampered("the vault holds another number of credentials than was signed")
    return found


def open_overviews(state: State, snapshot: Snapshot, digests: Sequence[bytes]) -> Iterator[tuple[int, Overview]]:
    """Yield revision and overview of each, in any order; a guest's are those that were granted to him."""
    for record in fetch_many(snapshot, digests):
        try:
            header, overview = state.open_overview(record)
        except NotPermitted:
            continue
        yield header.revision, overview


def _refuse_unless_writable(state: State) -> None:
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
