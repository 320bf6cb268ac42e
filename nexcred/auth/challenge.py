"""Read the challenges of a 401 or 403: which scheme the server wants, and what it says of the token it was given.

Sources: RFC 9110, 11.6.1; RFC 6750, 3; RFC 9470, 3. Servers write them loosely, so nothing here ever fails.
"""

import re
from collections.abc import Mapping, Sequence

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import repr_of

_LONGEST = 8 * 1024
_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PARAMETER = re.compile(rf'({_NAME})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"=][^\s,"]*))')
_SCHEME = re.compile(_NAME)
_TOKEN68 = re.compile(r"[^\s,\"=]+=*")
_ESCAPED = re.compile(r"\\(.)")
# What a server wants of these no password or key proves that is sent as it is.
_PROVED_OTHERWISE = frozenset(
    (
        *("aws4-hmac-sha256", "digest", "dpop", "hawk", "hmac", "hoba", "kerberos", "mutual", "negotiate", "ntlm"),
        *("nexus", "passport1.4", "scram-sha-1", "scram-sha-256", "signature", "vapid"),
    )
)
# Names of one scheme before and after RFC 6750.
_ALIKE = {"oauth": "bearer", "oauth2": "bearer"}
_PLAIN = ("basic", "bearer")
_FORBIDDEN = ("insufficient_scope", "insufficient_user_authentication", "insufficient_claims")


class Challenge(NamedTuple):
    """One scheme as the server writes it, and its parameters by their names in lower case."""

    scheme: str
    parameters: Mapping[str, str]

    def __repr__(self) -> str:
        return repr_of(self)


class Told(NamedTuple):
    """What a challenge proves; `reason` is "" where it gives none."""

    status: ProbeStatus
    reason: str

    def __repr__(self) -> str:
        return repr_of(self, "status")


def challenges_in(header: str) -> tuple[Challenge, ...]:
    """Return the challenges of WWW-Authenticate, several joined by commas, in the server's order."""
    text = header[:_LONGEST]
    found: list[tuple[str, dict[str, str]]] = []
    at, follows_comma = 0, True
    while at < len(text):
        parameter = _PARAMETER.match(text, at)
        word = (_SCHEME if follows_comma else _TOKEN68).match(text, at)
        if parameter and found:
            quoted, plain = parameter[2], parameter[3]
            value = plain if quoted is None else _ESCAPED.sub(r"\1", quoted)
            found[-1][1].setdefault(parameter[1].lower(), value)
            at = parameter.end()
        elif word:
            if follows_comma:  # else a token68, which is for machines
                found.append((word[0], {}))
            at, follows_comma = word.end(), False
        else:
            follows_comma = follows_comma or text[at] == ","
            at += 1
    return tuple(Challenge(scheme, parameters) for scheme, parameters in found)


def scheme_sent(headers: Mapping[str, str]) -> str:
    """Return the scheme of the Authorization header, "" for a key that stands there alone, or went elsewhere."""
    sent = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
    scheme, _, rest = sent.strip().partition(" ")
    return scheme if rest else ""


def told_by(challenges: Sequence[Challenge], sent: str) -> Told | None:
    """Return what the challenges prove of what was sent with the scheme `sent`; None where they leave it open."""
    wanted = _wanted_instead(challenges, sent)
    if wanted:
        return Told(ProbeStatus.INCONCLUSIVE, f"the server wants {wanted}")
    if any(challenge.parameters.get("stale", "").lower() == "true" for challenge in challenges):
        return Told(ProbeStatus.INCONCLUSIVE, "the server's challenge had run out: try again")  # RFC 7616, 3.3
    for challenge in challenges:
        told = _by_error(challenge.parameters)
        if told:
            return told
    return None


def reason_in(challenges: Sequence[Challenge]) -> str:
    """Return the sentence of the first challenge that has one."""
    said = (challenge.parameters.get("error_description", "") for challenge in challenges)
    return next((" ".join(text.split()) for text in said if text.strip()), "")


def _wanted_instead(challenges: Sequence[Challenge], sent: str) -> str:
    """Name the schemes that the server knows, "" where what was sent is one of them or may be.

    Servers name their framework's usual scheme where they read a key from elsewhere, so that proves nothing.
    """
    names = list(dict.fromkeys(challenge.scheme for challenge in challenges))
    known = {_alike(name) for name in names}
    if not names or _alike(sent) in known:
        return ""
    if known <= _PROVED_OTHERWISE or _alike(sent) in _PLAIN:
        return " or ".join(names)
    return ""


def _alike(scheme: str) -> str:
    return _ALIKE.get(scheme.lower(), scheme.lower())


def _by_error(parameters: Mapping[str, str]) -> Told | None:
    """Read the error of RFC 6750, 3.1, and those that came after it."""
    error = parameters.get("error", "").lower()
    said = " ".join(parameters.get("error_description", "").split())
    if error == "invalid_token":
        return Told(ProbeStatus.REJECTED, said)
    if error in _FORBIDDEN:
        scope = parameters.get("scope", "")
        missing = f"the scope '{scope}' is missing" if scope and error == "insufficient_scope" else ""
        return Told(ProbeStatus.FORBIDDEN, ": ".join(filter(None, (missing, said))) or error)
    if error in ("invalid_request", "use_dpop_nonce", "invalid_dpop_proof"):
        return Told(ProbeStatus.INCONCLUSIVE, said or error)
    return None
