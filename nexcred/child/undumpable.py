"""Keeping this process from being looked into by the program that it runs: its memory and its environment."""

import sys
from contextlib import suppress

_SET_DUMPABLE = 4  # PR_SET_DUMPABLE of prctl(2)


def become_unseen() -> None:
    """Let nobody but root read this process's memory and `/proc/PID/environ`, or trace it; on Linux alone.

    From then on it cannot open its own `/dev/stdin` or `/dev/fd/N` either: read what is to be read before.
    """
    if sys.platform == "linux":
        import ctypes  # here alone: whoever becomes the command has nothing to hide, and no time to lose

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0, 0, 0, 0)
