"""Read a secret from a terminal without showing it."""

import codecs
import os
import sys
from typing import TYPE_CHECKING

from nexcred.cli.terminal.visible import visible

if TYPE_CHECKING or os.name == "posix":
    import termios

_INTERRUPT, _END, _KILL, _WORD, _SUSPEND = "\x03", "\x04", "\x15", "\x17", "\x1a"
_ERASE = ("\x7f", "\x08")
_ENTER = ("\r", "\n")
_MAX_CHARACTERS = 1024 * 1024


def read_unechoed(terminal: int, screen: int, prompt: str, *, dots: bool) -> str:
    """Print the prompt, made visible, and read one line from the terminal; dots, or nothing, show in its place.

    `terminal` and `screen` are file descriptors of one terminal.

    Unlike `getpass` this does not stop at the 4,095 characters of a terminal's line buffer. Raises EOFError and
    KeyboardInterrupt for Ctrl-D and Ctrl-C, with the terminal as it was.
    """
    if os.name != "posix":
        import getpass  # the Windows console has no such limit

        return getpass.getpass(visible(prompt), stream=sys.stderr)
    before = termios.tcgetattr(terminal)
    silent = termios.tcgetattr(terminal)
    silent[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG | termios.IEXTEN)
    silent[6][termios.VMIN], silent[6][termios.VTIME] = 1, 0
    # Before the prompt stands, which is when people and programs begin to type; TCSADRAIN keeps what was typed before.
    termios.tcsetattr(terminal, termios.TCSADRAIN, silent)
    try:
        _write(screen, visible(prompt))
        return _read_line(terminal, screen, "•" if dots else "")
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
        _write(screen, "\n")


def _read_line(terminal: int, screen: int, mark: str) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
    typed: list[str] = []
    while len(typed) < _MAX_CHARACTERS:
        chunk = os.read(terminal, 4096)
        if not chunk:
            raise EOFError
        for character in decoder.decode(chunk):
            if character in _ENTER:
                # What was pasted after the first line is dropped: it must not answer the next question.
                return "".join(typed)
            _take(character, typed, screen, mark)
    raise EOFError


def _take(character: str, typed: list[str], screen: int, mark: str) -> None:
    if character == _INTERRUPT:
        raise KeyboardInterrupt
    if character == _END and not typed:
        raise EOFError
    if character in _ERASE:
        if typed:
            typed.pop()
            _write(screen, "\b \b" * len(mark))
    elif character in (_KILL, _WORD):
        _write(screen, "\b \b" * (len(mark) * len(typed)))
        typed.clear()
    elif character not in (_END, _SUSPEND):
        typed.append(character)
        _write(screen, mark)


def _write(screen: int, text: str) -> None:
    if text:
        os.write(screen, text.encode())
