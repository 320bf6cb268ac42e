"""Requests one after another to the hosts of one policy, over connections that stay open in between.

For what asks the same host again and again, where each connection would cost more than its request.
"""

import os
import threading
import weakref
from collections.abc import Mapping

from nexcred.auth.flow import Request, Response
from nexcred.auth.query import full_url
from nexcred.http.connected import Connected, connect_to
from nexcred.http.headers import complete, gathered, joined
from nexcred.http.policy import HostPolicy, Target
from nexcred.http.reach import Resolver
from nexcred.network.deadline import Deadline
from nexcred.network.resolve import resolve
from nexcred.version import __version__

_DEFAULTS = {"User-Agent": f"nexcred/{__version__}", "Accept-Encoding": "identity"}


class KeptTransport:
    """Sends requests, each within its own deadline, and follows nothing. Threads may share it, and forks may use it.

    Bodies come as they were sent: nobody is asked to pack any.
    """

    def __init__(
        self, policy: HostPolicy, environment: Mapping[str, str], *, resolver: Resolver = resolve, most_kept: int = 32
    ) -> None:
        self._policy = policy
        self._environment = environment
        self._resolve = resolver
        self._most_kept = most_kept
        self._lock = threading.Lock()
        self._idle: list[tuple[str, Connected]] = []
        self._owner = os.getpid()
        weakref.finalize(self, _close, self._idle)

    def send(self, request: Request, deadline: Deadline, largest_body: int) -> Response:
        """Return the answer, whatever its status; raise HostRefused, TransportFailed."""
        headers = complete(request.headers, _DEFAULTS)
        target = self._policy.check(full_url(request))
        kept = self._take(target) or connect_to(target, self._policy, deadline, self._environment, self._resolve)
        kept.line.renew(deadline)
        try:
            with kept.explaining(deadline):
                answer = kept.ask(target, request.method, headers.items(), request.body, deadline)
                came = joined(gathered(answer.headers.items()))
                response = Response(answer.status, came, answer.whole_body(largest_body))
        except BaseException:
            kept.close()
            raise
        self._keep(target, kept)
        return response

    def _take(self, target: Target) -> Connected | None:
        """Return a connection that is open still; those that a parent process opened are its own."""
        with self._lock:
            if self._owner != os.getpid():
                self._owner = os.getpid()
                self._idle.clear()
            for place in range(len(self._idle) - 1, -1, -1):
                authority, kept = self._idle[place]
                if authority != _place_of(target):
                    continue
                del self._idle[place]
                if kept.is_usable:
                    return kept
                kept.close()
        return None

    def _keep(self, target: Target, kept: Connected) -> None:
        kept.line.rest()
        with self._lock:
            if kept.is_open and len(self._idle) < self._most_kept:
                self._idle.append((_place_of(target), kept))
                return
        kept.close()


def _close(idle: list[tuple[str, Connected]]) -> None:
    """Close what nobody is going to ask any more."""
    while idle:
        idle.pop()[1].close()


def _place_of(target: Target) -> str:
    return f"{target.scheme}://{target.authority}"
