"""Read a secret from a terminal without showing it."""

import codecs
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from nexcred.cli.terminal.restoring import end_by, on_resuming, restored_on_signals
from nexcred.cli.terminal.silent import SilentTerminal
from nexcred.cli.terminal.typed import read_typed
from nexcred.cli.terminal.visible import Visible, visible

if TYPE_CHECKING or os.name == "posix":
    import termios

_INTERRUPT, _END, _KILL, _WORD, _SUSPEND, _QUIT = "\x03", "\x04", "\x15", "\x17", "\x1a", "\x1c"
_ERASE = ("\x7f", "\x08")
_ENTER = ("\r", "\n")
_MAX_CHARACTERS = 1024 * 1024
_LONGEST_ANSWER = 256


def read_unechoed(terminal: int, screen: int, prompt: str, *, dots: bool) -> str:
    """Print the prompt, made visible, and read one line from the terminal; dots, or nothing, show in its place.

    `terminal` and `screen` are file descriptors of one terminal.

    Unlike `getpass` this does not stop at the 4,095 characters of a terminal's line buffer. Raises EOFError and
    KeyboardInterrupt for Ctrl-D and Ctrl-C; Ctrl-Z suspends the job and Ctrl-\\ ends the program, as signals do. The
    terminal is as it was after each of them.
    """
    if os.name != "posix":
        import getpass  # the Windows console has no such limit

        return getpass.getpass(visible(prompt), stream=sys.stderr)
    with restored_on_signals(terminal, screen, drawn=False), SilentTerminal(terminal) as silent:
        return _Typing(silent, screen, visible(prompt), "•" if dots else "").read()


def read_answer(terminal: int, screen: int, prompt: str) -> str:
    """Print a question, made visible, and read one line that shows; what was typed before it stood there is dropped."""
    if os.name != "posix":
        return input(visible(prompt))
    with suppress(termios.error, OSError):
        termios.tcflush(terminal, termios.TCIFLUSH)
    _write(screen, visible(prompt))
    line = read_typed(terminal, _LONGEST_ANSWER)
    if not line:
        raise EOFError
    return line.decode(errors="replace").rstrip("\r\n")


class _Typing:
    """One line as it is typed."""

    def __init__(self, silent: SilentTerminal, screen: int, prompt: Visible, mark: str) -> None:
        self._silent = silent
        self._screen = screen
        self._prompt = prompt
        self._mark = mark
        self._typed: list[str] = []
        self._suspended = False

    def read(self) -> str:
        decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
        self._draw()
        try:
            with on_resuming(self._resumed):
                while len(self._typed) < _MAX_CHARACTERS:
                    chunk = read_typed(self._silent.terminal, 4096)
                    if not chunk:
                        raise EOFError
                    for character in decoder.decode(chunk):
                        if character in _ENTER:
                            # What was pasted after the first line is dropped: it must not answer the next question.
                            return "".join(self._typed)
                        self._take(character)
                raise EOFError
        finally:
            _write(self._screen, "\n")

    def _take(self, character: str) -> None:
        typed = self._typed
        if character == _INTERRUPT:
            raise KeyboardInterrupt
        if character == _END and not typed:
            raise EOFError
        if character == _SUSPEND:
            self._suspend()
        elif character == _QUIT:
            self._silent.restore()
            _write(self._screen, "\n")
            end_by(signal.SIGQUIT)
        elif character in _ERASE:
            if typed:
                typed.pop()
                _write(self._screen, "\b \b" * len(self._mark))
        elif character in (_KILL, _WORD):
            _write(self._screen, "\b \b" * (len(self._mark) * len(typed)))
            typed.clear()
        elif character != _END:
            typed.append(character)
            _write(self._screen, self._mark)

    def _suspend(self) -> None:
        """Stop the whole job, as the terminal would; where there is no shell that could wake it, go on."""
        self._silent.restore()
        _write(self._screen, "\n")
        self._suspended = True
        os.kill(0, signal.SIGTSTP)
        self._suspended = False
        self._resumed()

    def _resumed(self) -> None:
        if not self._suspended:
            self._silent.hush()
            self._draw()

    def _draw(self) -> None:
        _write(self._screen, f"{self._prompt}{self._mark * len(self._typed)}")


def _write(screen: int, text: str) -> None:
    if text:
        os.write(screen, text.encode())
