"""Holding the end of the process back for as long as something must not break off."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_HELD_BACK = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class _OtherThreads:
    """How many threads beside the main one are inside, and whether the process is about to end."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._is_over = False
        self._own = threading.local()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Be counted; where the process is about to end, wait for that instead of beginning."""
        if getattr(self._own, "is_inside", False):
            yield
            return
        with self._changed:
            while self._is_over:
                self._changed.wait()
            self._inside += 1
        self._own.is_inside = True
        try:
            yield
        finally:
            self._own.is_inside = False
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def finish(self, on_wait: Callable[[], None]) -> None:
        with self._changed:
            self._is_over = True
            if self._inside:
                on_wait()
            while self._inside:
                self._changed.wait()


_OTHERS = _OtherThreads()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let Ctrl-C, and being told to end or to hang up, wait until the end. What is inside must be bounded in time.

    Signals reach the main thread alone: any other is waited for by `finish_others`.
    """
    if threading.current_thread() is not threading.main_thread():
        with _OTHERS.one():
            yield
        return
    arrived: list[int] = []
    before = {number: signal.signal(number, lambda which, _frame: arrived.append(which)) for number in _HELD_BACK}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        for number in arrived:
            signal.raise_signal(number)


def finish_others(on_wait: Callable[[], None]) -> None:
    """Wait until no other thread is inside, and let none begin any more: for a process that is about to end.

    `on_wait` is called first where there is one to wait for.
    """
    _OTHERS.finish(on_wait)
