"""Discard what was typed before a question appeared, and so was not meant for it."""

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING or os.name == "posix":
    import termios


def drop_typed_ahead() -> None:
    """Forget what waits in the terminal: a stray Enter, or a 'y', must not decide what nobody has read."""
    if os.name == "posix":
        with suppress(termios.error, OSError, ValueError):
            termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
