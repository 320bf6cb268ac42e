"""Judge what a token endpoint answers (RFC 6749, 5.1 and 5.2)."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from nexcred.auth.answer import ParsedResponse, verdict_by_status, verdict_of
from nexcred.auth.flow import Refused, Response, Verdict
from nexcred.auth.pick import pick, pick_text
from nexcred.auth.token_life import LONGEST_LIFE_S
from nexcred.auth.tokens import LONGEST_TOKEN, Tokens
from nexcred.model.probe import ProbeStatus

ErrorVerdict = Literal["rejected", "expired", "forbidden", "rate_limited", "provider_error", "inconclusive"]
BEARER = "bearer"
_VSCHARS = re.compile(r"[\x20-\x7e]+")  # RFC 6749, A.12 and A.17
NO_ERRORS: Mapping[str, ErrorVerdict] = {}

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
    message: str = "",
    errors: Mapping[str, ErrorVerdict] = NO_ERRORS,
) -> Tokens:
    """Return what was granted; raise Refused with what the answer proves. An error in a 200 is an error.

    `ttl_s` counts where the answer names no `expires_in`; `message` is JMESPath to the provider's sentence; `errors`
    are codes of the provider's own, and what each proves.
    """
    answer = ParsedResponse.read(response)
    if not answer.is_success or not answer.is_json or error_code(answer):
        raise Refused(_refusal(answer, now, message, errors))
    token = pick("access_token", answer.document)
    kind = pick("token_type", answer.document)
    if not isinstance(token, str) or not token:
        said = answer.message(message)
        raise _unusable(answer, f"the answer holds no access token{f': {said}' if said else ''}", now)
    refresh = pick("refresh_token", answer.document)
    refresh = refresh if isinstance(refresh, str) and refresh else None
    if max(len(token), len(refresh or "")) > LONGEST_TOKEN:
        raise _unusable(answer, f"the answer holds a token of more than {LONGEST_TOKEN // 1024} KiB", now)
    if not all(_VSCHARS.fullmatch(each) for each in (token, refresh or "-")):
        raise _unusable(answer, "the answer holds a token with characters that no token may hold (RFC 6749, A.12)", now)
    if isinstance(kind, str) and kind.lower() != token_type.lower():
        raise _unusable(answer, f"the access token is of type '{kind[:40]}', where '{token_type}' is due", now)
    return Tokens(access_token=token, expires_at=_expiry(answer, now, ttl_s), refresh_token=refresh)


def error_code(answer: ParsedResponse) -> str:
    """Return the code of RFC 6749, 5.2, or whatever else stands for an error; "" when there is none."""
    found = pick("error", answer.document)
    if isinstance(found, str):
        return found.strip().lower()
    return "error" if found else ""


def status_of_error(code: str) -> ProbeStatus:
    """Return what an error code of RFC 6749 (4.1.2.1, 5.2) proves."""
    return _CODES.get(code, ProbeStatus.INCONCLUSIVE)


def _refusal(answer: ParsedResponse, now: datetime, message: str, errors: Mapping[str, ErrorVerdict]) -> Verdict:
    by_status = verdict_by_status(answer, now, message=message or "error_description")
    if by_status.status in (ProbeStatus.RATE_LIMITED, ProbeStatus.PROVIDER_ERROR, ProbeStatus.BLOCKED):
        return by_status
    code = error_code(answer)
    is_known = code in _CODES or code in errors
    if not code or (not is_known and not answer.is_success):
        return by_status
    said = answer.message(message or "error_description")
    detail = f"{said} ({code})" if said and is_known and said.lower() != code else said
    status = ProbeStatus(errors[code]) if code in errors else status_of_error(code)
    return verdict_of(answer, status, detail, now)


def _unusable(answer: ParsedResponse, reason: str, now: datetime) -> Refused:
    return Refused(verdict_of(answer, ProbeStatus.INCONCLUSIVE, reason, now))


def _expiry(answer: ParsedResponse, now: datetime, ttl_s: int | None) -> datetime | None:
    """Read `expires_in`, also as a text; one that is no length of time is as if it were left out."""
    text = pick_text("expires_in", answer.document) or ""
    life_s = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else ttl_s
    if not life_s or life_s > LONGEST_LIFE_S:
        return None
    return now + timedelta(seconds=life_s)
