"""One total time for everything an exchange does: DNS, connect, TLS, headers and body."""

import time
from collections.abc import Callable

from nexcred.model.named_tuple import NamedTuple

# A timeout of 0 would mean "non-blocking" to a socket.
_SHORTEST_S = 0.001


class Deadline(NamedTuple):
    """A moment on the monotonic clock, and the seconds that were given to reach it.

    That clock stands still while the machine sleeps; `is_past`, where there is one, knows better.
    """

    seconds: float
    ends_at: float
    is_past: Callable[[], bool] | None = None

    @classmethod
    def after(cls, seconds: float, is_past: Callable[[], bool] | None = None) -> "Deadline":
        return cls(seconds, time.monotonic() + seconds, is_past)

    def remaining_s(self) -> float:
        """Return what is left, never zero or less, so that it serves as a socket's timeout."""
        return _SHORTEST_S if self.expired else max(self.ends_at - time.monotonic(), _SHORTEST_S)

    @property
    def expired(self) -> bool:
        return time.monotonic() >= self.ends_at or (self.is_past is not None and self.is_past())
