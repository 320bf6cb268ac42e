"""A connection to one target: dialled only where the policy allows, straight or through a proxy, within a deadline."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Protocol

from nexcred.http.failures import Way, failure_of, is_of_the_line, proxy_unreached
from nexcred.http.headers import request_head
from nexcred.http.policy import HostPolicy, Target
from nexcred.http.proxies import Proxy, proxy_for
from nexcred.http.reach import Resolver, resolve_checked
from nexcred.http.socks_proxy import ask_for_the_way
from nexcred.http.straight import StraightConnection
from nexcred.model.client_certificate import ClientCertificate
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed, too_late
from nexcred.network.guarded_socket import GuardedSocket, connect_guarded, has_word
from nexcred.network.tls import authorities_variable, tls_context

if TYPE_CHECKING:
    import socket

    from nexcred.http.whole_response import WholeResponse

_NEED_NO_LENGTH = frozenset({"GET", "HEAD", "DELETE", "TRACE", "OPTIONS", "CONNECT"})


class _Connection(Protocol):
    """What makes a connection speak TLS, or leads it through a proxy; then `sock` is to be written to and read."""

    sock: "socket.socket"

    def connect(self) -> None: ...
    def close(self) -> None: ...


class Connected:
    """Close it when the answers were read; it `is_open` until one of them was the last.

    Not `requests`: a session would look for redirects, cookies and hooks, none of which may be, at twice the time.
    """

    def __init__(self, line: GuardedSocket, connection: _Connection, way: Way, forwarding: Proxy | None) -> None:
        """Take the proxy that forwards what is asked, where one does."""
        self.line = line
        self._connection = connection
        self._way = way
        self._forwarding = forwarding
        self._answer: WholeResponse | None = None
        self.is_open = True

    def ask(
        self, target: Target, method: str, headers: Iterable[tuple[str, str]], body: bytes | None, deadline: Deadline
    ) -> "WholeResponse":
        """Send, and return the answer, its body unread."""
        self._answer = None
        line, path, lines = self._connection.sock, target.as_sent, [*headers]
        if body is not None or method.upper() not in _NEED_NO_LENGTH:
            lines.insert(0, ("Content-Length", str(len(body or b""))))
        if self._forwarding:
            path = f"http://{target.authority}{path}"
            lines += self._forwarding.headers.items()
        line.settimeout(deadline.remaining_s())
        line.sendall(request_head(method, path, target.authority, lines))
        if body:
            line.sendall(body)
        from nexcred.http.whole_response import answer_on  # which takes its time: the answer comes meanwhile

        self._answer = answer_on(line, method)
        self.is_open = not self._answer.will_close
        return self._answer

    @contextmanager
    def explaining(self, deadline: Deadline) -> Iterator[None]:
        """Raise TransportFailed for what is raised on this way, and for an end that the deadline made."""
        try:
            yield
        except Exception as error:
            if not is_of_the_line(error):
                raise
            # `from None`: the chain below holds the request.
            raise self._failure(error, deadline) from None
        if self.line.was_cut:
            # To http.client the cut looks like the end of the headers, or of a body of unknown length.
            raise too_late(deadline)

    @property
    def is_usable(self) -> bool:
        """False for a connection that has ended, or on which something came that nobody asked for."""
        return self.is_open and not has_word(self._connection.sock)

    def close(self) -> None:
        for opened in (self._answer, self._connection, self.line):
            if opened is not None:  # each holds the socket open
                opened.close()

    def _failure(self, error: Exception, deadline: Deadline) -> TransportFailed:
        if self.line.was_cut:
            return too_late(deadline)
        way = self._way._replace(has_begun=self._answer is not None)
        if way.proxy and not getattr(self._connection, "has_connected_to_proxy", False):
            way = way._replace(peer=f"the proxy {way.proxy}")
        return failure_of(error, deadline, way)


def connect_to(
    target: Target, policy: HostPolicy, deadline: Deadline, environment: Mapping[str, str], resolver: Resolver
) -> Connected:
    """Return a connection to ask over; raise HostRefused, and TransportFailed before anything may have arrived."""
    try:
        return _connect_to(target, policy, deadline, environment, resolver)
    except TransportFailed as failed:
        failed.may_have_arrived = False
        raise


def _connect_to(
    target: Target, policy: HostPolicy, deadline: Deadline, environment: Mapping[str, str], resolver: Resolver
) -> Connected:
    proxy = proxy_for(target, environment)
    addresses, port = resolve_checked(policy, target, proxy, deadline, resolver)
    try:
        line = connect_guarded(addresses, port, deadline)
    except TransportFailed as failure:
        raise proxy_unreached(failure, proxy.authority) if proxy else failure from None
    opened: Connected | GuardedSocket = line
    try:
        if proxy and proxy.is_socks:
            line.socket = ask_for_the_way(
                line.socket, proxy, target, policy=policy, deadline=deadline, resolver=resolver
            )
            proxy = None  # what it passes on it does not understand
        way = Way(target.authority, proxy.authority if proxy else "", authorities_variable(environment))
        connection = _connection(line, target, proxy, environment, policy.shown)
        opened = Connected(line, connection, way, proxy if target.scheme == "http" else None)
        with opened.explaining(deadline):
            connection.connect()
    except BaseException:
        opened.close()
        raise
    return opened


def _connection(
    line: GuardedSocket,
    target: Target,
    proxy: Proxy | None,
    environment: Mapping[str, str],
    shown: ClientCertificate | None,
) -> _Connection:
    tls = partial(tls_context, environment)
    if proxy is None:
        return StraightConnection(line, target, partial(tls, shown))
    from nexcred.http.connection import connection_through  # which imports urllib3

    return connection_through(proxy, line, target, tls, shown)
