"""A store that lies elsewhere, with what this machine read of it before in front."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from nexcred.errors import StoreUnreachable
from nexcred.local.folders import NoHome
from nexcred.model.sha256 import sha256
from nexcred.model.times import utc_now
from nexcred.stores.local_copy.file import LAYOUT, CopyFile, LastRead
from nexcred.stores.local_copy.snapshot import CopiedSnapshot, keep_change
from nexcred.stores.offline import Offline, read_instead
from nexcred.stores.surroundings import Surroundings
from nexcred.vault.store import Bundle, Change, Snapshot, Store, hand_on

# How exactly it is known when the place last answered: noting it is a write of its own.
_NOTED_EVERY_MS = 60_000
_ASK = "leave --offline away"


class CopiedStore:
    """Speaks `vault.store.Store` for another store, and reads from the copy what cannot have changed.

    Where the other cannot be reached, it reads the last state as far as that was read, and warns.
    """

    path: Path | None = None

    def __init__(
        self,
        store: Store,
        copy: CopyFile,
        offline: Offline,
        *,
        warn: Callable[[str], None],
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._store = store
        self._copy = copy
        self._offline = offline
        self._warn = warn
        self._now = now
        self._is_told = False
        self._noted: LastRead | None = None

    @property
    def location(self) -> str:
        return self._store.location

    @property
    def can_ask(self) -> bool:
        return self._store.can_ask

    @property
    def keeps_slots(self) -> bool:
        return self._store.keeps_slots

    @property
    def keeps_states(self) -> bool:
        return self._store.keeps_states

    @property
    def caveats(self) -> tuple[str, ...]:
        return self._store.caveats

    def close(self) -> None:
        self._store.close()

    def exists(self) -> bool:
        try:
            self._refuse_to_ask()
            return self._store.exists()
        except StoreUnreachable as error:
            self._last_instead(error)
            return True

    def hand_on(self) -> None:
        hand_on(self._store)

    @contextmanager
    def read(self) -> Iterator[Snapshot]:
        with ExitStack() as stack:
            yield self._snapshot(stack)

    def _snapshot(self, stack: ExitStack) -> Snapshot:
        try:
            self._refuse_to_ask()
            snapshot = stack.enter_context(self._store.read())
            bundle = snapshot.bundle()
        except StoreUnreachable as error:
            return CopiedSnapshot(self._copy, self._last_instead(error).bundle, _raising(error))
        self._note(bundle)
        return CopiedSnapshot(self._copy, bundle, lambda: snapshot, snapshot.heads_kept)

    def _last_instead(self, error: StoreUnreachable) -> LastRead:
        """Return the last state, which is told of once; raise StoreUnreachable where there is none that will do."""
        last = self._copy.last_read()
        if last is None:
            raise error
        read_instead(self._offline, error, datetime.fromtimestamp(last.at_ms / 1000, UTC), self._now(), self._tell_once)
        return last

    def _tell_once(self, text: str) -> None:
        if not self._is_told:
            self._is_told = True
            self._warn(text)

    def _refuse_to_ask(self) -> None:
        if self._offline.only:
            raise StoreUnreachable(
                f"the vault {self.location} is not asked, and nothing of it was read before",
                hint=_ASK,
            )

    def _note(self, bundle: Bundle) -> None:
        last, now_ms = self._noted, int(self._now().timestamp() * 1000)
        if last is None or last.bundle != bundle:
            last = self._copy.last_read()
        if last is None or last.bundle != bundle:
            self._copy.keep_last(bundle, now_ms)
        elif not last.at_ms <= now_ms < last.at_ms + _NOTED_EVERY_MS:
            self._copy.note_answer(now_ms)
        else:
            now_ms = last.at_ms
        self._noted = LastRead(bundle, now_ms)

    @contextmanager
    def write(self) -> Iterator[Snapshot]:
        if self._offline.only:
            raise StoreUnreachable("a vault is not written to without asking where it lies", hint=_ASK)
        with self._store.write() as snapshot:
            yield CopiedSnapshot(self._copy, snapshot.bundle(), lambda: snapshot, snapshot.heads_kept)

    def commit(self, change: Change, expected_head: bytes | None) -> bool:
        if not self._store.commit(change, expected_head):
            return False
        keep_change(self._copy, change)
        return True


def _raising(error: StoreUnreachable) -> Callable[[], Snapshot]:
    def nowhere() -> Snapshot:
        raise error

    return nowhere


def copy_of(location: str, around: Surroundings) -> CopyFile | None:
    """Return the file of what this machine read of a vault there; None where the user has no home."""
    try:
        folder = around.cache_folder()
    except NoHome:
        return None
    name = sha256(location.encode()).hex()[:32]
    return CopyFile(folder / "vaults" / f"{name}.{LAYOUT}.db")


def behind_copy(store: Store, around: Surroundings) -> Store:
    """Return a store that lies elsewhere behind its copy on this machine; itself where the user has no home."""
    copy = copy_of(store.location, around)
    return store if copy is None else CopiedStore(store, copy, around.offline, warn=around.warn)
