"""The opened vault of a service: opened when it can be, dropped when it is locked again."""

import threading
from collections.abc import Callable

from nexcred.errors import NexcredError
from nexcred.model.named_tuple import NamedTuple
from nexcred.services.access import Access

# Between two tries to open what could not be opened: each may cost a request, or half a second of a processor.
_PAUSE_S = 1.0


def _always() -> bool:
    return True


class Unlocked(NamedTuple):
    """A vault, and whether what opened it is still there: an identity that the kernel keeps may be taken back."""

    access: Access
    is_unlocked: Callable[[], bool] = _always


class LockableVault:
    """Threads share it. `open_vault` raises Locked and its kin, and asks nobody."""

    def __init__(self, open_vault: Callable[[], Unlocked], clock: Callable[[], float]) -> None:
        self._open = open_vault
        self._clock = clock
        self._lock = threading.Lock()
        self._opened: Unlocked | None = None
        self._failure: NexcredError | None = None
        self._next_try = 0.0

    def access(self) -> Access:
        """Return the opened vault; raise what keeps it from being opened."""
        with self._lock:
            if self._opened is not None and not self._opened.is_unlocked():
                self._opened = None
            if self._opened is None:
                self._opened = self._opened_again()
            return self._opened.access

    def _opened_again(self) -> Unlocked:
        if self._failure is not None and self._clock() < self._next_try:
            raise self._failure.with_traceback(None)
        try:
            opened = self._open()
        except NexcredError as error:
            self._failure, self._next_try = error, self._clock() + _PAUSE_S
            raise
        self._failure = None
        return opened
