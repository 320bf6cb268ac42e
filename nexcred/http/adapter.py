"""The transport adapter of a `requests.Session`: sends only to one policy's hosts, with the usual proxies and CAs."""

from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import urldefrag

import requests
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.util import Timeout

from nexcred.errors import InvalidData
from nexcred.http.failures import Way, failure_of
from nexcred.http.policy import HostPolicy, Target
from nexcred.http.pools import Pools
from nexcred.http.proxies import Proxy, proxy_for
from nexcred.http.reach import Resolver
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from nexcred.network.resolve import resolve
from nexcred.network.tls import authorities_variable


class GuardedAdapter(HTTPAdapter):
    """Checks each address before it is looked up and again when it is dialled; threads may share it.

    A request without a timeout gets one. What requests raises holds no URL and no request here: either may carry what
    authenticates. Raises HostRefused for another host, InvalidData where certificates were not to be checked.
    """

    def __init__(
        self, policy: HostPolicy, environment: Mapping[str, str], *, timeout_s: float, resolver: Resolver = resolve
    ) -> None:
        self.policy = policy
        self._environment = environment
        self._timeout_s = timeout_s
        self._pools = Pools(policy, environment, resolver)
        super().__init__()

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        request.url = urldefrag(str(request.url)).url
        authority = self.policy.check(request.url).authority
        limit = self._limit(timeout)
        deadline = Deadline.after(float(limit.read_timeout or self._timeout_s))
        try:
            return super().send(request, stream, limit, verify, cert, proxies)  # type: ignore[arg-type]
        except TransportFailed as failed:
            raise requests.ConnectionError(f"{authority}: {failed.detail}") from None
        except requests.RequestException as error:
            kind = type(error)
            detail = failure_of(error, deadline, self._named(request, proxies)).detail
        raise kind(f"{authority}: {detail}")

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        verify: Any,  # noqa: ARG002  requests passes it by position
        proxies: Mapping[str, str] | None = None,
        cert: Any = None,  # noqa: ARG002
    ) -> HTTPConnectionPool:
        return self._pools.pool(*self._way(request, proxies))

    def cert_verify(self, conn: object, url: object, verify: object, cert: object) -> None:  # noqa: ARG002
        """Leave TLS as the environment wants it; raise InvalidData for what would have it otherwise."""
        if verify is not True and verify is not None:
            raise InvalidData(
                "certificates are always checked, by the authorities that the environment names",
                hint="name your own authority by REQUESTS_CA_BUNDLE or SSL_CERT_FILE",
            )
        if cert is not None:
            raise InvalidData("client certificates are not supported here")

    def request_url(self, request: requests.PreparedRequest, proxies: Mapping[str, str] | None) -> str:
        target, proxy = self._way(request, proxies)
        forwards = proxy is not None and not proxy.is_socks
        return str(request.url) if target.scheme == "http" and forwards else request.path_url

    def close(self) -> None:
        self._pools.close()
        super().close()

    def __getstate__(self) -> NoReturn:
        raise TypeError("what sends as a credential is not pickled")

    def _way(self, request: requests.PreparedRequest, proxies: Mapping[str, str] | None) -> tuple[Target, Proxy | None]:
        """Return the target and the proxy: one that the caller names, else what the environment says."""
        target = self.policy.check(str(request.url))
        named = {f"{scheme}_proxy": url for scheme, url in (proxies or {}).items() if url}
        return target, proxy_for(target, {**self._environment, **named})

    def _named(self, request: requests.PreparedRequest, proxies: Mapping[str, str] | None) -> Way:
        proxy = self._way(request, proxies)[1]
        return Way("", proxy.authority if proxy else "", authorities_variable(self._environment))

    def _limit(self, timeout: Any) -> Timeout:
        if isinstance(timeout, Timeout):
            begun = timeout.clone()
            begun.start_connect()  # before that, urllib3 does not say how long an answer may take
            timeout = (begun.connect_timeout, begun.read_timeout)
        connecting, reading = timeout if isinstance(timeout, tuple) else (timeout, timeout)
        return Timeout(connect=self._bounded(connecting), read=self._bounded(reading))

    def _bounded(self, given: Any) -> Any:
        """Return what was given, or the session's own limit for none."""
        return self._timeout_s if given is None or given is Timeout.DEFAULT_TIMEOUT else given
