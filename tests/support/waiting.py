"""Waiting for what another process or thread does, and no longer than that takes."""

import time
from collections.abc import Callable

_PATIENCE_S = 60.0


def wait_until(holds: Callable[[], bool]) -> None:
    """Raise AssertionError where it never comes to hold."""
    ends_at = time.monotonic() + _PATIENCE_S
    while not holds():
        assert time.monotonic() < ends_at, "it never came to that"
        time.sleep(0.02)
