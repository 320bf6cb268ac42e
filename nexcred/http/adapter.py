"""The adapter under every requests session of nexcred: it dials only what the policy allows, within one deadline."""

import http.client
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import requests
import urllib3.exceptions
from requests.adapters import HTTPAdapter

from nexcred.http.addresses import Address
from nexcred.http.connection import PinnedHTTP, PinnedHTTPS, connection_over
from nexcred.http.deadline import Deadline
from nexcred.http.failures import failure_of
from nexcred.http.line import Line, dial
from nexcred.http.policy import HostPolicy, Target
from nexcred.http.proxies import Proxy, proxy_for
from nexcred.http.tls import tls_context

Resolver = Callable[[str, Deadline], tuple[Address, ...]]


class GuardedAdapter(HTTPAdapter):
    """Carries one exchange. Closing it, as its session does, ends the connection; until then the body can be read."""

    def __init__(
        self, policy: HostPolicy, deadline: Deadline, *, environment: Mapping[str, str], resolver: Resolver
    ) -> None:
        super().__init__()
        self._policy = policy
        self._deadline = deadline
        self._environment = environment
        self._resolve = resolver
        self._line: Line | None = None
        self._connection: PinnedHTTP | PinnedHTTPS | None = None

    @property
    def was_cut(self) -> bool:
        """True when the deadline ended the connection, which looks like the end of the answer."""
        return self._line is not None and self._line.was_cut

    def send(self, request: requests.PreparedRequest, *_: Any, **_ignored: Any) -> requests.Response:
        """Send as the policy and the environment want it, whatever timeout, proxies or CA a caller names.

        Raises HostRefused before anything is sent, TransportFailed when no answer could be had.
        """
        target = self._policy.check(request.url or "")
        proxy = proxy_for(target, self._environment)
        self._line = self._open(target, proxy)
        tls = partial(tls_context, self._environment)
        connection = self._connection = connection_over(self._line, target, proxy, tls)
        headers = dict(request.headers)
        path = request.path_url
        if proxy and target.scheme == "http":
            headers |= proxy.headers
            path = f"http://{target.authority}{path}"
        try:
            connection.connect()
            connection.request(request.method or "GET", path, request.body, headers, preload_content=False)
            return self.build_response(request, connection.getresponse())
        except (OSError, http.client.HTTPException, urllib3.exceptions.HTTPError) as error:
            # `from None`: the chain below holds the request.
            raise failure_of(error, self._deadline) from None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._line is not None:
            self._line.close()
        super().close()

    def _open(self, target: Target, proxy: Proxy | None) -> Line:
        """Dial the very addresses that were checked. A proxy looks the target up itself, and may be private."""
        host, port = (proxy.host, proxy.port) if proxy else (target.host, target.port)
        addresses = (host.address,) if host.address is not None else self._resolve(host.name, self._deadline)
        if proxy is None:
            self._policy.check_addresses(target, addresses)
        return dial(addresses, port, self._deadline)
