"""The tokens of a running service, as their file says now: what is revoked ends at once."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from nexcred.local.service_tokens import ServiceToken, ServiceTokens, Stamp
from nexcred.model.times import utc_now
from nexcred.server.principal import Allowance, Principal
from nexcred.services.service_tokens import digest_of

_Known = Mapping[str, tuple[ServiceToken, Principal]]


class KnownTokens:
    """Looked up by the hash of what was sent, which tells nothing of how much of it was right. Threads may share it."""

    def __init__(self, tokens: ServiceTokens, now: Callable[[], datetime] = utc_now) -> None:
        self._tokens = tokens
        self._now = now
        self._lock = threading.Lock()
        self._read: tuple[Stamp | None, _Known] = None, MappingProxyType({})

    def principal_of_key(self, key: str) -> Principal | None:
        """Return whose token this text is; None for nobody's, or one that ended. Raises StoreFailed."""
        return self.principal_of_digest(digest_of(key))

    def principal_of_digest(self, digest: str) -> Principal | None:
        """Return whose token has this hash, as `principal_of_key` does."""
        found = self._present().get(digest)
        if found is None or found[0].has_ended(self._now()):
            return None
        return found[1]

    def _present(self) -> _Known:
        stamp = self._tokens.stamp()
        if stamp == self._read[0]:
            return self._read[1]
        with self._lock:
            known = {one.digest: (one, _principal(one)) for one in self._tokens.read()} if stamp else {}
            self._read = stamp, known
        return known


def _principal(token: ServiceToken) -> Principal:
    allowances = tuple(Allowance(rule.right, rule.records) for rule in token.rules)
    return Principal(token.name, allowances, token.patterns)
