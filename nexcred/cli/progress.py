"""A line on stderr that says how far something is, on a terminal only."""

import time
from types import TracebackType
from typing import Self

from nexcred.cli.streams import Streams
from nexcred.cli.terminal import Terminal

_WIDTH = 24
_DELAY_S = 0.3
_EVERY_S = 0.1


class Progress:
    """Appears when it takes long enough to be worth it, and leaves nothing behind."""

    def __init__(self, streams: Streams, terminal: Terminal, verb: str) -> None:
        self._stderr = streams.stderr
        self._animated = terminal.animated
        self._verb = verb
        self._next = time.monotonic() + _DELAY_S
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def show(self, done: int, total: int) -> None:
        """Draw the bar; called as often as one likes."""
        now = time.monotonic()
        if not self._animated or now < self._next or not total:
            return
        self._next = now + _EVERY_S
        self._shown = True
        filled = _WIDTH * done // total
        self._stderr.write(f"\r\x1b[K  {self._verb} {'━' * filled}{'╌' * (_WIDTH - filled)} {done}/{total}")
        self._stderr.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        if self._shown:
            self._stderr.write("\r\x1b[K")
            self._stderr.flush()
