"""What nexcred itself refuses of a server, and answers that no driver can read."""

import ssl
import struct

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import repr_of
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed, line_failure, too_late

# What parsers raise on bytes that are not the protocol's, drivers having no exception of their own for that.
NOT_THE_PROTOCOL: tuple[type[Exception], ...] = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NameError,  # PyMySQL, of a greeting that is cut short
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
)


def wants_password_itself() -> TransportFailed:
    """A server without a trusted certificate may be anybody, and gets no password that it could read."""
    return TransportFailed.inconclusive(
        "not sent: the server asks for the password itself, and no trusted certificate says whose server it is"
    )


def offers_no_tls() -> TransportFailed:
    return TransportFailed.unreachable("the server does not offer TLS")


def speaks_not(method: str) -> TransportFailed:
    """The line is well, and so may the password be: this program cannot show it in the way that is asked for."""
    return TransportFailed.inconclusive(f"the server wants {method}, which nexcred does not speak")


def unreadable(title: str) -> TransportFailed:
    return TransportFailed.inconclusive(f"the answer is not {title}'s")


def cannot_prove_itself() -> TransportFailed:
    return TransportFailed.inconclusive("the server could not prove that it knows the password")


# Of OpenSSL's x509_vfy.h: self-signed, or of an authority that is not at hand.
_UNKNOWN_AUTHORITY = (18, 19, 20, 21)


class Talk(NamedTuple):
    """What was being done on a line that broke, and as what the server's authority is given."""

    what: str = "the login"
    authority: str = "ca_certificate"

    def __repr__(self) -> str:
        return repr_of(self, "what")


LOGIN, ANSWER = Talk(), Talk("an answer")


def broke_off(error: BaseException, deadline: Deadline, *, was_cut: bool, talk: Talk = LOGIN) -> TransportFailed:
    """Translate what ended a conversation that was not finished: the drivers wrap the reason, or lose it."""
    if was_cut or deadline.expired:
        return too_late(deadline)
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, TransportFailed):
            return cause
        if isinstance(cause, ssl.SSLError | ConnectionError | TimeoutError):
            return _with_way_out(line_failure(cause, deadline), cause, talk)
        cause = getattr(cause, "original_exception", None) or cause.__cause__ or cause.__context__
    return TransportFailed(ProbeStatus.UNREACHABLE, f"the connection was closed in the middle of {talk.what}")


def _with_way_out(failure: TransportFailed, cause: OSError, talk: Talk) -> TransportFailed:
    """Most databases have an authority of their own, unlike what HTTPS leads to."""
    if isinstance(cause, ssl.SSLCertVerificationError) and cause.verify_code in _UNKNOWN_AUTHORITY:
        return TransportFailed.unreachable(f"{failure.detail}; give that authority's as {talk.authority}")
    return failure
