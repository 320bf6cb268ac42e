"""One request, one answer. No redirects, cookies, .netrc or retries: each would take a credential somewhere unasked."""

import http.client
from collections.abc import Mapping

import urllib3.exceptions
from urllib3 import HTTPHeaderDict
from urllib3.response import BaseHTTPResponse

from nexcred.auth.flow import Request, Response
from nexcred.auth.query import full_url
from nexcred.http.body import LARGEST_BODY_BYTES, read_body, unpacked
from nexcred.http.exchange import Exchange
from nexcred.http.headers import check_headers
from nexcred.http.policy import HostPolicy
from nexcred.http.reach import Resolver
from nexcred.network.deadline import Deadline
from nexcred.network.failures import too_late
from nexcred.network.resolve import resolve
from nexcred.version import __version__

USER_AGENT = f"nexcred/{__version__}"
PACKED = "gzip, deflate"
_DEFAULTS = {
    "User-Agent": USER_AGENT,
    "Accept": "application/json",
    "Accept-Encoding": PACKED,
    "Connection": "close",
}
_AS_SENT = _DEFAULTS | {"Accept-Encoding": "identity"}


class Transport:
    """Sends requests to the hosts of one policy. Holds no connection, so threads may share it.

    With `as_sent` bodies stay packed as they came, those of redirects are read too, and nobody is asked to pack any.
    """

    def __init__(
        self,
        policy: HostPolicy,
        *,
        environment: Mapping[str, str],
        resolver: Resolver = resolve,
        largest_body: int = LARGEST_BODY_BYTES,
        as_sent: bool = False,
    ) -> None:
        self._policy = policy
        self._largest_body = largest_body
        self._as_sent = as_sent
        self._environment = environment
        self._resolve = resolver

    def send(self, request: Request, deadline: Deadline) -> Response:
        """Return the answer, whatever its status; the body of a redirect is left unread and empty, unless `as_sent`.

        Raises HostRefused and InvalidData before anything is sent, TransportFailed when no answer could be had.
        """
        headers = _complete(check_headers(request.headers), _AS_SENT if self._as_sent else _DEFAULTS)
        for name, value in request.repeated:
            check_headers({name: value})
            headers.add(name, value)
        exchange = Exchange(self._policy, deadline, environment=self._environment, resolver=self._resolve)
        url = full_url(request)
        with exchange:
            try:
                response = _read(
                    exchange.send(request.method, url, headers, request.body),
                    self._largest_body,
                    as_sent=self._as_sent,
                )
            except (OSError, http.client.HTTPException, urllib3.exceptions.HTTPError) as error:
                raise exchange.failure(error) from None
            if exchange.was_cut:
                # To http.client the cut looks like the end of the headers, or of a body of unknown length.
                raise too_late(deadline)
            return response


def _complete(headers: dict[str, str], defaults: Mapping[str, str]) -> HTTPHeaderDict:
    given = {name.lower() for name in headers}
    return HTTPHeaderDict({name: value for name, value in defaults.items() if name.lower() not in given} | headers)


def _read(answer: BaseHTTPResponse, largest_body: int, *, as_sent: bool) -> Response:
    headers = {name.lower(): answer.headers[name] for name in answer.headers}  # each once, its values joined
    is_redirect = 300 <= answer.status < 400
    if is_redirect and not as_sent:
        return Response(answer.status, headers, b"")
    lines = tuple((name.lower(), value) for name, value in answer.headers.items())
    response = Response(answer.status, headers, read_body(answer, largest_body), lines)
    return response if as_sent else unpacked(response, largest_body)
