"""One request on a connection of its own: it dials only what the policy allows, within one deadline."""

import http.client
from collections.abc import Mapping
from functools import partial
from types import TracebackType
from typing import Self

import urllib3.exceptions
from urllib3 import HTTPHeaderDict
from urllib3.response import BaseHTTPResponse

from nexcred.http.connection import DialledHTTP, DialledHTTPS, connection_over
from nexcred.http.failures import Way, failure_of, proxy_unreached
from nexcred.http.policy import HostPolicy, Target
from nexcred.http.proxies import Proxy, proxy_for
from nexcred.http.reach import Resolver, resolve_checked
from nexcred.http.socks_proxy import ask_for_the_way
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from nexcred.network.guarded_socket import GuardedSocket, connect_guarded
from nexcred.network.tls import authorities_variable, tls_context


class Exchange:
    """Leaving it ends the connection; until then the answer's body can be read.

    Not `requests`: a session would look for redirects, cookies and hooks, none of which may be, at twice the time.
    """

    def __init__(
        self, policy: HostPolicy, deadline: Deadline, *, environment: Mapping[str, str], resolver: Resolver
    ) -> None:
        self._policy = policy
        self._deadline = deadline
        self._environment = environment
        self._resolve = resolver
        self._line: GuardedSocket | None = None
        self._connection: DialledHTTP | DialledHTTPS | None = None
        self._answer: BaseHTTPResponse | None = None
        self._is_sent = False
        self._way = Way()

    @property
    def was_cut(self) -> bool:
        """True when the deadline ended the connection, which looks like the end of the answer."""
        return self._line is not None and self._line.was_cut

    def send(self, method: str, url: str, headers: HTTPHeaderDict, body: bytes | None) -> BaseHTTPResponse:
        """Send as the policy and the environment want it, and return the answer, its body unread.

        Raises HostRefused before anything is sent, TransportFailed when no answer could be had.
        """
        try:
            return self._send(method, url, headers, body)
        except TransportFailed as failed:
            failed.may_have_arrived = self._is_sent
            raise

    def _send(self, method: str, url: str, headers: HTTPHeaderDict, body: bytes | None) -> BaseHTTPResponse:
        target = self._policy.check(url)
        proxy = proxy_for(target, self._environment)
        self._line = self._open(target, proxy)
        if proxy and proxy.is_socks:
            self._line.socket = ask_for_the_way(
                self._line.socket, proxy, target, policy=self._policy, deadline=self._deadline, resolver=self._resolve
            )
            proxy = None  # what it passes on it does not understand
        self._way = Way(target.authority, proxy.authority if proxy else "", authorities_variable(self._environment))
        tls = partial(tls_context, self._environment)
        connection = self._connection = connection_over(self._line, target, proxy, tls, self._policy.shown)
        path = target.as_sent
        if proxy and target.scheme == "http":
            headers = headers | proxy.headers
            path = f"http://{target.authority}{path}"
        try:
            connection.connect()
            self._is_sent = True
            connection.request(method, path, body, headers, preload_content=False)
            self._answer = connection.getresponse()
            return self._answer
        except (OSError, http.client.HTTPException, urllib3.exceptions.HTTPError) as error:
            # `from None`: the chain below holds the request.
            raise self.failure(error) from None

    def failure(self, error: Exception) -> TransportFailed:
        """Translate what was raised on this way."""
        way = self._way._replace(has_begun=self._answer is not None)
        is_proxys = way.proxy and self._connection is not None and not self._connection.has_connected_to_proxy
        return failure_of(error, self._deadline, way._replace(peer=f"the proxy {way.proxy}") if is_proxys else way)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        for opened in (self._answer, self._connection):
            if opened is not None:  # each holds the socket open
                opened.close()
        if self._line is not None:
            self._line.close()

    def _open(self, target: Target, proxy: Proxy | None) -> GuardedSocket:
        addresses, port = resolve_checked(self._policy, target, proxy, self._deadline, self._resolve)
        try:
            return connect_guarded(addresses, port, self._deadline)
        except TransportFailed as failure:
            raise proxy_unreached(failure, proxy.authority) if proxy else failure from None
