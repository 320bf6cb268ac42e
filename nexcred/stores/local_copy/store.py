"""A store that lies elsewhere, with what this machine read of it before in front."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from nexcred.errors import StoreUnreachable
from nexcred.local.folders import NoHome
from nexcred.model.times import utc_now
from nexcred.stores.local_copy.file import LAYOUT, CopyFile, LastRead
from nexcred.stores.offline import Offline, read_instead
from nexcred.stores.surroundings import Surroundings
from nexcred.stores.tables.of_bundle import OfBundle
from nexcred.vault.primitives import digest
from nexcred.vault.store import HEADS_KEPT, Bundle, Change, Snapshot, Store, TidiedSnapshot, hand_on, tidied
from nexcred.vault.tree import LEAVES, hash_leaf, leaf_hash

# How exactly it is known when the place last answered: noting it is a write of its own.
_NOTED_EVERY_MS = 60_000
_ASK = "leave --offline away"
# Records that are asked for, and kept, at once.
_CHUNK = 2_000


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
            return _Copied(self._copy, self._last_instead(error).bundle, error)
        self._note(bundle)
        return _Copied(self._copy, bundle, snapshot)

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
                hint="leave --offline away",
            )

    def _note(self, bundle: Bundle) -> None:
        last, now_ms = self._copy.last_read(), int(self._now().timestamp() * 1000)
        if last is None or last.bundle != bundle:
            self._copy.keep_last(bundle, now_ms)
        elif not last.at_ms <= now_ms < last.at_ms + _NOTED_EVERY_MS:
            self._copy.note_answer(now_ms)

    @contextmanager
    def write(self) -> Iterator[Snapshot]:
        if self._offline.only:
            raise StoreUnreachable(
                "a vault is not written to without asking where it lies", hint="leave --offline away"
            )
        with self._store.write() as snapshot:
            yield _Copied(self._copy, snapshot.bundle(), snapshot)

    def commit(self, change: Change, expected_head: bytes | None) -> bool:
        if not self._store.commit(change, expected_head):
            return False
        leaves = {hash_leaf(index, leaf): leaf for index, leaf in change.leaves.items()}
        items = change.items if change.past_heads is None else {}  # a whole vault is never in memory
        self._copy.keep({**items, **leaves}, change.dropped_items)
        return True


class _Copied(OfBundle):
    """One state: its bundle, and all else from the copy where that has it unspoilt."""

    def __init__(self, copy: CopyFile, bundle: Bundle, elsewhere: Snapshot | StoreUnreachable) -> None:
        self._copy = copy
        self._bundle = bundle
        self._elsewhere = elsewhere

    @property
    def _snapshot(self) -> Snapshot:
        """What the copy lacks is asked for elsewhere; raise StoreUnreachable."""
        if isinstance(self._elsewhere, StoreUnreachable):
            raise self._elsewhere
        return self._elsewhere

    @property
    def heads_kept(self) -> int:
        return HEADS_KEPT if isinstance(self._elsewhere, StoreUnreachable) else self._elsewhere.heads_kept

    def head(self) -> bytes | None:
        return self._bundle.head

    def past_head(self, generation: int) -> bytes | None:
        return self._snapshot.past_head(generation)

    def leaf(self, index: int) -> bytes:
        wanted = leaf_hash(self._bundle.tree, index)
        if wanted == hash_leaf(index, b""):
            return b""
        kept = self._copy.get([wanted]).get(wanted)
        if kept is not None and hash_leaf(index, kept) == wanted:
            return kept
        leaf = self._snapshot.leaf(index)
        if hash_leaf(index, leaf) == wanted:
            self._copy.keep({wanted: leaf})
        return leaf

    def leaves(self) -> Iterator[tuple[int, bytes]]:
        wanted = {index: leaf_hash(self._bundle.tree, index) for index in range(LEAVES)}
        wanted = {index: name for index, name in wanted.items() if name != hash_leaf(index, b"")}
        kept = self._copy.get(list(wanted.values()))
        found = {index: kept[name] for index, name in wanted.items() if name in kept}
        if any(hash_leaf(index, found.get(index, b"")) != name for index, name in wanted.items()):
            found = dict(self._snapshot.leaves())
            proved = {hash_leaf(index, leaf): leaf for index, leaf in found.items()}
            self._copy.keep({name: proved[name] for name in wanted.values() if name in proved})
        yield from sorted(found.items())

    def item(self, wanted: bytes) -> bytes | None:
        return dict(self.items([wanted])).get(wanted)

    def items(self, digests: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        remaining = list(dict.fromkeys(digests))
        for start in range(0, len(remaining), _CHUNK):
            yield from self._some(remaining[start : start + _CHUNK])

    def _some(self, wanted: list[bytes]) -> Iterator[tuple[bytes, bytes]]:
        kept = {name: item for name, item in self._copy.get(wanted).items() if digest(item) == name}
        yield from kept.items()
        missing = [name for name in wanted if name not in kept]
        if missing:
            found = dict(self._snapshot.items(missing))
            self._copy.keep({name: item for name, item in found.items() if digest(item) == name})
            yield from found.items()

    def item_digests(self) -> Iterator[bytes]:
        return self._snapshot.item_digests()

    @property
    def tidied(self) -> TidiedSnapshot | None:
        return tidied(self._snapshot)


def copy_of(location: str, around: Surroundings) -> CopyFile | None:
    """Return the file of what this machine read of a vault there; None where the user has no home."""
    try:
        folder = around.cache_folder()
    except NoHome:
        return None
    name = hashlib.sha256(location.encode()).hexdigest()[:32]
    return CopyFile(folder / "vaults" / f"{name}.{LAYOUT}.db")


def behind_copy(store: Store, around: Surroundings) -> Store:
    """Return a store that lies elsewhere behind its copy on this machine; itself where the user has no home."""
    copy = copy_of(store.location, around)
    return store if copy is None else CopiedStore(store, copy, around.offline, warn=around.warn)
