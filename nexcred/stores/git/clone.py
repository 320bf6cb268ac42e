"""What this machine has of a repository, as git fills it and reads from it."""

import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

from nexcred.errors import Tampered
from nexcred.stores.git import remote
from nexcred.stores.git.address import GitAddress
from nexcred.stores.git.command import Git, private_git
from nexcred.stores.git.kept_objects import Fetched, KeptObjects
from nexcred.stores.git.objects import Objects
from nexcred.stores.git.snapshot import GitSnapshot

_LONGEST_LINE = 256


class Clone:
    """Fetching, and the objects that were fetched. `mend` is to fetch them again where they are spoilt."""

    def __init__(
        self, address: GitAddress, environment: Mapping[str, str], kept: KeptObjects, mend: Callable[[], None]
    ) -> None:
        self._address = address
        self._environment = environment
        self._kept = kept
        self._mend = mend
        self._objects: Objects | None = None
        self._room = 0

    def fetch(self) -> Fetched | None:
        """Return what the branch stands at; None where there is none. Raises StoreFailed, NotPermitted, Tampered."""
        last = self._kept.fetched()
        if last is not None and not self._kept.is_crowded(last.room):
            try:
                return self._fetch_into(last.room, last.commit)
            except remote.LocalFailure:  # what is kept here may be spoilt: once more, without it
                pass
        return self._fetch_anew()

    def fetch_again(self) -> None:
        """Fetch without what is kept here; whoever reads goes on from there."""
        fetched = self._fetch_anew()
        if fetched is not None:
            self._room = fetched.room

    def snapshot(self, fetched: Fetched | None) -> GitSnapshot:
        """Return the vault as of a commit; raise Tampered where the branch holds none."""
        place = self._address.location
        if fetched is None:
            return GitSnapshot(self._reader(0), None, place)
        snapshot = GitSnapshot(self._reader(fetched.room), fetched.commit, place)
        if snapshot.head() is None:
            raise Tampered(
                f"the branch '{self._address.branch}' at {place} holds no vault",
                hint="a vault has a branch of its own: name another one by ?branch=NAME at the end of the URL",
            )
        return snapshot

    @contextmanager
    def git(self, room: int, have: str | None) -> Iterator[Git]:
        """Have git with the objects in a room; `have` is a commit among them. Raises StoreFailed."""
        with private_git(self._environment, self._address, self._kept.objects(room), have) as git:
            yield git

    def close(self) -> None:
        """End the git that is asked for objects; the next reading starts another one."""
        if self._objects is not None:
            self._objects.close()
        self._objects = None

    def _fetch_anew(self) -> Fetched | None:
        try:
            return self._fetch_into(self._kept.new_room(), None)
        except remote.LocalFailure as failure:
            raise failure.error from None

    def _fetch_into(self, room: int, have: str | None) -> Fetched | None:
        with self.git(room, have) as git:
            commit = remote.fetch(git, self._address)
        if commit is None:
            self._kept.forget()
            return None
        return self._kept.keep(commit, room)

    def _reader(self, room: int) -> Objects:
        if self._objects is None or self._room != room:
            self.close()
            self._room, self._objects = room, Objects(self._start_reader, self._mend)
        return self._objects

    def _start_reader(self) -> "subprocess.Popen[bytes]":
        with self.git(self._room, None) as git:
            process = git.start("cat-file", "--batch")
            _wait_for_start(process)  # it reads what is in the private folder, which is gone then
            return process


def _wait_for_start(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(BrokenPipeError):  # the first question tells
        process.stdin.write(b"HEAD\n")
        process.stdin.flush()
        process.stdout.readline(_LONGEST_LINE)
