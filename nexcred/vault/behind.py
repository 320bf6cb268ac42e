"""Waiting for a copy of a store that follows another, as a standby of a database does."""

import time
from collections.abc import Callable
from typing import TypeVar

from nexcred.errors import StoreBehind

T = TypeVar("T")
_PAUSES_S = (0.1, 0.3, 0.6, 1.0, 2.0, 3.0, 3.0)


def when_caught_up(look: Callable[[], T], let_go: Callable[[], None]) -> T:
    """Return what is seen, looking again while the store is behind what was seen; raise StoreBehind in the end."""
    for pause_s in _PAUSES_S:
        try:
            return look()
        except StoreBehind:
            let_go()
            time.sleep(pause_s)
    return look()
