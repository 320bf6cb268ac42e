"""How long a write is tried again while others write.

Where a lock is, hardly anybody is quicker; where a vault lies elsewhere, somebody may be each time.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from nexcred.errors import VaultBusy

T = TypeVar("T")
LONGEST_S = 30.0
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.02, 2.0


class Retries:
    """Tries one write again, for `longest_s` and ten times what a try takes, with waits of chance in between."""

    def __init__(
        self,
        longest_s: float = LONGEST_S,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._longest_s = longest_s
        self._clock = clock
        self._sleep = sleep

    def until_done(self, attempt: Callable[[], T | None]) -> T:
        """Return what the first try returns that is not None; raise VaultBusy when it has been long enough."""
        began = self._clock()
        took: list[float] = []
        wait_s = _FIRST_WAIT_S
        while True:
            start = self._clock()
            done = attempt()
            if done is not None:
                return done
            now = self._clock()
            took.append(now - start)
            if now - began >= self._longest_s + 10 * sorted(took)[len(took) // 2]:
                raise VaultBusy("others keep writing to this vault; nothing was written", hint="try again in a moment")
            import random  # which hardly any write comes to

            # Two that wait equally long would meet again.
            self._sleep(random.uniform(0, wait_s))  # noqa: S311
            wait_s = min(2 * wait_s, _LONGEST_WAIT_S)
