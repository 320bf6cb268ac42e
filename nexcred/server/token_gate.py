"""Lets programs in that bring a token, and no page of a browser."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping

from starlette.types import Scope

from nexcred.errors import StoreFailed
from nexcred.server.access_tokens import AccessTokens
from nexcred.server.call import Reply
from nexcred.server.edge import Refusal
from nexcred.server.endpoint import Scheme
from nexcred.server.failures import refusal
from nexcred.server.known_tokens import KnownTokens
from nexcred.server.principal import Principal

_LOG = logging.getLogger("nexcred")
_NOBODY = Principal("nobody", ())
_WINDOW_S = 60.0
# Wrong tokens within the window, of all clients together; then more of them wait. Whoever brings a right one does not.
MOST_FAILURES = 30
_OF_THIS_PAGE = frozenset({"none", "same-origin"})


class TokenGate:
    """`hosts` are the names under which the service listens, with their ports, in lower case.

    A Unix socket has no name that a page could lead to it, so none is asked for there.
    """

    def __init__(
        self,
        known: KnownTokens,
        access_tokens: AccessTokens,
        hosts: Collection[str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._known = known
        self._access_tokens = access_tokens
        self._hosts = frozenset(hosts)
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: deque[float] = deque(maxlen=MOST_FAILURES)

    def check_origin(self, scope: Scope, headers: Mapping[str, str]) -> None:
        """Refuse a name that was led here by DNS, and whatever a browser sends for a page."""
        if not _is_local(scope) and headers.get("host", "").lower() not in self._hosts:
            raise Refusal(refusal(421, "wrong_host", "this service does not go by that name"))
        if "origin" in headers or headers.get("sec-fetch-site", "none") not in _OF_THIS_PAGE:
            raise Refusal(refusal(403, "foreign_origin", "no page may ask this service"))

    def principal_of(self, scope: Scope, headers: Mapping[str, str], scheme: Scheme) -> Principal:  # noqa: ARG002
        """Return whose token it is that stands where this endpoint wants it."""
        if scheme == "open":
            return _NOBODY
        text = _token_in(headers.get("authorization", ""), scheme)
        try:
            found = self._whose(text, scheme) if text else None
        except StoreFailed as error:
            _LOG.error("%s", error.message)
            raise Refusal(refusal(503, "tokens_unreadable", "the tokens of this service cannot be read")) from None
        if found is None:
            raise Refusal(self._refusal())
        return found

    def _whose(self, text: str, scheme: Scheme) -> Principal | None:
        found = self._known.principal_of_key(text)
        return self._access_tokens.principal_of(text) if found is None and scheme == "bearer" else found

    def _refusal(self) -> Reply:
        """Return the answer to nobody who is known, and count it."""
        now = self._clock()
        with self._lock:
            is_full = len(self._failures) == MOST_FAILURES and now - self._failures[0] < _WINDOW_S
            if not is_full:
                self._failures.append(now)
        if is_full:
            wait = {"retry-after": str(int(_WINDOW_S))}
            return refusal(429, "too_many_failures", "too many wrong tokens: try again later", headers=wait)
        challenge = {"www-authenticate": "Bearer"}
        return refusal(401, "unauthorized", "this needs a token that is good", headers=challenge)


def _token_in(authorization: str, scheme: Scheme) -> str:
    """Return the token that stands there; "" for none, or another way to prove who asks."""
    if scheme == "raw":
        return authorization.strip()
    word, _, text = authorization.partition(" ")
    return text.strip() if word.lower() == scheme else ""


def _is_local(scope: Scope) -> bool:
    """True for a Unix socket."""
    server = scope.get("server")
    return server is not None and server[1] is None
