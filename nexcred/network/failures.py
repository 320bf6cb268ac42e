"""Why no answer was had, in a few lower-case words that hold no address part, header or body."""

import ssl

from nexcred.errors import NotProved
from nexcred.model.probe import ProbeStatus
from nexcred.network.deadline import Deadline

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

# Stands in every detail of a failure that a certificate of the client's may have prevented.
CLIENT_CERTIFICATE = "client certificate"
_ALERTS = {
    "ALERT_UNKNOWN_CA": ": it does not know the authority",
    "ALERT_BAD_CERTIFICATE": "",
    "ALERT_UNSUPPORTED_CERTIFICATE": "",
    "ALERT_CERTIFICATE_REVOKED": ": it was revoked",
    "ALERT_CERTIFICATE_EXPIRED": ": it has expired",
    "ALERT_CERTIFICATE_UNKNOWN": "",
}


class TransportFailed(NotProved):
    """No usable answer came; `status` says what may be concluded, which is never a refusal of the credential.

    `may_have_arrived` is false where it is known that nothing was sent, so that nothing was done either.
    """

    code = "transport_failed"
    may_have_arrived = True

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

    def at(self, peer: str) -> "TransportFailed":
        """Return the same with the host that it is about before it, unless it is named already."""
        detail = self.detail if peer in self.detail else f"{peer}: {self.detail}"
        named = TransportFailed(self.status, detail, self.http_status)
        named.may_have_arrived = self.may_have_arrived
        return named


def line_failure(error: OSError, deadline: Deadline) -> TransportFailed:
    """Translate what a socket or TLS raised."""
    if deadline.expired or isinstance(error, TimeoutError):
        return too_late(deadline)
    if isinstance(error, ssl.SSLError):
        wants = _said_of_certificate(error)
        return TransportFailed.inconclusive(wants) if wants else TransportFailed.unreachable(_tls_detail(error))
    return TransportFailed.unreachable(_os_detail(error))


def too_late(deadline: Deadline) -> TransportFailed:
    return TransportFailed.unreachable(f"no complete answer within {deadline.seconds:g} s")


def _said_of_certificate(error: ssl.SSLError) -> str:
    """Say what the server misses of the client's certificate, by its alert (RFC 8446, 6.2); "" for anything else."""
    reason = error.reason or ""
    if reason.endswith("ALERT_CERTIFICATE_REQUIRED"):
        return f"the server asks for a {CLIENT_CERTIFICATE}"
    why = next((why for alert, why in _ALERTS.items() if reason.endswith(alert)), None)
    return "" if why is None else f"the server does not take the {CLIENT_CERTIFICATE}{why}"


def _tls_detail(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CERTIFICATE_PROBLEMS.get(error.verify_code, "its certificate cannot be verified")
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return f"the connection was closed during TLS, as by a server that asks for a {CLIENT_CERTIFICATE}"
    if error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"):
        return "it does not speak TLS on this port"
    if (error.reason or "").endswith("ALERT_HANDSHAKE_FAILURE"):  # before TLS 1.3 this is all that is said
        return f"TLS could not be agreed on: the server may ask for a {CLIENT_CERTIFICATE}"
    return "TLS could not be agreed on"


def _os_detail(error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused"
    if isinstance(error, ConnectionResetError | ConnectionAbortedError | BrokenPipeError):
        return "the connection was reset"
    return "the host or its network cannot be reached"
