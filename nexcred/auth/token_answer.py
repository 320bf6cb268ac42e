"""Judge what a token endpoint answers (RFC 6749, 5.1 and 5.2)."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from math import isfinite
from types import MappingProxyType
from typing import Literal
from urllib.parse import parse_qsl

from nexcred.auth.answer import ParsedResponse, verdict_by_status, verdict_of
from nexcred.auth.entra import status_by_number
from nexcred.auth.flow import Refused, Response, Verdict
from nexcred.auth.jwt import jwt_expiry
from nexcred.auth.pick import pick, pick_text, pick_texts
from nexcred.auth.spoken_reason import says_expired, says_invalid
from nexcred.auth.timestamp import parse_timestamp
from nexcred.auth.token_life import LONGEST_LIFE_S
from nexcred.auth.tokens import LONGEST_TOKEN, Tokens
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import repr_of

ErrorVerdict = Literal["rejected", "expired", "forbidden", "rate_limited", "provider_error", "inconclusive"]
BEARER = "bearer"
_VSCHARS = re.compile(r"[\x20-\x7e]+")  # RFC 6749, A.12 and A.17
# Sent as bearer tokens these are worth nothing (RFC 6749, 7.1; RFC 9449, 5; RFC 8693, 2.2.1).
_BOUND = frozenset({"mac", "dpop", "pop", "hok", "n_a", "signed"})
_MOST_FIELDS = 50
ErrorVerdicts = Mapping[str, ErrorVerdict]
NO_ERRORS: ErrorVerdicts = {}
NO_EXPRESSIONS: Mapping[str, str] = MappingProxyType({})


class AnswerPlaces(NamedTuple):
    """JMESPath to what an answer holds: the part with the tokens, the code of an error, the provider's sentence.

    "" is where RFC 6749 has it. `found` is by field, and looks at the whole answer.
    """

    tokens: str = ""
    error: str = ""
    message: str = ""
    found: Mapping[str, str] = NO_EXPRESSIONS

    def __repr__(self) -> str:
        return repr_of(self)


USUAL_PLACES = AnswerPlaces()


# Only what is said of the credential itself is a refusal. A client that was recognised and may not do this is good.
_CODES = {
    "invalid_client": ProbeStatus.REJECTED,
    "invalid_grant": ProbeStatus.REJECTED,
    "unauthorized_client": ProbeStatus.FORBIDDEN,
    "access_denied": ProbeStatus.FORBIDDEN,
    "invalid_scope": ProbeStatus.FORBIDDEN,
    "server_error": ProbeStatus.PROVIDER_ERROR,
    "temporarily_unavailable": ProbeStatus.PROVIDER_ERROR,
    "slow_down": ProbeStatus.RATE_LIMITED,
    "invalid_request": ProbeStatus.INCONCLUSIVE,
    "unsupported_grant_type": ProbeStatus.INCONCLUSIVE,
}


def tokens_in(
    response: Response,
    now: datetime,
    *,
    token_type: str = BEARER,
    ttl_s: int | None = None,
    places: AnswerPlaces = USUAL_PLACES,
    errors: ErrorVerdicts = NO_ERRORS,
) -> Tokens:
    """Return what was granted; raise Refused with what the answer proves. An error in a 200 is an error.

    `ttl_s` counts where the answer names no `expires_in`; `errors` are codes of the provider's own, and what each
    proves.
    """
    answer = read_token_answer(response)
    if not answer.is_success or not answer.is_json or error_code(answer, places.error):
        raise Refused(refusal_in(answer, now, places, errors))
    granted = pick(places.tokens, answer.document) if places.tokens else answer.document
    token = pick("access_token", granted)
    kind = pick("token_type", granted)
    if not isinstance(token, str) or not token:
        said = answer.message(places.message)
        raise _unusable(answer, f"the answer holds no access token{f': {said}' if said else ''}", now)
    refresh = pick("refresh_token", granted)
    refresh = refresh if isinstance(refresh, str) and refresh else None
    if max(len(token), len(refresh or "")) > LONGEST_TOKEN:
        raise _unusable(answer, f"the answer holds a token of more than {LONGEST_TOKEN // 1024} KiB", now)
    if not all(_VSCHARS.fullmatch(each) for each in (token, refresh or "-")):
        raise _unusable(answer, "the answer holds a token with characters that no token may hold (RFC 6749, A.12)", now)
    if isinstance(kind, str) and not _is_usable_as(kind.strip().lower(), token_type.lower()):
        raise _unusable(answer, f"the access token is of type '{kind[:40]}', where '{token_type}' is due", now)
    expires_at = expiry_in(granted, now) or jwt_expiry(token)
    if expires_at is None and ttl_s is not None and pick_text("expires_in", granted) != "0":
        expires_at = now + timedelta(seconds=ttl_s)
    return Tokens(
        access_token=token,
        expires_at=expires_at,
        refresh_token=refresh,
        granted_at=None if expires_at else now,
        found=pick_texts(places.found, answer.document),
    )


def error_code(answer: ParsedResponse, at: str = "") -> str:
    """Return the code of RFC 6749, 5.2, or whatever else stands for an error; "" when there is none."""
    found = pick(at or "error", answer.document)
    if isinstance(found, str):
        return found.strip().lower()
    return "error" if found else ""


def status_of_error(code: str) -> ProbeStatus:
    """Return what an error code of RFC 6749 (4.1.2.1, 5.2) proves."""
    return _CODES.get(code, ProbeStatus.INCONCLUSIVE)


def refusal_in(answer: ParsedResponse, now: datetime, places: AnswerPlaces, errors: ErrorVerdicts) -> Verdict:
    """Return what an answer that grants nothing proves."""
    message = places.message or "error_description"
    by_status = verdict_by_status(answer, now, message=message)
    if by_status.status in (ProbeStatus.RATE_LIMITED, ProbeStatus.PROVIDER_ERROR, ProbeStatus.BLOCKED):
        return by_status
    code = error_code(answer, places.error)
    is_known = code in _CODES or code in errors
    if not code or (not is_known and not answer.is_success):
        return by_status
    said = answer.message(message)
    detail = f"{said} ({code})" if said and is_known and said.lower() != code else said
    status = ProbeStatus(errors[code]) if code in errors else _status_as_told(status_of_error(code), said)
    return verdict_of(answer, status, detail, now)


def _status_as_told(status: ProbeStatus, said: str) -> ProbeStatus:
    """Let the sentence tell an end from another refusal, and doubt that a client is known which it calls invalid."""
    if (by_number := status_by_number(said)) is not None:
        return by_number
    if status is ProbeStatus.REJECTED and says_expired(said):
        return ProbeStatus.EXPIRED
    return ProbeStatus.INCONCLUSIVE if status is ProbeStatus.FORBIDDEN and says_invalid(said) else status


def _unusable(answer: ParsedResponse, reason: str, now: datetime) -> Refused:
    return Refused(verdict_of(answer, ProbeStatus.INCONCLUSIVE, reason, now))


def expiry_in(document: object, now: datetime) -> datetime | None:
    """Read `expires_in` as any number or text, else `expires_at` or `expires_on`; what is no life is left out."""
    life_s = _seconds(pick("expires_in", document))
    if life_s is not None:
        return now + timedelta(seconds=life_s) if 0 < life_s <= LONGEST_LIFE_S else None
    found = (parse_timestamp(pick(name, document)) for name in ("expires_at", "expires_on"))
    return next((moment for moment in found if moment and (moment - now).total_seconds() <= LONGEST_LIFE_S), None)


def _seconds(found: object) -> float | None:
    if isinstance(found, bool) or not isinstance(found, int | float | str):
        return None
    try:
        seconds = float(found)
    except (ValueError, OverflowError):
        return None
    return seconds if isfinite(seconds) and seconds >= 0 else None


def _is_usable_as(kind: str, due: str) -> bool:
    """Take a bearer token by whatever name, since requests show whether it works; not one that needs a proof."""
    return kind == due or (due == BEARER and kind not in _BOUND)


def read_token_answer(response: Response) -> ParsedResponse:
    """Read JSON, or a form, as some answered before RFC 6749 was written, and some still do unless asked for JSON."""
    answer = ParsedResponse.read(response)
    if answer.is_json or answer.is_xml or answer.is_html or len(response.body) > 4 * LONGEST_TOKEN:
        return answer
    try:
        form = dict(parse_qsl(response.body.decode(), strict_parsing=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        return answer
    return answer._replace(document=form, is_json=True) if {"access_token", "error"} & form.keys() else answer
