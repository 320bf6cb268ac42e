"""Ctrl-C between two questions: Python forgets it where it comes while an object is finalised."""

import signal
import sys
from types import FrameType
from typing import Any

_came = False


def remember_interrupts() -> None:
    """From now on keep in mind that somebody pressed Ctrl-C, whatever became of the KeyboardInterrupt."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
        sys.unraisablehook = _tell_unraisable


def was_forgotten() -> bool:
    """True where Ctrl-C was pressed, and the program goes on to another question."""
    return _came


def raise_forgotten() -> None:
    """Raise the KeyboardInterrupt that was swallowed, before another question is put."""
    if _came:
        raise KeyboardInterrupt


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    global _came  # noqa: PLW0603  a signal is the process's
    _came = True
    raise KeyboardInterrupt


def _tell_unraisable(unraisable: Any) -> None:
    if not issubclass(unraisable.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(unraisable)
