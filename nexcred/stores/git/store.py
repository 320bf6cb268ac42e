"""A vault in a branch of a Git repository: a write is a commit, and a push is refused where the branch has moved."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from nexcred.errors import VaultNotFound
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.stores.git.address import GitAddress
from nexcred.stores.git.kept_bundle import keep_bundle, kept_bundle
from nexcred.stores.git.kept_objects import Fetched
from nexcred.stores.git.repository import Repository
from nexcred.stores.local_copy.file import CopyFile
from nexcred.stores.local_copy.snapshot import CopiedSnapshot, keep_change
from nexcred.stores.offline import Offline
from nexcred.stores.shared_place import refuse_slots
from nexcred.vault.bounds import refuse_unreadable
from nexcred.vault.store import MAKE_ONE, Bundle, Change, Snapshot

if TYPE_CHECKING:
    from nexcred.stores.git.snapshot import GitSnapshot

# As long as others of this machine may take, one after the other, to fetch and to push.
LOCK_TIMEOUT_S = 60.0


class _Writing(NamedTuple):
    """What the write in hand stands on."""

    snapshot: "GitSnapshot"
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
        copy: CopyFile | None = None,
        *,
        lock_timeout_s: float = LOCK_TIMEOUT_S,
    ) -> None:
        self.location = address.location
        self._repository = Repository(address, environment, cache_folder, warn, offline)
        self._copy = copy
        self._lock_timeout_s = lock_timeout_s
        self._writing: _Writing | None = None
        # What opening takes, as of the commit that was read last.
        self._known: tuple[str, Bundle] | None = None

    def exists(self) -> bool:
        """True where the branch is there. Raises StoreFailed, StoreUnreachable, NotPermitted, Tampered."""
        return self._repository.present() is not None

    def look_again(self) -> bool:
        return self._repository.look_again()

    @contextmanager
    def read(self) -> Iterator[Snapshot]:
        """Read what was fetched a moment ago, or fetch; out of reach, what was fetched last, with a warning."""
        fetched = self._repository.present()
        if fetched is None:
            raise VaultNotFound(f"there is no vault at {self.location}", hint=MAKE_ONE)
        yield self._snapshot(fetched)

    @contextmanager
    def write(self) -> "Iterator[GitSnapshot]":
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
        from nexcred.stores.git.landing import land  # which only writers need

        landed = land(self._repository, snapshot, fetched, change)
        if landed is None:
            return False
        self._writing = self._standing_on(landed)
        if self._copy is not None:
            keep_change(self._copy, change)
        return True

    def close(self) -> None:
        """Let go of what is held between one reading and the next."""
        self._repository.close()

    def _snapshot(self, fetched: Fetched) -> Snapshot:
        """Return the vault as of a commit; git is started where the copy lacks something of it."""
        from_git = cache(partial(self._repository.snapshot, fetched))
        if self._copy is None:
            return from_git()
        if self._known is None or self._known[0] != fetched.commit:
            bundle = kept_bundle(self._copy, fetched.commit)
            if bundle is None:
                bundle = from_git().bundle()
                keep_bundle(self._copy, fetched.commit, bundle)
            self._known = fetched.commit, bundle
        return CopiedSnapshot(self._copy, self._known[1], from_git)

    def _standing_on(self, fetched: Fetched | None) -> _Writing:
        return _Writing(self._repository.snapshot(fetched), fetched)
