"""Which job may go next: a few at once for each place, and none while a place has asked to wait."""

import threading
import time
from collections.abc import Callable, Hashable, Iterable
from typing import Generic, NamedTuple, TypeVar

J = TypeVar("J")


class Turn(NamedTuple, Generic[J]):
    """A job whose turn has come. `wait_s` is more than zero when its place asks for a longer wait than it may have."""

    job: J
    place: Hashable
    wait_s: float


class Schedule(Generic[J]):
    """Hands jobs to threads. Jobs of one place go in order."""

    def __init__(
        self,
        jobs: Iterable[tuple[Hashable, J]],
        *,
        per_place: int,
        longest_wait_s: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._waiting = list(jobs)
        self._per_place = per_place
        self._longest_wait_s = longest_wait_s
        self._monotonic = monotonic
        self._running: dict[Hashable, int] = {}
        self._closed_until: dict[Hashable, float] = {}
        self._condition = threading.Condition()

    def next(self) -> Turn[J] | None:
        """Wait for a turn; None when no job is left, or after `stop`."""
        with self._condition:
            while self._waiting:
                turn, pause_s = self._first_ready()
                if turn is not None:
                    return turn
                self._condition.wait(pause_s)
            return None

    def done(self, place: Hashable) -> None:
        """Let the next job of this place go."""
        with self._condition:
            self._running[place] -= 1
            self._condition.notify_all()

    def close(self, place: Hashable, wait_s: float) -> None:
        """Start nothing more there for a while, since the place asked for that."""
        with self._condition:
            until = self._monotonic() + wait_s
            self._closed_until[place] = max(until, self._closed_until.get(place, until))

    def stop(self) -> None:
        """Start nothing more at all."""
        with self._condition:
            self._waiting.clear()
            self._condition.notify_all()

    def _first_ready(self) -> tuple[Turn[J] | None, float | None]:
        """Return a turn, or how long to wait for one: None until some job is done."""
        pause_s: float | None = None
        now = self._monotonic()
        for index, (place, job) in enumerate(self._waiting):
            if self._running.get(place, 0) >= self._per_place:
                continue
            closed_s = self._closed_until.get(place, now) - now
            if 0 < closed_s <= self._longest_wait_s:
                pause_s = closed_s if pause_s is None else min(pause_s, closed_s)
                continue
            del self._waiting[index]
            self._running[place] = self._running.get(place, 0) + 1
            return Turn(job, place, max(closed_s, 0.0)), None
        return None, pause_s
