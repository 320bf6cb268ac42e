"""One authorization that a person is asked for (RFC 6749, 4.1.1), and the answer that comes back by the browser."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from nexcred.auth.flow import Refused, Verdict
from nexcred.auth.token_answer import status_of_error
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import DOTS
from nexcred.model.sha256 import sha256

Answer = Mapping[str, str]

_MOST_PARAMETERS = 50


class ConsentDenied(Refused):
    """Raised where the person, or the provider for them, said no."""


class Authorization(NamedTuple):
    """One login that was begun: where to send the person, and what tells its own answer from any other.

    `issuer` is whom the answer may name (RFC 9207); "" when the spec names none: then the host of `url` must be it.
    `code_name` is what the answer calls the code.
    """

    url: str
    redirect_uri: str
    state: str
    verifier: str
    issuer: str = ""
    code_name: str = "code"

    def __repr__(self) -> str:
        return f"Authorization({DOTS})"

    def is_answered_by(self, answer: Answer) -> bool:
        """True when the answer carries this login's state; any other was provoked by somebody else.

        Some providers leave the state out of a denial: whoever provokes one can do no more than end a login.
        """
        if "state" not in answer:
            return "error" in answer and self.code_name not in answer
        from hmac import compare_digest  # and all that hashes, for what a browser brings

        return compare_digest(answer.get("state", "").encode(), self.state.encode())

    def code_in(self, answer: Answer) -> str:
        """Return the code; raise Refused for an error, a wrong issuer or an answer without a code."""
        if not self.is_answered_by(answer):
            raise _refused(ProbeStatus.INCONCLUSIVE, "the answer belongs to another login: its state differs")
        if "iss" in answer and not self._is_issuer(answer["iss"]):
            raise _refused(ProbeStatus.INCONCLUSIVE, "the answer names another issuer than the one that was asked")
        if answer.get("error", "").lower() == "access_denied":
            raise ConsentDenied(Verdict(ProbeStatus.FORBIDDEN, detail=_said(answer)))
        if "error" in answer:
            raise _refused(status_of_error(answer["error"].lower()), _said(answer))
        if not answer.get(self.code_name):
            named = "" if self.code_name == "code" else f" ({self.code_name})"
            raise _refused(ProbeStatus.INCONCLUSIVE, f"the answer holds no code{named}")
        return answer[self.code_name]

    def _is_issuer(self, issuer: str) -> bool:
        """Compare as RFC 9207, 2.4 says, character by character."""
        if self.issuer:
            return issuer == self.issuer
        try:
            theirs, ours = urlsplit(issuer), urlsplit(self.url)
        except ValueError:
            return False
        return (theirs.scheme, theirs.netloc.lower()) == (ours.scheme, ours.netloc.lower())


def challenge_of(verifier: str) -> str:
    """Return the S256 code challenge (RFC 7636, 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode())).decode().rstrip("=")


def answer_in(query: str) -> Answer | None:
    """Read the query of a redirect; None when it is none, or names a parameter twice (RFC 6749, 3.1)."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        return None
    answer = dict(pairs)
    return answer if answer and len(answer) == len(pairs) else None


def _said(answer: Answer) -> str:
    said = " ".join(answer.get("error_description", "").split())
    code = answer["error"]
    if said:
        return f"{said} ({code})"
    return "consent was denied (access_denied)" if code == "access_denied" else code


def _refused(status: ProbeStatus, detail: str) -> Refused:
    return Refused(Verdict(status, detail=detail))
