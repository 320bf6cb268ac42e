"""What one server and we agree on while it is asked several things by Digest (RFC 7616, 3.3 to 3.5)."""

import secrets
import threading
from collections.abc import Mapping

from nexcred.auth.challenge import challenges_in
from nexcred.auth.digest_answer import Answerable, answered, strongest
from nexcred.auth.flow import Request


class DigestState:
    """Answers the newest challenge, and counts the requests with its nonce. Threads may share it."""

    def __init__(self, known: Answerable, username: str, password: str) -> None:
        self._lock = threading.Lock()
        self._username = username
        self._password = password
        self._begin(known)

    def finish(self, request: Request) -> Request:
        """Return the request with its proof, which no other one has."""
        with self._lock:
            self._count += 1
            known, count, cnonce = self._known, self._count, self._cnonce
        return answered(request, known, self._username, self._password, count=count, cnonce=cnonce)

    def hear(self, status: int, headers: Mapping[str, str]) -> bool:
        """Take the nonce that an answer gives; return true where the request is to be sent again with it.

        A refusal counts against the password where its nonce was new. One that was used before may have run out, which
        not every server says.
        """
        with self._lock:
            if status != 401:
                self._take_next(headers.get("authentication-info") or "")
                return False
            asked = strongest(challenges_in(headers.get("www-authenticate") or ""))
            if asked is None:
                return False
            had = self._count
            is_stale = asked.parameters.get("stale", "").lower() == "true"
            is_other = asked.nonce != self._known.nonce
            if is_other:
                self._begin(asked)
            return is_other and (is_stale or had > 1)

    def _take_next(self, info: str) -> None:
        """The key of a `-sess` is made with the first nonce, so that its servers say when that one runs out."""
        told = challenges_in(f"Digest {info}")[0].parameters.get("nextnonce", "") if info else ""
        if told and not self._known.is_session and told != self._known.nonce:
            self._begin(self._known._replace(parameters={**self._known.parameters, "nonce": told}))

    def _begin(self, known: Answerable) -> None:
        self._known = known
        self._count = 0
        # One of our own for all requests of a session, whose key is made with it.
        self._cnonce = secrets.token_urlsafe(24) if known.is_session else ""
