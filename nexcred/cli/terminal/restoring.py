"""A terminal that is put back as it was when a signal ends the program at a prompt."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING or os.name == "posix":
    import termios

_ENDING = ("SIGTERM", "SIGHUP", "SIGQUIT")
# No bracketed paste, a cursor that shows, plain text, a line of its own for what the shell writes next.
_PLAIN = "\x1b[?2004l\x1b[?25h\x1b[0m\r\n"


@contextmanager
def restored_on_signals(terminal: int, screen: int, *, drawn: bool) -> Iterator[None]:
    """Put the terminal back before one of these signals ends the program, as it would have without a prompt.

    `drawn` says that escape sequences have to be undone too. What is ignored, as under nohup, stays so.
    """
    if os.name != "posix" or threading.current_thread() is not threading.main_thread():
        yield
        return
    try:
        before = termios.tcgetattr(terminal)
    except (termios.error, OSError):
        yield
        return

    def end(number: int, _frame: FrameType | None) -> None:
        with suppress(termios.error, OSError):  # a terminal that hung up is gone
            termios.tcsetattr(terminal, termios.TCSANOW, before)
            os.write(screen, _PLAIN.encode() if drawn else b"\n")
        end_by(number)

    former = {}
    for name in _ENDING:
        number = getattr(signal, name)
        if signal.getsignal(number) is signal.SIG_DFL:
            former[number] = signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


@contextmanager
def on_resuming(resumed: Callable[[], None]) -> Iterator[None]:
    """Call `resumed` when the job goes on after it was stopped: the shell had the terminal, and left it as it likes."""
    if os.name != "posix" or threading.current_thread() is not threading.main_thread():
        yield
        return
    former = signal.signal(signal.SIGCONT, lambda *_: resumed())
    try:
        yield
    finally:
        signal.signal(signal.SIGCONT, former)


def end_by(number: int) -> None:
    """Die by this signal, so that whoever waits for the program sees what ended it."""
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
