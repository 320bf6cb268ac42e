"""A line on stderr that says how far something is, on a terminal only."""

import os
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

from nexcred.cli.terminal.capabilities import Terminal
from nexcred.cli.terminal.streams import Streams
from nexcred.cli.terminal.visible import visible
from nexcred.model.named_tuple import NamedTuple

_WIDTH = 24
_DELAY_S = 0.3
_EVERY_S = 0.1
# Before that much is known, what is left is a guess.
_TELLING_S, _TELLING = 1.0, 3
_WIPE = "\r\x1b[K"


class Far(NamedTuple):
    """The steps done of a total. `note` adds words."""

    done: int
    total: int
    note: str = ""


class Progress:
    """Appears when something takes long enough to be worth it, also while nothing moves.

    It leaves behind the lines that it was told to `say`, if it appeared, and nothing else.
    """

    def __init__(self, streams: Streams, terminal: Terminal, verb: str, total: int) -> None:
        self._stderr = streams.stderr
        self._verb = visible(verb)
        self._far = Far(0, total)
        self._lines: list[str] = []
        self._began = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._draw, daemon=True) if terminal.animated and total else None

    def __enter__(self) -> Self:
        if self._thread is not None:
            self._thread.start()
        return self

    def show(self, done: int, total: int, note: str = "") -> None:
        """Note how far it is; the line follows by itself."""
        self._far = Far(done, total, visible(note))

    def say(self, line: str) -> None:
        """Put a line above; what is not `Visible` is made so."""
        self._lines.append(visible(line))

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
                self._write(f"{self._said()}{_WIPE}{self._line()}")
                self._over.wait(_EVERY_S)
            self._write(f"{self._said()}{_WIPE}")

    def _said(self) -> str:
        said, self._lines = self._lines, []
        return "".join(f"{_WIPE}{line}\n" for line in said)

    def _line(self) -> str:
        try:
            columns = os.get_terminal_size(self._stderr.fileno()).columns
        except OSError:
            columns = 80
        return progress_line(self._verb, self._far, time.monotonic() - self._began, columns)

    def _write(self, text: str) -> None:
        self._stderr.write(text)
        self._stderr.flush()


def progress_line(verb: str, far: Far, elapsed_s: float, columns: int) -> str:
    """Return a line that fits: where space is short the time left goes first, then the bar, then the note."""
    if far.total == 1:
        return f"  {verb} …"[: columns - 1]
    filled = _WIDTH * far.done // far.total
    count, bar = f"{far.done}/{far.total}", f"{'━' * filled}{'╌' * (_WIDTH - filled)} "
    left = _left(far, elapsed_s)
    for parts in ((bar, far.note, left), (bar, far.note, ""), ("", far.note, ""), ("", "", "")):
        line = "  ".join(part for part in (f"  {verb} {parts[0]}{count}", *parts[1:]) if part)
        if len(line) < columns:
            return line
    return count[: columns - 1]


def _left(far: Far, elapsed_s: float) -> str:
    if elapsed_s < _TELLING_S or far.done < _TELLING or far.done >= far.total:
        return ""
    left_s = round(elapsed_s / far.done * (far.total - far.done))
    minutes, seconds = divmod(left_s, 60)
    return f"about {minutes} min {seconds:02d} s left" if minutes else f"about {seconds} s left"
