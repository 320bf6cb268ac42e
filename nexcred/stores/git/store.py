"""A vault in a branch of a Git repository: a write is a commit, and a push is refused where the branch has moved."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from nexcred.errors import NexcredError, OutcomeUnknown, VaultNotFound
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.stores.git import remote
from nexcred.stores.git.address import GitAddress
from nexcred.stores.git.changes import as_import, past_after
from nexcred.stores.git.command import Git
from nexcred.stores.git.kept_objects import Fetched
from nexcred.stores.git.remote import Push, Pushed
from nexcred.stores.git.repository import NETWORK_TIMEOUT_S, Repository
from nexcred.stores.git.snapshot import GitSnapshot
from nexcred.stores.offline import Offline
from nexcred.stores.shared_place import refuse_slots
from nexcred.vault.bounds import refuse_many_names, refuse_unreadable
from nexcred.vault.store import Change

# As long as others of this machine may take, one after the other, to fetch and to push.
LOCK_TIMEOUT_S = 60.0
_PUSHES = 5


class _Writing(NamedTuple):
    """What the write in hand stands on."""

    snapshot: GitSnapshot
    fetched: Fetched | None

    def __repr__(self) -> str:
        return repr_of(self)


class GitStore:
    """Speaks `vault.store.Store`."""

    path = None
    can_ask = False
    keeps_slots = False
    keeps_states = True
    caveats = (
        "Git never forgets: whoever can read the repository keeps every state of the vault, sealed as it was",
        "a write is a commit, of a few KB while the vault is small, and of about 90 KB at 100,000 records",
    )

    def __init__(
        self,
        address: GitAddress,
        environment: Mapping[str, str],
        cache_folder: Callable[[], Path],
        warn: Callable[[str], None],
        offline: Offline,
        *,
        lock_timeout_s: float = LOCK_TIMEOUT_S,
    ) -> None:
        self.location = address.location
        self._repository = Repository(address, environment, cache_folder, warn, offline)
        self._lock_timeout_s = lock_timeout_s
        self._writing: _Writing | None = None

    def exists(self) -> bool:
        """True where the branch is there. Raises StoreFailed, StoreUnreachable, NotPermitted, Tampered."""
        return self._repository.present() is not None

    def look_again(self) -> bool:
        return self._repository.look_again()

    @contextmanager
    def read(self) -> Iterator[GitSnapshot]:
        """Read what was fetched a moment ago, or fetch; out of reach, what was fetched last, with a warning."""
        fetched = self._repository.present()
        if fetched is None:
            raise VaultNotFound(f"there is no vault at {self.location}", hint="make one with: nexcred vault init")
        yield self._repository.snapshot(fetched)

    @contextmanager
    def write(self) -> Iterator[GitSnapshot]:
        """Fetch, and let nobody else on this machine write meanwhile; others may, and then `commit` returns False."""
        if self._writing is not None:
            raise RuntimeError("this store is being written to already")
        with self._repository.kept.writing(self._lock_timeout_s):
            fetched = self._repository.fetch()
            self._writing = self._standing_on(fetched)
            try:
                yield self._writing.snapshot
            finally:
                self._writing = None

    def commit(self, change: Change, expected_head: bytes | None) -> bool:
        if self._writing is None:
            raise RuntimeError("commit is called inside write()")
        snapshot, fetched = self._writing
        if snapshot.head() != expected_head:
            return False
        refuse_unreadable(change)
        refuse_slots(change, self.location)
        past = past_after(snapshot, change)
        old, kept = snapshot.commit, self._repository.kept
        with kept.on_the_network(NETWORK_TIMEOUT_S):
            room = kept.new_room() if fetched is None else fetched.room
            with self._repository.git(room, old) as git:
                refuse_many_names(remote.size_of_leaves(git, old, change.leaves))
                new = remote.make_commit(git, as_import(change, past, old, int(time.time())))
                is_done = self._land(git, old, new, change)
            if is_done:
                self._writing = self._standing_on(kept.keep(new, room))
        return is_done

    def close(self) -> None:
        """Let go of what is held between one reading and the next."""
        self._repository.close()

    def _standing_on(self, fetched: Fetched | None) -> _Writing:
        return _Writing(self._repository.snapshot(fetched), fetched)

    def _land(self, git: Git, old: str | None, new: str, change: Change) -> bool:
        """Push, and settle by reading whatever is no yes; True where the change is in the vault.

        An answer that was lost may be one to a push that was done, or that is still on its way.
        """
        address, is_open, error = self._repository.address, False, None
        for _ in range(_PUSHES):
            push = remote.push(git, address, old, new)
            if push.what is Pushed.DONE:
                return True
            is_open = is_open or push.what is Pushed.UNKNOWN
            error = push.error
            fetched = self._look_again(push, is_open=is_open)
            found = None if fetched is None else fetched.commit
            if found == new:
                return True
            if found != old:
                return self._is_in(fetched, change, is_open=is_open)
            if push.what is Pushed.REFUSED and error is not None and not is_open:
                raise error
        raise self._unknown(error) if is_open or error is None else error

    def _look_again(self, push: Push, *, is_open: bool) -> Fetched | None:
        try:
            return self._repository.refetch()
        except NexcredError as error:
            if is_open:
                raise self._unknown(error) from None
            raise (push.error or error) from None

    def _is_in(self, fetched: Fetched | None, change: Change, *, is_open: bool) -> bool:
        """Tell whether a vault that has moved on did so from this change: no other head has its place then."""
        then = self._repository.snapshot(fetched).past_head(change.generation)
        if then is None and is_open:
            raise self._unknown(None)
        return then == change.head

    def _unknown(self, error: NexcredError | None) -> OutcomeUnknown:
        why = "it did not answer" if error is None else error.message
        return OutcomeUnknown(
            f"the write to {self.location} may have happened or not: {why}", hint="see what is there with: nexcred list"
        )
