"""Read an answer, and judge it by its status alone: what holds for every provider unless its spec knows better."""

import json
import re
from datetime import datetime
from urllib.parse import urlsplit

from nexcred.auth.challenge import challenges_in, reason_in, told_by
from nexcred.auth.flow import Refused, Response, Verdict
from nexcred.auth.in_between import never_looked_at, said_of_certificate, stopped_on_the_way
from nexcred.auth.sentence import plain_sentence, sentence_in
from nexcred.auth.spoken_reason import says_expired, says_invalid, says_none_given, says_not_from_here, says_slow_down
from nexcred.auth.wait import retry_after_s
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import repr_of

_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
# By this Atlassian says that it looked at a login, whatever its challenge names.
_LOGIN_REASON = "x-seraph-loginreason"

_REASONS = {
    ProbeStatus.REJECTED: "no reason given",
    ProbeStatus.EXPIRED: "no reason given",
    ProbeStatus.FORBIDDEN: "known, but not permitted to do this",
    ProbeStatus.RATE_LIMITED: "too many requests",
    ProbeStatus.PROVIDER_ERROR: "the provider failed",
    ProbeStatus.BLOCKED: "a web page answered, such as a firewall's or a login page",
    ProbeStatus.INCONCLUSIVE: "the answer proves nothing",
}


class ParsedResponse(NamedTuple):
    """A response whose body was looked at once. `document` is None when it is neither JSON nor XML."""

    response: Response
    document: object
    is_json: bool
    is_xml: bool = False

    @classmethod
    def read(cls, response: Response) -> "ParsedResponse":
        try:
            document = json.loads(response.body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            document = _xml_in(response.body)
            return cls(response, document, is_json=False, is_xml=document is not None)
        return cls(response, document, is_json=True)

    @property
    def is_success(self) -> bool:
        return 200 <= self.response.status < 300

    @property
    def is_stopped(self) -> bool:
        """True where what answered stands between, and the provider was never asked."""
        return stopped_on_the_way(self.response.status, self.response.headers, self.response.body)

    @property
    def is_html(self) -> bool:
        if self.is_json or self.is_xml:
            return False
        kind = self._content_type.partition(";")[0].strip().lower()
        if kind in ("text/html", "application/xhtml+xml"):
            return True
        start = self.response.body[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
        return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))

    def message(self, expression: str = "") -> str:
        """Return the provider's own sentence, from where its spec says or from the usual places."""
        if self.is_json or self.is_xml:
            return sentence_in(self.document, expression)
        return "" if self.is_html else plain_sentence(self.response.body, self._content_type)

    @property
    def _content_type(self) -> str:
        return self.response.headers.get("content-type", "")

    def __repr__(self) -> str:
        return repr_of(self, "is_json", "is_xml")


def verdict_by_status(
    answer: ParsedResponse, now: datetime, *, json_due: bool = True, message: str = "", sent: str = ""
) -> Verdict:
    """Judge by the status; success is not judged here beyond being a page where JSON is due.

    `sent` is the scheme of the Authorization header that was sent, "" for a key that went elsewhere.
    """
    response = answer.response
    if 300 <= response.status < 400:
        reason = f"redirected to {_target(response)} ({response.status})"
        return verdict_of(answer, ProbeStatus.INCONCLUSIVE, reason, now)
    if answer.is_stopped:
        return verdict_of(answer, ProbeStatus.BLOCKED, "", now)
    wants = said_of_certificate(response.status, response.body)
    if wants:
        return verdict_of(answer, ProbeStatus.INCONCLUSIVE, wants, now)
    if answer.is_success and json_due and not answer.is_json and not answer.is_html:
        return verdict_of(answer, ProbeStatus.INCONCLUSIVE, f"the answer is not JSON ({response.status})", now)
    if response.status in (401, 403) and not (answer.is_html and response.status == 403):
        verdict = _of_refusal(answer, answer.message(message), sent, now)
        return verdict._replace(by_status=verdict.status.is_refusal or verdict.status is ProbeStatus.FORBIDDEN)
    status = _status_proves(answer, json_due=json_due)
    said = "" if status is ProbeStatus.BLOCKED else answer.message(message)
    if status is ProbeStatus.INCONCLUSIVE and 400 <= response.status < 500 and says_slow_down(said):
        status = ProbeStatus.RATE_LIMITED
    return verdict_of(answer, status, said, now)


def verdict_of(answer: ParsedResponse, status: ProbeStatus, reason: str, now: datetime) -> Verdict:
    """Return the verdict, in our own words when nobody gave a reason, and how long to wait where waiting helps."""
    number = answer.response.status
    waits = status in (ProbeStatus.RATE_LIMITED, ProbeStatus.PROVIDER_ERROR)
    wait_s = retry_after_s(answer.response, now) if waits else None
    return Verdict(status, detail=reason or f"{_REASONS[status]} ({number})", http_status=number, retry_after_s=wait_s)


def lacking(answer: ParsedResponse, name: str, now: datetime) -> Refused:
    """Return the failure for a yes that does not hold what was asked for, which `name` says."""
    return Refused(verdict_of(answer, ProbeStatus.INCONCLUSIVE, f"the answer lacks what was asked for ({name})", now))


def _of_refusal(answer: ParsedResponse, said: str, sent: str, now: datetime) -> Verdict:
    """Judge a 401 or 403, which says less than it seems: it may ask to wait, for another scheme, or for any key."""
    headers = answer.response.headers
    challenges = challenges_in(headers.get("www-authenticate", ""))
    told = None if headers.get(_LOGIN_REASON) == "AUTHENTICATED_FAILED" else told_by(challenges, sent)
    said = (told.reason if told else "") or said or reason_in(challenges)
    if "retry-after" in headers or says_slow_down(said) or _is_used_up(answer):
        return verdict_of(answer, ProbeStatus.RATE_LIMITED, said, now)
    if told and told.status is not ProbeStatus.REJECTED:
        return verdict_of(answer, told.status, said, now)
    return verdict_of(answer, _refusal_proves(answer, said, is_refused=told is not None), said, now)


def _refusal_proves(answer: ParsedResponse, said: str, *, is_refused: bool) -> ProbeStatus:
    """Go by the status, unless the provider's own words take back what it says."""
    if says_none_given(said) or never_looked_at(answer.response.headers):
        return ProbeStatus.INCONCLUSIVE
    if answer.response.status == 401 and says_not_from_here(said):
        return ProbeStatus.INCONCLUSIVE
    if is_refused or answer.response.status == 401:
        return ProbeStatus.EXPIRED if says_expired(said) else ProbeStatus.REJECTED
    if says_invalid(said) or not (answer.is_json or answer.is_xml):
        return ProbeStatus.INCONCLUSIVE
    return ProbeStatus.FORBIDDEN


def _is_used_up(answer: ParsedResponse) -> bool:
    """True for a 403 with nothing left of the limit: some providers have no other status for that."""
    headers = answer.response.headers
    left = (headers.get(name, "").strip() for name in ("x-ratelimit-remaining", "ratelimit-remaining"))
    return answer.response.status == 403 and "0" in left


def _status_proves(answer: ParsedResponse, *, json_due: bool) -> ProbeStatus:
    status = answer.response.status
    if status == 429:
        return ProbeStatus.RATE_LIMITED
    if 500 <= status < 600:
        return ProbeStatus.PROVIDER_ERROR
    if answer.is_html and (status == 403 or (answer.is_success and json_due)):
        return ProbeStatus.BLOCKED
    return ProbeStatus.INCONCLUSIVE


def _target(response: Response) -> str:
    """Name the host of a redirect and nothing more: the rest of a Location may hold a token."""
    try:
        return urlsplit(response.headers.get("location", "")).hostname or "another page of the same host"
    except ValueError:
        return "no readable place"


def problem_in_body(body: bytes) -> tuple[str, bool]:
    """Say why a body is neither JSON nor XML, and whether it looks like XML; the words hold nothing of it."""
    if _XML.match(body):
        from nexcred.model import strict_xml

        try:
            strict_xml.loads(body)
        except ValueError as error:
            return f"it is not XML: {error}", True
        return "it is a web page", False
    try:
        json.loads(body, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        problem = f"{error.msg[:1].lower()}{error.msg[1:].removesuffix(' at')}"
        return f"it is not JSON: {problem} at line {error.lineno} column {error.colno}", False
    except UnicodeDecodeError as error:
        return f"it is not JSON: byte {error.start} is not UTF-8", False
    except (ValueError, RecursionError):
        return "it is not JSON: it holds NaN, Infinity, or too many levels or digits", False
    return "", False


def _xml_in(body: bytes) -> object:
    """Return the document that XML holds, None for what is none or is a web page."""
    if not _XML.match(body):
        return None
    from nexcred.model import strict_xml  # few providers speak it

    try:
        document = strict_xml.loads(body)
    except ValueError:
        return None
    return None if any(name.lower() == "html" for name in document) else document


def _refuse_constant(_name: str) -> object:
    raise ValueError("not JSON")
