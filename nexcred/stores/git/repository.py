"""A repository as this machine has it: as of a moment ago, or asked again, or, out of reach, as it was last."""

import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from nexcred.errors import StoreUnreachable, Tampered
from nexcred.stores.git import remote
from nexcred.stores.git.address import GitAddress
from nexcred.stores.git.command import Git, private_git
from nexcred.stores.git.kept_objects import Fetched, KeptObjects
from nexcred.stores.git.objects import Objects
from nexcred.stores.git.snapshot import GitSnapshot
from nexcred.stores.offline import Offline, read_instead

# As long as another process may take that fetches or pushes.
NETWORK_TIMEOUT_S = 60.0
_LONGEST_LINE = 256


class Repository:
    """Fetching, and the objects that were fetched."""

    def __init__(
        self,
        address: GitAddress,
        environment: Mapping[str, str],
        cache_folder: Callable[[], Path],
        warn: Callable[[str], None],
        offline: Offline,
    ) -> None:
        self.address = address
        self.kept = KeptObjects(cache_folder, address)
        self._environment = environment
        self._warn = warn
        self._offline = offline
        self._objects: Objects | None = None
        self._room = 0
        self._has_asked = self._must_ask = False
        self._instead: Fetched | None = None

    def present(self) -> Fetched | None:
        """Return the present commit to read from; None where there is no vault.

        Raises StoreUnreachable, where nothing may be read instead, and what `fetch` does.
        """
        fetched = self._instead or self._fresh()
        if fetched is not None:
            return fetched
        try:
            self._refuse_offline()
            with self.kept.on_the_network(NETWORK_TIMEOUT_S):
                return self._fresh() or self._fetch()  # another process may have asked meanwhile
        except StoreUnreachable as error:
            last = self.kept.fetched()
            if last is None:
                raise
            as_of = datetime.fromtimestamp(last.at, UTC)
            read_instead(self._offline, error, as_of, datetime.now(UTC), self._warn)
            self._instead = last
            return last

    def look_again(self) -> bool:
        """Let what was fetched a moment ago no longer count; False where the branch was asked, or may not be."""
        if self._has_asked or self._must_ask or self._offline.only or self._instead is not None:
            return False
        self._must_ask = True
        return True

    def fetch(self) -> Fetched | None:
        """Return what the branch stands at now; raise VaultBusy, StoreFailed, NotPermitted, Tampered."""
        self._refuse_offline()
        with self.kept.on_the_network(NETWORK_TIMEOUT_S):
            return self._fetch()

    def refetch(self) -> Fetched | None:
        """Return what the branch stands at now; inside `on_the_network`."""
        return self._fetch()

    def snapshot(self, fetched: Fetched | None) -> GitSnapshot:
        """Return the vault as of a commit; raise Tampered where the branch holds none."""
        if fetched is None:
            return GitSnapshot(self._reader(0), None, self.address.location)
        snapshot = GitSnapshot(self._reader(fetched.room), fetched.commit, self.address.location)
        if snapshot.head() is None:
            raise Tampered(
                f"the branch '{self.address.branch}' at {self.address.location} holds no vault",
                hint="a vault has a branch of its own: name another one by ?branch=NAME at the end of the URL",
            )
        return snapshot

    @contextmanager
    def git(self, room: int, have: str | None) -> Iterator[Git]:
        """Have git with the objects in a room; `have` is a commit among them. Raises StoreFailed."""
        with private_git(self._environment, self.address, self.kept.objects(room), have) as git:
            yield git

    def close(self) -> None:
        """End the git that is asked for objects; the next reading starts another one."""
        if self._objects is not None:
            self._objects.close()
        self._objects = None
        self.kept.close()

    def _refuse_offline(self) -> None:
        if self._offline.only:
            raise StoreUnreachable(f"the vault {self.address.location} is not asked")

    def _fresh(self) -> Fetched | None:
        """Return what was fetched so short a time ago that it counts as the present."""
        fetched = self.kept.fetched()
        if fetched is None or not (self._has_asked or (self._offline.may and not self._must_ask)):
            return None
        return fetched if 0 <= time.time() - fetched.at < self.address.fresh_s else None

    def _fetch(self) -> Fetched | None:
        last = self.kept.fetched()
        if last is not None and not self.kept.is_crowded(last.room):
            try:
                return self._fetch_into(last.room, last.commit)
            except remote.LocalFailure:  # what is kept here may be spoilt: once more, without it
                pass
        try:
            return self._fetch_into(self.kept.new_room(), None)
        except remote.LocalFailure as failure:
            raise failure.error from None

    def _fetch_into(self, room: int, have: str | None) -> Fetched | None:
        with self.git(room, have) as git:
            commit = remote.fetch(git, self.address)
        self._has_asked, self._instead = True, None
        if commit is None:
            self.kept.forget()
            return None
        return self.kept.keep(commit, room)

    def _reader(self, room: int) -> Objects:
        if self._objects is None or self._room != room:
            if self._objects is not None:
                self._objects.close()
            self._room, self._objects = room, Objects(self._start_reader, self._mend)
        return self._objects

    def _start_reader(self) -> "subprocess.Popen[bytes]":
        with self.git(self._room, None) as git:
            process = git.start("cat-file", "--batch")
            _wait_for_start(process)  # it reads what is in the private folder, which is gone then
            return process

    def _mend(self) -> None:
        """Fetch anew what is spoilt on this machine."""
        self._refuse_offline()
        with self.kept.on_the_network(NETWORK_TIMEOUT_S):
            try:
                fetched = self._fetch_into(self.kept.new_room(), None)
            except remote.LocalFailure as failure:
                raise failure.error from None
        if fetched is not None:
            self._room = fetched.room


def _wait_for_start(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(BrokenPipeError):  # the first question tells
        process.stdin.write(b"HEAD\n")
        process.stdin.flush()
        process.stdout.readline(_LONGEST_LINE)
