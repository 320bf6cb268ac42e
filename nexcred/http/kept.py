"""Requests one after another to the hosts of one policy, over connections that stay open in between.

For what asks the same host again and again, where each connection would cost more than its request.
"""

import os
import threading
import weakref
from collections.abc import Mapping
from functools import partial
from http.client import HTTPConnection, HTTPResponse

from nexcred.auth.flow import Request, Response
from nexcred.auth.query import full_url
from nexcred.http.body import read_plain_body
from nexcred.http.failures import Way, failure_of, is_of_the_line, proxy_unreached
from nexcred.http.headers import check_headers
from nexcred.http.policy import HostPolicy, Target
from nexcred.http.proxies import Proxy, proxy_for
from nexcred.http.reach import Resolver, resolve_checked
from nexcred.http.straight import StraightConnection
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed, too_late
from nexcred.network.guarded_socket import GuardedSocket, connect_guarded, has_word
from nexcred.network.resolve import resolve
from nexcred.network.tls import authorities_variable, tls_context
from nexcred.version import __version__

_DEFAULTS = {"User-Agent": f"nexcred/{__version__}", "Accept-Encoding": "identity"}


class _Kept:
    """One connection, its deadline, and the way that it goes."""

    def __init__(self, line: GuardedSocket, connection: HTTPConnection, way: Way, proxy: Proxy | None):
        self.line = line
        self.connection = connection
        self.way = way
        self.proxy = proxy

    def close(self) -> None:
        self.connection.close()
        self.line.close()


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
        self._idle: list[tuple[str, _Kept]] = []
        self._owner = os.getpid()
        weakref.finalize(self, _close, self._idle)

    def send(self, request: Request, deadline: Deadline, largest_body: int) -> Response:
        """Return the answer, whatever its status; raise HostRefused, TransportFailed."""
        url = full_url(request)
        target = self._policy.check(url)
        kept = self._take(target) or self._open(target, deadline)
        kept.line.renew(deadline)
        try:
            response = _exchange(kept, target, request, largest_body, deadline)
        except BaseException:
            kept.close()
            raise
        if kept.line.was_cut:
            kept.close()
            raise too_late(deadline)
        self._keep(target, kept)
        return response

    def _take(self, target: Target) -> _Kept | None:
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
                if not has_word(kept.connection.sock):
                    return kept
                kept.close()
        return None

    def _keep(self, target: Target, kept: _Kept) -> None:
        kept.line.rest()
        with self._lock:
            if kept.connection.sock is not None and len(self._idle) < self._most_kept:
                self._idle.append((_place_of(target), kept))
                return
        kept.close()

    def _open(self, target: Target, deadline: Deadline) -> _Kept:
        proxy = proxy_for(target, self._environment)
        addresses, port = resolve_checked(self._policy, target, proxy, deadline, self._resolve)
        try:
            line = connect_guarded(addresses, port, deadline)
        except TransportFailed as failure:
            raise proxy_unreached(failure, proxy.authority) if proxy else failure from None
        try:
            if proxy and proxy.is_socks:
                from nexcred.http.socks_proxy import ask_for_the_way  # which few need

                line.socket = ask_for_the_way(
                    line.socket, proxy, target, policy=self._policy, deadline=deadline, resolver=self._resolve
                )
                proxy = None  # what it passes on it does not understand
            way = Way(target.authority, proxy.authority if proxy else "", authorities_variable(self._environment))
            tls = partial(tls_context, self._environment)
            connection: HTTPConnection
            if proxy is None:
                connection = StraightConnection(line, target, partial(tls, self._policy.shown))
            else:
                from nexcred.http.connection import connection_over  # which imports urllib3

                connection = connection_over(line, target, proxy, tls, self._policy.shown)
        except BaseException:
            line.close()
            raise
        return _Kept(line, connection, way, proxy)


def _close(idle: list[tuple[str, _Kept]]) -> None:
    """Close what nobody is going to ask any more."""
    while idle:
        idle.pop()[1].close()


def _place_of(target: Target) -> str:
    return f"{target.scheme}://{target.authority}"


def _exchange(kept: _Kept, target: Target, request: Request, largest_body: int, deadline: Deadline) -> Response:
    given = check_headers(request.headers)
    named = {name.lower() for name in given}
    headers = given | {name: value for name, value in _DEFAULTS.items() if name.lower() not in named}
    path = target.as_sent
    if kept.proxy and target.scheme == "http":
        headers |= kept.proxy.headers
        path = f"http://{target.authority}{path}"
    connection, has_begun = kept.connection, False
    try:
        if connection.sock is None:
            connection.connect()
        connection.sock.settimeout(deadline.remaining_s())
        # As http.client has them: what urllib3 makes of these, on the way to a proxy, reads a body of any length.
        HTTPConnection.request(connection, request.method, path, request.body, headers)
        answer = HTTPConnection.getresponse(connection)
        has_begun = True
        return Response(answer.status, _joined(answer), read_plain_body(answer, largest_body))
    except Exception as error:
        if not is_of_the_line(error):
            raise
        if kept.line.was_cut:
            raise too_late(deadline) from None
        way = kept.way._replace(has_begun=has_begun)
        is_proxys = way.proxy and not getattr(connection, "has_connected_to_proxy", False)
        # `from None`: the chain below holds the request.
        raise failure_of(error, deadline, way._replace(peer=f"the proxy {way.proxy}") if is_proxys else way) from None


def _joined(answer: HTTPResponse) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in answer.headers.items():
        lower = name.lower()
        joined[lower] = f"{joined[lower]}, {value}" if lower in joined else value
    return joined
