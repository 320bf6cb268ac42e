"""Why no answer was had over HTTP, in a few lower-case words that hold no address part, header or body."""

import re
import ssl
import sys
from collections.abc import Iterator

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed, line_failure, too_late

# Compiled when they are first needed.
_PROXY_STATUS = r"Tunnel connection failed: (\d{3})"


# X509_V_ERR_… of OpenSSL's x509_vfy.h: self-signed, or of an authority that is not at hand.
_UNKNOWN_AUTHORITY = (18, 19, 20, 21)


class Way(NamedTuple):
    """The route that a failure's message names: the TLS peer, the proxy, and the variable that sets the trusted CAs.

    `has_begun` where the answer had begun to come.
    """

    peer: str = ""
    proxy: str = ""
    authorities: str = "SSL_CERT_FILE"
    has_begun: bool = False

    def __repr__(self) -> str:
        return repr_of(self, "has_begun")


def is_of_the_line(error: Exception) -> bool:
    """True for what a socket, TLS, HTTP or urllib3 raises."""
    return isinstance(error, OSError) or _is_of_http(error) or _is_urllib3s(error, "HTTPError")


def failure_of(error: Exception, deadline: Deadline, way: Way = Way()) -> TransportFailed:  # noqa: B008  it is frozen
    """Translate what a socket, TLS, HTTP or urllib3 raised."""
    if deadline.expired:
        return too_late(deadline)
    for cause in _causes(error):
        failure = _known(cause, deadline, way)
        if failure is not None:
            return failure
    return TransportFailed.unreachable("the connection failed")


def proxy_unreached(failure: TransportFailed, proxy: str) -> TransportFailed:
    """Say that it is the proxy that could not be connected to."""
    return TransportFailed(failure.status, f"the proxy {proxy}: {failure.detail}")


def _known(error: BaseException, deadline: Deadline, way: Way) -> TransportFailed | None:
    is_http = _is_of_http(error) or _is_urllib3s(error, "HTTPError")
    if isinstance(error, Exception) and is_http and not isinstance(error, TimeoutError):
        return _http_failure(error)
    if isinstance(error, ssl.SSLEOFError) and way.has_begun:
        return TransportFailed.unreachable("the answer broke off")
    if isinstance(error, ssl.SSLError):
        return _tls_failure(error, line_failure(error, deadline), way)
    if isinstance(error, OSError):
        return _proxy_failure(error, way) or line_failure(error, deadline)
    return None


def _tls_failure(error: ssl.SSLError, failure: TransportFailed, way: Way) -> TransportFailed:
    """Name the peer, and the variable that lets another authority count."""
    detail = f"{way.peer}: {failure.detail}" if way.peer else failure.detail
    if isinstance(error, ssl.SSLCertVerificationError) and error.verify_code in _UNKNOWN_AUTHORITY:
        detail += f"; if you trust it, let {way.authorities} name a file that holds its certificate"
    return TransportFailed(failure.status, detail)


def _http_failure(error: Exception) -> TransportFailed | None:
    """Return None for an error that only wraps the one to look at."""
    import http.client  # where something failed: else an answer is what takes it

    from nexcred.http.head import UnreadableHead

    if isinstance(error, http.client.RemoteDisconnected):
        return TransportFailed.unreachable("the connection was closed without an answer")
    if isinstance(error, http.client.IncompleteRead) or _is_urllib3s(error, "IncompleteRead", "InvalidChunkLength"):
        return TransportFailed.unreachable("the answer broke off")
    if _is_urllib3s(error, "DecodeError"):
        return TransportFailed.inconclusive("the answer cannot be decompressed")
    if isinstance(error, UnreadableHead):
        return TransportFailed.inconclusive(str(error))
    if isinstance(error, http.client.BadStatusLine | http.client.UnknownProtocol):
        return TransportFailed.inconclusive("the answer is not HTTP")
    if isinstance(error, http.client.HTTPException) and not isinstance(error, http.client.NotConnected):
        return TransportFailed.inconclusive("the answer has headers that are too many, too long or malformed")
    return None


def _is_of_http(error: BaseException) -> bool:
    """True for what http.client raises."""
    import http.client

    return isinstance(error, http.client.HTTPException)


def _is_urllib3s(error: BaseException, *names: str) -> bool:
    """True for one of these classes of urllib3, which nobody raises before it is imported."""
    module = sys.modules.get("urllib3.exceptions")
    return module is not None and isinstance(error, tuple(getattr(module, name) for name in names))


def _proxy_failure(error: OSError, way: Way) -> TransportFailed | None:
    """http.client says in words alone what a proxy answered to CONNECT."""
    status = re.match(_PROXY_STATUS, str(error))
    if not status:
        return None
    asks = " (it wants a user name and password)" if status[1] == "407" else ""
    name = f"the proxy {way.proxy}" if way.proxy else "the proxy"
    return TransportFailed.unreachable(f"{name} answered {status[1]}{asks}")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the innermost failures first: urllib3 wraps them, and keeps the wrapped one as an argument or a cause."""
    if error is None:
        return
    yield from _causes(error.__cause__ or error.__context__)
    for argument in error.args:
        if isinstance(argument, Exception) and argument is not error.__cause__ and argument is not error.__context__:
            yield from _causes(argument)
    yield error
