"""Reading once more where another process of this machine had seen a newer state than was read.

A place without locks shows a state that may be outdated while it is looked at, and what was remembered since is newer.
A copy of a store follows another, as a standby of a database does, and may be behind what was seen.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from nexcred.errors import NameMoved, RolledBack, StoreBehind

if TYPE_CHECKING:
    from nexcred.vault.opened import OpenedVault

P = ParamSpec("P")
T = TypeVar("T")
_PAUSES_S = (0.1, 0.3, 0.6, 1.0, 2.0, 3.0, 3.0)


def looking_again(look: Callable[P, T]) -> Callable[P, T]:
    """Let a method of a vault that compares with what this machine remembers refuse nothing but the newest state."""

    @wraps(look)
    def looking(*args: P.args, **more: P.kwargs) -> T:
        vault: Any = args[0]
        return _until_newest(vault, lambda: look(*args, **more))

    return looking


def _until_newest(vault: "OpenedVault", look: Callable[[], T]) -> T:
    while True:
        try:
            return look()
        except (RolledBack, NameMoved):
            if not vault.has_moved_on(vault.head_seen()):
                raise


def when_caught_up(look: Callable[[], T], let_go: Callable[[], None]) -> T:
    """Return what is seen, looking again while the store is behind what was seen; raise StoreBehind in the end."""
    for pause_s in _PAUSES_S:
        try:
            return look()
        except StoreBehind:
            let_go()
            time.sleep(pause_s)
    return look()
