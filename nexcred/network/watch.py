"""One thread that ends connections at their deadlines, however many there are; it lives while there is one to watch."""

import threading
import time
from collections.abc import Callable


class SocketWatch:
    """Calls what it was given, once, when a moment on the monotonic clock has come; unless told to forget it."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._due: dict[object, tuple[float, Callable[[], None]]] = {}
        self._thread: threading.Thread | None = None
        self._wakes_at = 0.0

    def watch(self, key: object, ends_at: float, cut: Callable[[], None]) -> None:
        with self._condition:
            self._due[key] = (ends_at, cut)
            if self._thread is None or not self._thread.is_alive():  # a fork leaves the thread behind
                self._wakes_at = ends_at
                self._thread = threading.Thread(target=self._run, daemon=True, name="nexcred deadlines")
                self._thread.start()
            elif ends_at < self._wakes_at:
                self._condition.notify()

    def forget(self, key: object) -> None:
        with self._condition:
            self._due.pop(key, None)
            if not self._due:
                self._condition.notify()

    def _run(self) -> None:
        with self._condition:
            while self._due:
                now = time.monotonic()
                for key, (ends_at, cut) in list(self._due.items()):
                    if ends_at <= now:
                        del self._due[key]
                        cut()
                if self._due:
                    self._wakes_at = min(ends_at for ends_at, _ in self._due.values())
                    self._condition.wait(self._wakes_at - now)
            self._thread = None
