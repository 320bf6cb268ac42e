"""One request, one answer. No redirects, cookies, .netrc or retries: each would take a credential somewhere unasked."""

import contextlib
import http.client
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlencode

import urllib3.exceptions
from urllib3.response import HTTPResponse

import nexcred
from nexcred.auth.flow import Request, Response
from nexcred.errors import InvalidData
from nexcred.http.addresses import Address
from nexcred.http.body import read_body
from nexcred.http.connection import connection_over
from nexcred.http.deadline import Deadline
from nexcred.http.failures import failure_of, too_late
from nexcred.http.headers import check_headers
from nexcred.http.line import Line, dial
from nexcred.http.policy import HostPolicy, Target
from nexcred.http.proxies import Proxy, proxy_for
from nexcred.http.resolve import resolve
from nexcred.http.tls import tls_context

Resolver = Callable[[str, Deadline], tuple[Address, ...]]

_DEFAULTS = {
    "User-Agent": f"nexcred/{nexcred.__version__}",
    "Accept": "application/json",
    "Accept-Encoding": "gzip, deflate",
    "Connection": "close",
}


class Transport:
    """Sends requests to the hosts of one policy. Holds no connection, so threads may share it."""

    def __init__(self, policy: HostPolicy, *, environment: Mapping[str, str], resolver: Resolver = resolve) -> None:
        self._policy = policy
        self._environment = environment
        self._resolve = resolver

    def send(self, request: Request, deadline: Deadline) -> Response:
        """Return the answer, whatever its status; the body of a redirect is left unread and empty.

        Raises HostRefused and InvalidData before anything is sent, TransportFailed when no answer could be had.
        """
        headers = _complete(check_headers(request.headers))
        target = self._policy.check(request.url)
        proxy = proxy_for(target, self._environment)
        with self._open(target, proxy, deadline) as line:
            connection = connection_over(line, target, proxy, lambda: tls_context(self._environment))
            if proxy and target.scheme == "http":
                headers.update(proxy.headers)
            try:
                connection.connect()
                connection.request(
                    request.method,
                    _request_target(target, request.query, absolute=proxy is not None and target.scheme == "http"),
                    body=request.body,
                    headers=headers,
                    preload_content=False,
                )
                with contextlib.closing(connection.getresponse()) as answer:
                    response = _read(answer)
            except (OSError, http.client.HTTPException, urllib3.exceptions.HTTPError) as error:
                # `from None`: the chain below holds the request.
                raise failure_of(error, deadline) from None
            finally:
                connection.close()
            if line.was_cut:
                # To http.client the cut looks like the end of the headers, or of a body of unknown length.
                raise too_late(deadline)
            return response

    def _open(self, target: Target, proxy: Proxy | None, deadline: Deadline) -> Line:
        """Dial the very addresses that were checked. A proxy looks the target up itself, and may be private."""
        host, port = (proxy.host, proxy.port) if proxy else (target.host, target.port)
        addresses = (host.address,) if host.address is not None else self._resolve(host.name, deadline)
        if proxy is None:
            self._policy.check_addresses(target, addresses)
        return dial(addresses, port, deadline)


def _complete(headers: dict[str, str]) -> dict[str, str]:
    given = {name.lower() for name in headers}
    return {name: value for name, value in _DEFAULTS.items() if name.lower() not in given} | headers


def _request_target(target: Target, query: tuple[tuple[str, str], ...], *, absolute: bool) -> str:
    try:
        encoded = urlencode(query, quote_via=quote)
    except UnicodeEncodeError:
        raise InvalidData("a value for the query holds half a character (a lone surrogate)") from None
    joined = "&".join(part for part in (target.query, encoded) if part)
    path = f"{target.path}?{joined}" if joined else target.path
    return f"{target.scheme}://{target.authority}{path}" if absolute else path


def _read(answer: HTTPResponse) -> Response:
    headers = {name.lower(): answer.headers[name] for name in answer.headers}
    is_redirect = 300 <= answer.status < 400
    return Response(answer.status, headers, b"" if is_redirect else read_body(answer))
