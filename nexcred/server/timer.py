"""Something that happens after a while, unless it is stopped before."""

import asyncio
from collections.abc import Callable


class Timer:
    """Of a loop; what it is to do is called once for each start, and kept no longer than it runs."""

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self._loop = loop
        self._seconds = seconds
        self._handle: asyncio.TimerHandle | None = None

    def start(self, act: Callable[[], None]) -> None:
        """Begin, unless it runs: who does something meanwhile does not put it off."""
        if self._handle is None:
            self._handle = self._loop.call_later(self._seconds, act)

    def stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def run_while(self, holds: bool, act: Callable[[], None]) -> None:
        """Run as long as this is called with True."""
        if holds:
            self.start(act)
        else:
            self.stop()
