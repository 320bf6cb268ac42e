"""How soon a place may be asked again, so that it is never asked more often than its provider allows."""

from collections import deque

from nexcred.connectors.language.limits import Limits


class Pace:
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
