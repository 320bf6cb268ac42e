"""Picking one of many credentials by typing: drawn by nexcred itself, since the library of the other prompts takes
longer to import than a whole `get`.
"""

import os
import shutil
import signal
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TextIO

from nexcred.cli.prompt.ranking import Rankable, ranked
from nexcred.cli.render.style import BOLD, CYAN, QUIET, Cell, paint
from nexcred.cli.terminal.keys import DOWN, PAGE_DOWN, PAGE_UP, UP, KeyReader
from nexcred.cli.terminal.restoring import end_by, on_resuming, restored_on_signals
from nexcred.cli.terminal.silent import SilentTerminal
from nexcred.cli.terminal.typed import read_typed
from nexcred.cli.terminal.visible import Visible, visible
from nexcred.cli.terminal.wrapping import cells

_MARK, _POINTER, _BESIDE = "›", " » ", "   "
_KEYS = "type to filter, ↑ ↓ Enter"
_MOST_ROWS = 12
_GAP = "  "
_ERASE, _KILL, _WORD = ("\x7f", "\x08"), "\x15", "\x17"
_UPWARDS, _DOWNWARDS = (UP, "\x10"), (DOWN, "\x0e")
_INTERRUPT, _END, _QUIT, _SUSPEND = "\x03", "\x04", "\x1c", "\x1a"
# To the beginning of the line of the question, and nothing from there on.
_WIPE = "\r\x1b[J"


class CredentialPicker:
    """The state of one question; `pick` asks it."""

    def __init__(
        self,
        label: str,
        names: Sequence[str],
        *,
        beside: Callable[[int], Sequence[Cell]],
        found_by: Callable[[int], str],
        colour: bool,
    ) -> None:
        """Take what tells of a name, by its place, what is shown beside it, and what it is found by: when needed."""
        self._label, self._names, self._colour = label, names, colour
        self._beside, self._found_by = beside, found_by
        self._typed = ""
        self._found = list(range(len(names)))
        self._place = 0

    @cached_property
    def _candidates(self) -> list[Rankable]:
        """What is filtered, made when something is typed."""
        return [Rankable(name.casefold(), self._found_by(place).casefold()) for place, name in enumerate(self._names)]

    def pick(self, terminal: int, screen: TextIO) -> str:
        """Return the name that was picked; raise KeyboardInterrupt for Ctrl-C, EOFError for Ctrl-D."""
        number, reader = screen.fileno(), KeyReader()

        def draw() -> None:
            os.write(number, self._drawn(*shutil.get_terminal_size()).encode())

        with restored_on_signals(terminal, number, drawn=True), SilentTerminal(terminal) as silent:

            def resumed() -> None:
                silent.hush()
                draw()

            former = signal.signal(signal.SIGWINCH, lambda *_: draw())
            try:
                draw()
                with on_resuming(resumed):
                    return self._read(terminal, reader, silent, draw)
            finally:
                signal.signal(signal.SIGWINCH, former)
                os.write(number, f"{_WIPE}{self._question()}\r\n".encode())

    def _read(self, terminal: int, reader: KeyReader, silent: SilentTerminal, draw: Callable[[], None]) -> str:
        while True:
            data = read_typed(terminal, 4096)
            if not data:
                raise EOFError
            for key in reader.keys(data):
                if key in "\r\n" and self._found:
                    self._typed = self._names[self._found[self._place]]
                    return self._typed
                self._take(key, silent)
            draw()

    def _take(self, key: str, silent: SilentTerminal) -> None:
        if key == _INTERRUPT:
            raise KeyboardInterrupt
        if key == _END:
            raise EOFError
        if key in (_QUIT, _SUSPEND):
            silent.restore()
            if key == _QUIT:
                end_by(signal.SIGQUIT)
            os.kill(0, signal.SIGTSTP)
            silent.hush()
        elif key in (*_UPWARDS, *_DOWNWARDS):
            self._move(-1 if key in _UPWARDS else 1)
        elif key in (PAGE_UP, PAGE_DOWN):
            last = max(len(self._found) - 1, 0)
            self._place = min(max(self._place + (_MOST_ROWS if key == PAGE_DOWN else -_MOST_ROWS), 0), last)
        elif key in _ERASE:
            self._filter(self._typed[:-1])
        elif key in (_KILL, _WORD):
            self._filter("" if key == _KILL else self._typed.rstrip().rpartition(" ")[0])
        elif len(key) == 1 and key.isprintable():
            self._filter((self._typed + key).lstrip())

    def _move(self, by: int) -> None:
        self._place = (self._place + by) % len(self._found) if self._found else 0

    def _filter(self, typed: str) -> None:
        if typed != self._typed:
            self._typed, self._place = typed, 0
            self._found = ranked(self._candidates, typed)

    def _question(self) -> Visible:
        mark, label = paint(_MARK, CYAN, colour=self._colour), paint(self._label, BOLD, colour=self._colour)
        return visible(mark, " ", label, " ", self._typed)

    def _drawn(self, columns: int, lines: int) -> str:
        """Lay out the question with the list below it, and leave the cursor behind what was typed."""
        rows = self._listed(columns - 1, min(_MOST_ROWS, max(lines - 3, 1)))
        hint = "" if self._typed else paint(_KEYS, QUIET, colour=self._colour)
        used = cells(f"{_MARK} {self._label} {visible(self._typed)}")
        room = used + cells(_KEYS) < columns
        below = "".join(f"\r\n{row}" for row in rows)
        back = f"\x1b[{len(rows)}A\r\x1b[{min(used, columns - 1)}C"
        return f"{_WIPE}{self._question()}{hint if room else ''}{below}{back}"

    def _listed(self, columns: int, most: int) -> list[Visible]:
        if not self._found:
            return [visible(f"{_BESIDE}nothing matches: delete a letter")]
        first = min(max(self._place - most // 2, 0), max(len(self._found) - most, 0))
        shown = self._found[first : first + most]
        width = min(max(cells(visible(self._names[one])) for one in shown), max(columns // 2, 8))
        pointed_at = self._found[self._place]
        lines = [self._line(one, width, columns, is_pointed_at=one == pointed_at) for one in shown]
        if len(self._found) > most:
            told = f"{len(self._found):,} of {len(self._names):,}"
            lines.append(paint(_cut(f"{_BESIDE}{told}", columns), QUIET, colour=self._colour))
        return lines

    def _line(self, one: int, width: int, columns: int, *, is_pointed_at: bool) -> Visible:
        name = _cut(visible(self._names[one]), width)
        parts = [paint(_POINTER if is_pointed_at else _BESIDE, CYAN, colour=self._colour)]
        parts.append(paint(name, CYAN if is_pointed_at else "", colour=self._colour))
        left = columns - len(_BESIDE) - cells(name)
        gap = width - cells(name) + len(_GAP)
        for cell in self._beside(one):
            text = visible(cell.text)
            if cells(text) + gap > left:
                break
            parts += [Visible(" " * gap), paint(text, cell.style, colour=self._colour)]
            left, gap = left - gap - cells(text), len(_GAP)
        return visible(*parts)


def _cut(text: str, columns: int) -> str:
    """Shorten to so many columns, which shows."""
    if cells(text) <= columns:
        return text
    while text and cells(text) > columns - 1:
        text = text[:-1]
    return f"{text}…"
