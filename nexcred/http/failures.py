"""Why no answer was had over HTTP, in a few lower-case words that hold no address part, header or body."""

import http.client
import re
from collections.abc import Iterator

import urllib3.exceptions

from nexcred.http.head import UnreadableHead
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed, line_failure, too_late

_PROXY_STATUS = re.compile(r"Tunnel connection failed: (\d{3})")


def failure_of(error: Exception, deadline: Deadline) -> TransportFailed:
    """Translate what a socket, TLS, HTTP or urllib3 raised."""
    if deadline.expired:
        return too_late(deadline)
    for cause in _causes(error):
        failure = _known(cause, deadline)
        if failure is not None:
            return failure
    return TransportFailed.unreachable("the connection failed")


def _known(error: BaseException, deadline: Deadline) -> TransportFailed | None:
    if isinstance(error, http.client.HTTPException | urllib3.exceptions.HTTPError) and not isinstance(
        error, TimeoutError
    ):
        return _http_failure(error)
    if isinstance(error, OSError):
        return _proxy_failure(error) or line_failure(error, deadline)
    return None


def _http_failure(error: Exception) -> TransportFailed | None:
    """Return None for an error that only wraps the one to look at."""
    if isinstance(error, http.client.RemoteDisconnected):
        return TransportFailed.unreachable("the connection was closed without an answer")
    if isinstance(error, http.client.IncompleteRead | urllib3.exceptions.IncompleteRead):
        return TransportFailed.unreachable("the answer broke off")
    if isinstance(error, urllib3.exceptions.InvalidChunkLength):
        return TransportFailed.unreachable("the answer broke off")
    if isinstance(error, urllib3.exceptions.DecodeError):
        return TransportFailed.inconclusive("the answer cannot be decompressed")
    if isinstance(error, UnreadableHead):
        return TransportFailed.inconclusive(str(error))
    if isinstance(error, http.client.BadStatusLine | http.client.UnknownProtocol):
        return TransportFailed.inconclusive("the answer is not HTTP")
    if isinstance(error, http.client.HTTPException) and not isinstance(error, http.client.NotConnected):
        return TransportFailed.inconclusive("the answer has headers that are too many, too long or malformed")
    return None


def _proxy_failure(error: OSError) -> TransportFailed | None:
    """http.client says in words alone what a proxy answered to CONNECT."""
    status = _PROXY_STATUS.match(str(error))
    if not status:
        return None
    asks = " (it wants a user name and password)" if status[1] == "407" else ""
    return TransportFailed.unreachable(f"the proxy answered {status[1]}{asks}")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the innermost failures first: urllib3 wraps them, and keeps the wrapped one as an argument or a cause."""
    if error is None:
        return
    yield from _causes(error.__cause__ or error.__context__)
    for argument in error.args:
        if isinstance(argument, Exception) and argument is not error.__cause__ and argument is not error.__context__:
            yield from _causes(argument)
    yield error
