"""A process that dies at one of the moments that it passes."""

from collections.abc import Callable

from nexcred.vault.store import Change, Store


class Killed(BaseException):
    """The process is gone, in the middle of what it did."""


class Steps:
    """Counts the moments at which a process can die, and lets it die at one of them."""

    def __init__(self, dies_at: int | None = None) -> None:
        self.passed: list[str] = []
        self._dies_at = dies_at

    def __call__(self, moment: str) -> None:
        if len(self.passed) == self._dies_at:
            self.passed.append(moment)
            raise Killed(moment)
        self.passed.append(moment)


class WatchedCommits:
    """A store that tells before and after each write."""

    def __init__(self, store: Store, step: Callable[[str], None]) -> None:
        self._store, self._step = store, step

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def commit(self, change: Change, expected_head: bytes | None) -> bool:
        self._step("before commit")
        done = self._store.commit(change, expected_head)
        self._step("after commit")
        return done
