"""What threads find out, for the one that waits for them."""

import queue
from contextlib import suppress
from typing import Generic, TypeVar

T = TypeVar("T")
_LOOKS_UP_S = 0.5


class Findings(Generic[T]):
    """Hands them over in turn, and keeps all of them: an interrupt may come when one was just taken, and lose it."""

    def __init__(self) -> None:
        self.all: list[T] = []
        self._next: queue.SimpleQueue[tuple[T] | BaseException] = queue.SimpleQueue()

    def put(self, found: T) -> None:
        self.all.append(found)
        self._next.put((found,))

    def fail(self, error: BaseException) -> None:
        self._next.put(error)

    def take(self) -> T:
        """Wait for the next; raise what ended a thread."""
        while True:
            # A signal that comes just before the wait begins does not end it: Python looks when it wakes up.
            with suppress(queue.Empty):
                found = self._next.get(timeout=_LOOKS_UP_S)
                break
        if isinstance(found, BaseException):
            raise found
        return found[0]
