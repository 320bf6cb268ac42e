"""One request, one answer. No redirects, cookies, .netrc or retries: each would take a credential somewhere unasked."""

from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING

from nexcred.auth.flow import Request, Response
from nexcred.auth.query import full_url
from nexcred.http.body import LARGEST_BODY_BYTES, unpacked
from nexcred.http.connected import connect_to
from nexcred.http.headers import check_headers, complete, gathered, joined
from nexcred.http.policy import HostPolicy
from nexcred.http.reach import Resolver
from nexcred.network.deadline import Deadline
from nexcred.network.resolve import resolve
from nexcred.version import __version__

if TYPE_CHECKING:
    from nexcred.http.whole_response import WholeResponse

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
        headers = [*complete(request.headers, _AS_SENT if self._as_sent else _DEFAULTS).items()]
        for name, value in request.repeated:
            headers += check_headers({name: value}).items()
        target = self._policy.check(full_url(request))
        way = connect_to(target, self._policy, deadline, self._environment, self._resolve)
        with closing(way) as connected, connected.explaining(deadline):
            answer = connected.ask(target, request.method, headers, request.body, deadline)
            return _read(answer, self._largest_body, as_sent=self._as_sent)


def _read(answer: "WholeResponse", largest_body: int, *, as_sent: bool) -> Response:
    fields = gathered(answer.headers.items())
    headers = joined(fields)
    is_redirect = 300 <= answer.status < 400
    if is_redirect and not as_sent:
        return Response(answer.status, headers, b"")
    lines = tuple((name, value) for name, values in fields.items() for value in values)
    response = Response(answer.status, headers, answer.whole_body(largest_body), lines)
    return response if as_sent else unpacked(response, largest_body)
