"""The device authorization grant (RFC 8628): a code that a person enters in a browser, on whatever machine has one."""

import re
from datetime import datetime

from nexcred.auth.answer import ParsedResponse, verdict_of
from nexcred.auth.authorization import ConsentDenied
from nexcred.auth.flow import Refused, Response, Verdict
from nexcred.auth.pick import pick, pick_text
from nexcred.auth.token_answer import AnswerPlaces, ErrorVerdicts, error_code, read_token_answer, refusal_in
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import DOTS

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"
_SLOWER_S = 5
_SHORTEST_S, _USUAL_S, _LONGEST_S = 1, 5, 60
_LONGEST_LIFE_S = 3600
_LONGEST_ADDRESS = 512
# Compiled when they are first needed.
_CODE = r"[!-~](?:[ -~]{0,62}[!-~])?"
_REFUSALS = {
    "access_denied": (ConsentDenied, ProbeStatus.FORBIDDEN, "consent was denied"),
    "expired_token": (Refused, ProbeStatus.INCONCLUSIVE, "nobody approved it before the code expired"),
}


class DeviceCode(NamedTuple):
    """What a login by device was begun with; `complete` is the address with the code in it, "" for none.

    Only `user_code` and the addresses are for a person; with the `device_code` the tokens are fetched.
    """

    device_code: str
    user_code: str
    verification_uri: str
    complete: str
    life_s: int
    interval_s: int

    def __repr__(self) -> str:
        return f"DeviceCode({DOTS})"


class NotApproved(NamedTuple):
    """Nobody has approved it yet; `interval_s` is how long to wait before it is asked again."""

    interval_s: int


def device_code_in(response: Response, now: datetime, places: AnswerPlaces, errors: ErrorVerdicts) -> DeviceCode:
    """Return what a device authorization endpoint answers (RFC 8628, 3.2); raise Refused."""
    answer = read_token_answer(response)
    if not answer.is_success or not answer.is_json or error_code(answer, places.error):
        raise Refused(refusal_in(answer, now, places, errors))
    device_code, user_code, page = (_text(answer, name) for name in ("device_code", "user_code", "verification_uri"))
    page = page or _text(answer, "verification_url")  # as Google's has it
    if not (device_code and user_code and page) or not re.fullmatch(_CODE, user_code):
        reason = "the answer lacks a code, or the address to enter it at"
        raise Refused(verdict_of(answer, ProbeStatus.INCONCLUSIVE, reason, now))
    complete = _text(answer, "verification_uri_complete")
    life_s = _number(answer, "expires_in", _LONGEST_LIFE_S, 900)
    interval_s = max(_number(answer, "interval", _LONGEST_S, _USUAL_S), _SHORTEST_S)
    return DeviceCode(device_code, user_code, page, complete, life_s, interval_s)


def pending_in(response: Response, interval_s: int, places: AnswerPlaces) -> NotApproved | None:
    """Return how long to wait where the answer says that nobody has approved it yet (RFC 8628, 3.5).

    Raises Refused where nobody will; None is for any other answer.
    """
    answer = read_token_answer(response)
    code = error_code(answer, places.error)
    if code == "authorization_pending":
        return NotApproved(interval_s)
    if code == "slow_down":
        return NotApproved(min(max(interval_s + _SLOWER_S, _number(answer, "interval", _LONGEST_S, 0)), _LONGEST_S))
    if code in _REFUSALS:
        kind, status, detail = _REFUSALS[code]
        raise kind(Verdict(status, detail=f"{detail} ({code})"))
    return None


def _text(answer: ParsedResponse, name: str) -> str:
    found = pick_text(name, answer.document) or ""
    return found if len(found) <= _LONGEST_ADDRESS else ""


def _number(answer: ParsedResponse, name: str, most: int, usual: int) -> int:
    found = pick(name, answer.document)
    is_number = isinstance(found, int) and not isinstance(found, bool) and found >= 0
    return min(found, most) if is_number else usual
