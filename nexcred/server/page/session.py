"""What opens the page: a link that serves once, then a cookie below a path that nobody can guess, until the end."""

import hmac
import threading
from collections.abc import Callable
from secrets import token_urlsafe
from typing import Literal

# Octets of each: as many bits as a key has.
_OCTETS = 32
LINK_LIFE_S = 60.0
COOKIE = "nexcred"

Opening = Literal["opened", "used", "late", "wrong"]


class OneTimeLink:
    """Serves once, within its time; threads may try at once."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.word = token_urlsafe(_OCTETS)
        self._clock = clock
        self._ends_at = clock() + LINK_LIFE_S
        self._lock = threading.Lock()
        self._is_used = False

    def use(self, said: str) -> Opening:
        """Say whether this opens the page, and let nobody use it again."""
        if not is_same(said, self.word):
            return "wrong"
        with self._lock:
            if self._is_used:
                return "used"
            if self._clock() > self._ends_at:
                return "late"
            self._is_used = True
        return "opened"


class PageSession:
    """The secrets of one process: where its pages lie, the cookie, and what its forms carry."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.key = token_urlsafe(_OCTETS)
        self.cookie = token_urlsafe(_OCTETS)
        self.form_token = token_urlsafe(_OCTETS)
        self.link = OneTimeLink(clock)

    @property
    def base(self) -> str:
        """The path below which its pages lie."""
        return f"/page/{self.key}"

    @property
    def set_cookie(self) -> str:
        """Bind the cookie to that path: cookies know no ports, and other servers of this machine get none of it."""
        return f"{COOKIE}={self.cookie}; Path={self.base}; HttpOnly; SameSite=Strict"

    def is_known(self, key: str, cookies: str) -> bool:
        """True for a request to its path that brings its cookie."""
        brought = [
            value for name, _, value in (one.strip().partition("=") for one in cookies.split(";")) if name == COOKIE
        ]
        is_here = is_same(key, self.key)
        return len(brought) == 1 and is_same(brought[0], self.cookie) and is_here


def is_same(said: str, meant: str) -> bool:
    """Compare in a time that tells nothing."""
    return hmac.compare_digest(said.encode(errors="backslashreplace"), meant.encode())
