"""Why no answer was had, in a few lower-case words that hold no address part, header or body."""

import http.client
import re
import ssl
from collections.abc import Iterator

import urllib3.exceptions

from nexcred.errors import NotProved
from nexcred.http.deadline import Deadline
from nexcred.model.probe import ProbeStatus

# X509_V_ERR_… of OpenSSL's x509_vfy.h.
_CERTIFICATE_PROBLEMS = {
    9: "its certificate is not valid yet",
    10: "its certificate has expired",
    18: "its certificate is self-signed",
    19: "its certificate comes from an authority that is not trusted here",
    20: "its certificate comes from an authority that is not trusted here",
    21: "its certificate comes from an authority that is not trusted here",
    23: "its certificate was revoked",
    62: "its certificate is for another host",
    64: "its certificate is for another address",
}
_PROXY_STATUS = re.compile(r"Tunnel connection failed: (\d{3})")


class TransportFailed(NotProved):
    """No usable answer came; `status` says what may be concluded, which is never a refusal of the credential."""

    code = "transport_failed"

    def __init__(self, status: ProbeStatus, detail: str, http_status: int | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.http_status = http_status

    @classmethod
    def unreachable(cls, detail: str) -> "TransportFailed":
        return cls(ProbeStatus.UNREACHABLE, detail)

    @classmethod
    def inconclusive(cls, detail: str, http_status: int | None = None) -> "TransportFailed":
        return cls(ProbeStatus.INCONCLUSIVE, detail, http_status)


def failure_of(error: Exception, deadline: Deadline) -> TransportFailed:
    """Translate what a socket, TLS, HTTP or urllib3 raised."""
    if deadline.expired:
        return too_late(deadline)
    for cause in _causes(error):
        failure = _known(cause, deadline)
        if failure is not None:
            return failure
    return TransportFailed.unreachable("the connection failed")


def too_late(deadline: Deadline) -> TransportFailed:
    return TransportFailed.unreachable(f"no complete answer within {deadline.seconds:g} s")


def _known(error: BaseException, deadline: Deadline) -> TransportFailed | None:
    if isinstance(error, TimeoutError):
        return too_late(deadline)
    if isinstance(error, ssl.SSLError):
        return TransportFailed.unreachable(_tls_detail(error))
    if isinstance(error, http.client.HTTPException | urllib3.exceptions.HTTPError):
        return _http_failure(error)
    if isinstance(error, OSError):
        return TransportFailed.unreachable(_os_detail(error))
    return None


def _tls_detail(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CERTIFICATE_PROBLEMS.get(error.verify_code, "its certificate cannot be verified")
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return "the connection was closed during TLS"
    if error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"):
        return "it does not speak TLS on this port"
    return "TLS could not be agreed on"


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
    if isinstance(error, http.client.BadStatusLine):
        return TransportFailed.inconclusive("the answer is not HTTP")
    if isinstance(error, http.client.HTTPException) and not isinstance(error, http.client.NotConnected):
        return TransportFailed.inconclusive("the answer has headers that are too many, too long or malformed")
    return None


def _os_detail(error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused"
    if isinstance(error, ConnectionResetError | ConnectionAbortedError | BrokenPipeError):
        return "the connection was reset"
    proxy_status = _PROXY_STATUS.match(str(error))
    if proxy_status:
        asks = " (it wants a user name and password)" if proxy_status[1] == "407" else ""
        return f"the proxy answered {proxy_status[1]}{asks}"
    return "the host or its network cannot be reached"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the innermost failures first: urllib3 wraps them, and keeps the wrapped one as an argument or a cause."""
    if error is None:
        return
    yield from _causes(error.__cause__ or error.__context__)
    for argument in error.args:
        if isinstance(argument, Exception) and argument is not error.__cause__ and argument is not error.__context__:
            yield from _causes(argument)
    yield error
