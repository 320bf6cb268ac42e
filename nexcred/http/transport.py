"""One request, one answer. No redirects, cookies, .netrc or retries: each would take a credential somewhere unasked."""

import http.client
from collections.abc import Mapping
from urllib.parse import quote, urlencode

import requests
import urllib3.exceptions

import nexcred
from nexcred.auth.flow import Request, Response
from nexcred.errors import InvalidData
from nexcred.http.adapter import GuardedAdapter, Resolver
from nexcred.http.body import read_body
from nexcred.http.deadline import Deadline
from nexcred.http.failures import failure_of, too_late
from nexcred.http.headers import check_headers
from nexcred.http.policy import HostPolicy
from nexcred.http.resolve import resolve

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
        self._policy.check(request.url)  # as it was written, before anything normalises it
        adapter = GuardedAdapter(self._policy, deadline, environment=self._environment, resolver=self._resolve)
        with _Session(adapter) as session:
            url = _full_url(request)
            try:
                prepared = requests.Request(request.method, url, headers, data=request.body).prepare()
                with session.send(prepared, stream=True, allow_redirects=False) as answer:
                    response = _read(answer)
            except (OSError, http.client.HTTPException, urllib3.exceptions.HTTPError) as error:
                raise failure_of(error, deadline) from None
            if adapter.was_cut:
                # To http.client the cut looks like the end of the headers, or of a body of unknown length.
                raise too_late(deadline)
            return response


class _Session(requests.Session):
    """A session that takes nothing from the environment and goes nowhere by itself."""

    def __init__(self, adapter: GuardedAdapter) -> None:
        super().__init__()
        self.trust_env = False
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Never any: even told not to follow, requests reads a redirect's whole body to prepare the next request."""


def _complete(headers: dict[str, str]) -> dict[str, str]:
    given = {name.lower() for name in headers}
    return {name: value for name, value in _DEFAULTS.items() if name.lower() not in given} | headers


def _full_url(request: Request) -> str:
    try:
        encoded = urlencode(request.query, quote_via=quote)
    except UnicodeEncodeError:
        raise InvalidData("a value for the query holds half a character (a lone surrogate)") from None
    if not encoded:
        return request.url
    return f"{request.url}{'&' if '?' in request.url else '?'}{encoded}"


def _read(answer: requests.Response) -> Response:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    is_redirect = 300 <= answer.status_code < 400
    return Response(answer.status_code, headers, b"" if is_redirect else read_body(answer.raw))
