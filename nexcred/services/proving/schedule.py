"""Which job may go next: a few at once for each place, as often as it allows, and none while it has asked to wait."""

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

from nexcred.connectors.language.limits import Limits
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of

J = TypeVar("J")


class QueuedProbe(NamedTuple, Generic[J]):
    """A job to do, the place that it asks, how that place wants to be asked, and how many requests it takes."""

    place: Hashable
    job: J
    limits: Limits = Limits()
    requests: int = 1

    def __repr__(self) -> str:
        return repr_of(self, "requests")


class Turn(NamedTuple, Generic[J]):
    """A job whose turn has come. `wait_s` is more than zero when its place asks for a longer wait than it may have."""

    job: J
    place: Hashable
    wait_s: float

    def __repr__(self) -> str:
        return repr_of(self, "wait_s")


class _Place(Generic[J]):
    """What is to be done at one place; the limits are those of the first job."""

    def __init__(self, limits: Limits, at_once: int) -> None:
        self.waiting: deque[QueuedProbe[J]] = deque()
        self.at_once = min(limits.at_once or at_once, at_once)
        self.pace = RateLimiter(limits)
        self.running = 0
        self.closed_until = 0.0


class Schedule(Generic[J]):
    """Hands jobs to threads. Jobs of one place go in order."""

    def __init__(
        self,
        jobs: Iterable[QueuedProbe[J]],
        *,
        per_place: int,
        longest_wait_s: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._longest_wait_s = longest_wait_s
        self._monotonic = monotonic
        self._condition = threading.Condition()
        self._places: dict[Hashable, _Place[J]] = {}
        for wanted in jobs:
            if wanted.place not in self._places:
                self._places[wanted.place] = _Place(wanted.limits, per_place)
            self._places[wanted.place].waiting.append(wanted)
        self._waiting = dict(self._places)  # those where something waits

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
            self._places[place].running -= 1
            self._condition.notify()

    def close(self, place: Hashable, wait_s: float) -> None:
        """Start nothing more there for a while, since the place asked for that."""
        with self._condition:
            chosen = self._places[place]
            chosen.closed_until = max(self._monotonic() + wait_s, chosen.closed_until)

    def again(self, wanted: QueuedProbe[J]) -> None:
        """Put a job back, as the first of its place; its turn is still to be ended by `done`."""
        with self._condition:
            place = self._places[wanted.place]
            place.waiting.appendleft(wanted)
            self._waiting.setdefault(wanted.place, place)

    def stop(self) -> None:
        """Start nothing more at all."""
        with self._condition:
            self._waiting.clear()
            self._condition.notify_all()

    def _first_ready(self) -> tuple[Turn[J] | None, float | None]:
        """Return a turn, or how long to wait for one: None until some job is done."""
        pause_s: float | None = None
        now = self._monotonic()
        for key, place in self._waiting.items():
            if place.running >= place.at_once:
                continue
            closed_s = place.closed_until - now
            paced_s = place.pace.free_at(place.waiting[0].requests) - now
            rest_s = paced_s if closed_s > self._longest_wait_s else max(closed_s, paced_s)
            if rest_s > 0:
                pause_s = rest_s if pause_s is None else min(pause_s, rest_s)
                continue
            return self._take(key, place, now, closed_s), None
        return None, pause_s

    def _take(self, key: Hashable, place: _Place[J], now: float, closed_s: float) -> Turn[J]:
        wanted = place.waiting.popleft()
        place.running += 1
        if closed_s <= 0:
            place.pace.note(now, wanted.requests)
        if not place.waiting:
            del self._waiting[key]
            if not self._waiting:
                self._condition.notify_all()  # there is nothing to wait for any more
        return Turn(wanted.job, key, max(closed_s, 0.0))


class RateLimiter:
    """Keeps the moments of the latest requests, so that no second and no minute holds more than it may."""

    def __init__(self, limits: Limits) -> None:
        windows = ((limits.per_second, 1.0), (limits.per_minute, 60.0))
        self._windows = [(most, span_s) for most, span_s in windows if most]
        self._latest: deque[float] = deque(maxlen=max((most for most, _ in self._windows), default=0))

    def free_at(self, requests: int) -> float:
        """Return the moment from which so many may be sent at once; more than a window holds count as all of it."""
        return max((self._free_in(most, span_s, min(requests, most)) for most, span_s in self._windows), default=0.0)

    def note(self, now: float, requests: int) -> None:
        self._latest.extend([now] * requests)

    def _free_in(self, most: int, span_s: float, requests: int) -> float:
        leaving = most - requests + 1  # counted from the newest: it has to be out of the window
        return self._latest[-leaving] + span_s if len(self._latest) >= leaving else 0.0
