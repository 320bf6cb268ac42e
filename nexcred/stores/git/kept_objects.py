"""What this machine keeps of a repository: its objects, and which commit was fetched last and when."""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nexcred.errors import NexcredError, StoreFailed, VaultBusy
from nexcred.local.files import make_folder, narrow_folder, reason
from nexcred.local.locking import locked
from nexcred.local.whole_file import read_plain_file, replace_file
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.sha256 import sha256
from nexcred.stores.git.address import GitAddress

_STATE = re.compile(rb"NXF1 ([0-9a-f]{40}|[0-9a-f]{64}) ([0-9]{1,12}) ([0-9]{1,9})\n")
_LONGEST_STATE = 128
_MOST_PACKS = 50
# A 256th of them lies in each folder of single objects.
_MOST_SINGLE_IN_FOLDER = 30
_NETWORK_LOCK, _WRITERS_LOCK = "network.lock", "writers.lock"


class Fetched(NamedTuple):
    """The commit that the branch stood at, as of a time of this machine's clock, in seconds.

    `room` is the number of the folder that its objects are in.
    """

    commit: str
    at: int
    room: int

    def __repr__(self) -> str:
        return repr_of(self, "at", "room")


class KeptObjects:
    """A folder in the cache. Where there is none that can be written, one that is gone with this process."""

    def __init__(self, cache_folder: Callable[[], Path], address: GitAddress) -> None:
        self._address = address
        self._kept: Fetched | None = None
        self._used: set[int] = set()
        self._end: Callable[[], object] = lambda: None
        name = sha256(f"{address.url} {address.branch}".encode()).hex()[:32]
        try:
            folder = cache_folder() / "git" / name
            make_folder(folder)
            narrow_folder(folder)
            is_writable = os.access(folder, os.W_OK | os.X_OK)
        except NexcredError:  # no home, or one that is read-only
            is_writable = False
        if not is_writable:
            import shutil  # what few machines need
            import tempfile
            import weakref

            folder = Path(tempfile.mkdtemp(prefix="nexcred-git-"))
            self._end = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.folder = folder

    def objects(self, room: int) -> Path:
        return self.folder / f"objects-{room}"

    def new_room(self) -> int:
        """Return the number of an empty folder for objects; all go but those that are read from or written to."""
        import shutil  # what a reading of what was fetched does not need

        fetched, rooms = self.fetched(), sorted(self._rooms())
        for room in rooms:
            if room not in self._used and (fetched is None or room != fetched.room):
                shutil.rmtree(self.objects(room), ignore_errors=True)
        return rooms[-1] + 1 if rooms else 1

    @contextmanager
    def using(self, room: int) -> Iterator[None]:
        """Let a folder stay, out of which something is pushed that may be looked for meanwhile."""
        self._used.add(room)
        try:
            yield
        finally:
            self._used.discard(room)

    def fetched(self) -> Fetched | None:
        """Return what was fetched last; None where nothing was, or what is kept of it is of no use."""
        try:
            data = read_plain_file(self._state, _LONGEST_STATE)
        except StoreFailed:
            return self._kept
        found = _STATE.fullmatch(data or b"")
        return None if found is None else Fetched(found[1].decode(), int(found[2]), int(found[3]))

    def keep(self, commit: str, room: int) -> Fetched:
        """Remember what the branch stands at now; inside `on_the_network`, so that no older answer replaces it."""
        self._kept = Fetched(commit, int(time.time()), room)
        with suppress(OSError):
            replace_file(self._state, f"NXF1 {commit} {self._kept.at} {room}\n".encode(), is_durable=False)
        return self._kept

    def forget(self) -> None:
        """Let everything be fetched anew."""
        self._kept = None
        with suppress(OSError):
            self._state.unlink(missing_ok=True)

    @contextmanager
    def on_the_network(self, timeout_s: float) -> Iterator[None]:
        """Ask the host one after the other; raise VaultBusy."""
        with self._locked(_NETWORK_LOCK, timeout_s):
            yield

    @contextmanager
    def writing(self, timeout_s: float) -> Iterator[None]:
        """Write one after the other: of this machine's writers, none loses to another; raise VaultBusy."""
        with self._locked(_WRITERS_LOCK, timeout_s):
            yield

    def is_crowded(self, room: int) -> bool:
        """True where so much was fetched piece by piece that to fetch all anew saves room and time."""
        objects = self.objects(room)
        return _count(objects / "pack", "*.pack") > _MOST_PACKS or _count(objects / "17", "*") > _MOST_SINGLE_IN_FOLDER

    def close(self) -> None:
        self._end()

    def _rooms(self) -> Iterator[int]:
        for path in self.folder.glob("objects-*"):
            number = path.name.removeprefix("objects-")
            if number.isdecimal() and number.isascii():
                yield int(number)

    @property
    def _state(self) -> Path:
        return self.folder / "fetched"

    @contextmanager
    def _locked(self, name: str, timeout_s: float) -> Iterator[None]:
        lock = locked(self.folder / name, timeout_s)
        try:
            lock.__enter__()
        except TimeoutError:
            raise VaultBusy(
                f"the vault {self._address.location} is in use by another process", hint="try again in a moment"
            ) from None
        except OSError as error:
            raise StoreFailed(f"the lock of the vault cannot be taken: {reason(error)}") from None
        try:
            yield
        finally:
            lock.__exit__(None, None, None)


def _count(folder: Path, pattern: str) -> int:
    try:
        return sum(1 for _ in folder.glob(pattern))
    except OSError:
        return 0
