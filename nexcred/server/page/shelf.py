"""Things that are kept for a while in memory, each under a word that nobody can guess."""

import threading
from collections.abc import Callable
from secrets import token_urlsafe
from typing import Generic, TypeVar

Kept = TypeVar("Kept")
_OCTETS = 16


class Shelf(Generic[Kept]):
    """Keeps as many as there is room for, the newest, and each for so long after it was last put; threads share it."""

    def __init__(self, room: int, life_s: float, clock: Callable[[], float]) -> None:
        self._room, self._life_s, self._clock = room, life_s, clock
        self._kept: dict[str, tuple[float, Kept]] = {}
        self._lock = threading.Lock()

    def put(self, what: Kept, word: str = "") -> str:
        """Keep it, under the word that it had before or a new one, and return that."""
        with self._lock:
            self._forget_old()
            word = word if word in self._kept else token_urlsafe(_OCTETS)
            self._kept.pop(word, None)
            self._kept[word] = (self._clock(), what)
            while len(self._kept) > self._room:
                del self._kept[next(iter(self._kept))]
            return word

    def get(self, word: str) -> Kept | None:
        with self._lock:
            self._forget_old()
            found = self._kept.get(word)
            return None if found is None else found[1]

    def drop(self, word: str) -> None:
        with self._lock:
            self._kept.pop(word, None)

    def all(self) -> list[Kept]:
        with self._lock:
            self._forget_old()
            return [what for _, what in self._kept.values()]

    def _forget_old(self) -> None:
        since = self._clock() - self._life_s
        for word in [word for word, (put_at, _) in self._kept.items() if put_at < since]:
            del self._kept[word]
