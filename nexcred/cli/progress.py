"""A line on stderr that says how far something is, on a terminal only."""

import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

from nexcred.cli.streams import Streams
from nexcred.cli.terminal import Terminal

_WIDTH = 24
_DELAY_S = 0.3
_EVERY_S = 0.1
_WIPE = "\r\x1b[K"


class Progress:
    """Appears when something takes long enough to be worth it, also while nothing moves; leaves nothing behind."""

    def __init__(self, streams: Streams, terminal: Terminal, verb: str, total: int) -> None:
        self._stderr = streams.stderr
        self._verb = verb
        self._done, self._total = 0, total
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._draw, daemon=True) if terminal.animated and total else None

    def __enter__(self) -> Self:
        if self._thread is not None:
            self._thread.start()
        return self

    def show(self, done: int, total: int) -> None:
        """Note how far it is; the line follows by itself."""
        self._done, self._total = done, total

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def _draw(self) -> None:
        """Run in a thread of its own, so that a provider that hangs does not look like a program that does."""
        if self._over.wait(_DELAY_S):
            return
        with suppress(OSError):
            while not self._over.is_set():
                self._write(f"{_WIPE}  {self._verb} {self._bar()}")
                self._over.wait(_EVERY_S)
            self._write(_WIPE)

    def _bar(self) -> str:
        if self._total == 1:
            return "…"
        filled = _WIDTH * self._done // self._total
        return f"{'━' * filled}{'╌' * (_WIDTH - filled)} {self._done}/{self._total}"

    def _write(self, text: str) -> None:
        self._stderr.write(text)
        self._stderr.flush()
