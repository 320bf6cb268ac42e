"""Reading once more where another process of this machine had seen a newer state than was read.

A place without locks shows a state that may be outdated while it is looked at, and what was remembered since is newer.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar

from nexcred.errors import NameMoved, RolledBack

P = ParamSpec("P")
T = TypeVar("T")


class _Looking(Protocol):
    """A vault that knows which head this thread saw last, and whether there is another by now."""

    def head_seen(self) -> bytes: ...

    def has_moved_on(self, head: bytes) -> bool: ...


def looking_again(look: Callable[P, T]) -> Callable[P, T]:
    """Let a method of a vault that compares with what this machine remembers refuse nothing but the newest state."""

    @wraps(look)
    def looking(*args: P.args, **more: P.kwargs) -> T:
        vault: Any = args[0]
        return _until_newest(vault, lambda: look(*args, **more))

    return looking


def _until_newest(vault: _Looking, look: Callable[[], T]) -> T:
    while True:
        try:
            return look()
        except (RolledBack, NameMoved):
            if not vault.has_moved_on(vault.head_seen()):
                raise
