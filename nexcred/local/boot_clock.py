"""A clock that counts while the machine sleeps, for what must not be done after a sleep."""

import sys
import time


def seconds_since_boot() -> float:
    """Return seconds on a clock that nobody sets, and that sleep does not stop, where the system has one.

    After a boot it begins anew. `time.monotonic` stands still in sleep on Linux and macOS.
    """
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":  # its CLOCK_MONOTONIC counts sleep, which the one of Python's does not
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()
