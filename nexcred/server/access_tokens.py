"""Tokens that a program gets for its own: they live in memory, and end with the one that they were given for."""

import secrets
import threading
import time
from collections.abc import Callable

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.server.known_tokens import KnownTokens
from nexcred.server.principal import Principal
from nexcred.services.service_tokens import digest_of

LIFE_S = 24 * 3600
# Of one key; a program that logs in anew each time pushes out its own alone.
_MOST_OF_A_KEY = 1_000
_BYTES = 32


class _Issued(NamedTuple):
    """`key` is the hash of the text that it was issued for."""

    key: str
    until_s: float

    def __repr__(self) -> str:
        return repr_of(self)


class AccessTokens:
    """Threads may share it."""

    def __init__(self, known: KnownTokens, clock: Callable[[], float] = time.monotonic) -> None:
        self._known = known
        self._clock = clock
        self._lock = threading.Lock()
        self._issued: dict[str, _Issued] = {}

    def issue(self, key: str) -> str:
        """Return a new one for a token that was let in; what has ended is forgotten meanwhile."""
        text, of, now = secrets.token_urlsafe(_BYTES), digest_of(key), self._clock()
        with self._lock:
            live = {one: issued for one, issued in self._issued.items() if now < issued.until_s}
            own = [one for one, issued in live.items() if issued.key == of]
            for oldest in own[: max(0, len(own) - _MOST_OF_A_KEY + 1)]:
                del live[oldest]
            live[digest_of(text)] = _Issued(of, now + LIFE_S)
            self._issued = live
        return text

    def principal_of(self, text: str) -> Principal | None:
        """Return for whom it was issued; None where it ended, or the token that it was issued for did."""
        issued = self._issued.get(digest_of(text))
        if issued is None or self._clock() >= issued.until_s:
            return None
        return self._known.principal_of_digest(issued.key)

    def end(self, text: str) -> None:
        """End it; one that is none is nothing to end."""
        with self._lock:
            self._issued = {one: issued for one, issued in self._issued.items() if one != digest_of(text)}
