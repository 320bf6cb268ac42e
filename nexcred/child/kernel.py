"""Calls of prctl(2), on Linux only."""

import os
import signal
import sys
from contextlib import suppress

_SET_DUMPABLE = 4  # PR_SET_DUMPABLE
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


def become_unseen() -> None:
    """Let nobody but root read this process's memory and `/proc/PID/environ`, or trace it.

    From then on it cannot open its own `/dev/stdin` or `/dev/fd/N` either: read what is to be read before.
    """
    _ask_kernel(_SET_DUMPABLE, 0)


def end_with(parent: int) -> None:
    """Be killed when the process that started this one is: whoever kills nexcred means the program."""
    _ask_kernel(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def _ask_kernel(option: int, value: int) -> None:
    if sys.platform == "linux":
        import ctypes  # here alone: whoever becomes the command has nothing to hide, and no time to lose

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
