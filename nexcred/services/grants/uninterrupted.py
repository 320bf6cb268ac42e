"""Holding signals back for as long as something must not break off."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_HELD_BACK = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let Ctrl-C, and being told to end or to hang up, wait until the end. What is inside must be bounded in time.

    Signals reach the main thread alone, so in any other this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
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
