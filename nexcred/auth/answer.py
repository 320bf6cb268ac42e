"""Read an answer, and judge it by its status alone: what holds for every provider unless its spec knows better."""

import json
import re
from datetime import datetime
from urllib.parse import urlsplit

from nexcred.auth.flow import Response, Verdict
from nexcred.auth.pick import pick
from nexcred.auth.timestamp import http_date
from nexcred.model import strict_xml
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import repr_of

LONGEST_MESSAGE = 4_000
LONGEST_WAIT_S = 86_400.0
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
# Where providers put the sentence that says why, the most telling first.
_MESSAGES = (
    "message",
    "error_description",
    "error.message",
    "error",
    "Error.Message",
    "ErrorResponse.Error.Message",
    "errors[0].message",
    "errors[0].detail",
    "errors[0]",
    "errors.message",
    "detail",
    "title",
)

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
    def is_html(self) -> bool:
        if self.is_json or self.is_xml:
            return False
        kind = self.response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind in ("text/html", "application/xhtml+xml"):
            return True
        start = self.response.body[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
        return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))

    def message(self, expression: str = "") -> str:
        """Return the provider's own sentence, from where its spec says or from the usual places."""
        for place in (expression, *_MESSAGES):
            found = pick(place, self.document)
            if isinstance(found, str) and found.strip():
                return " ".join(found[:LONGEST_MESSAGE].split())
        return ""

    def __repr__(self) -> str:
        return repr_of(self, "is_json", "is_xml")


def verdict_by_status(answer: ParsedResponse, now: datetime, *, json_due: bool = True, message: str = "") -> Verdict:
    """Judge by the status; success is not judged here beyond being a page where JSON is due."""
    response = answer.response
    if 300 <= response.status < 400:
        reason = f"redirected to {_target(response)} ({response.status})"
        return verdict_of(answer, ProbeStatus.INCONCLUSIVE, reason, now)
    if answer.is_success and json_due and not answer.is_json and not answer.is_html:
        return verdict_of(answer, ProbeStatus.INCONCLUSIVE, f"the answer is not JSON ({response.status})", now)
    status = _status_proves(answer, json_due=json_due)
    said = "" if status is ProbeStatus.BLOCKED else answer.message(message)
    return verdict_of(answer, status, said, now)


def verdict_of(answer: ParsedResponse, status: ProbeStatus, reason: str, now: datetime) -> Verdict:
    """Return the verdict, in our own words when nobody gave a reason, and how long to wait where waiting helps."""
    number = answer.response.status
    waits = status in (ProbeStatus.RATE_LIMITED, ProbeStatus.PROVIDER_ERROR)
    wait_s = _retry_after_s(answer.response, now) if waits else None
    return Verdict(status, detail=reason or f"{_REASONS[status]} ({number})", http_status=number, retry_after_s=wait_s)


def _status_proves(answer: ParsedResponse, *, json_due: bool) -> ProbeStatus:
    status = answer.response.status
    if status == 401:
        return ProbeStatus.REJECTED
    if status == 429:
        return ProbeStatus.RATE_LIMITED
    if 500 <= status < 600:
        return ProbeStatus.PROVIDER_ERROR
    if answer.is_html and (status == 403 or (answer.is_success and json_due)):
        return ProbeStatus.BLOCKED
    if status == 403 and (answer.is_json or answer.is_xml):
        return ProbeStatus.FORBIDDEN
    return ProbeStatus.INCONCLUSIVE


def _target(response: Response) -> str:
    """Name the host of a redirect and nothing more: the rest of a Location may hold a token."""
    try:
        return urlsplit(response.headers.get("location", "")).hostname or "another page of the same host"
    except ValueError:
        return "no readable place"


def _retry_after_s(response: Response, now: datetime) -> float | None:
    """Read Retry-After (seconds or date, RFC 9110 10.2.3), else X-RateLimit-Reset (seconds or Unix time)."""
    wait = response.headers.get("retry-after", "").strip()
    if wait:
        seconds = _number(wait)
        return _bounded(seconds if seconds is not None else _seconds_until(wait, response, now))
    for name in ("x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset"):
        reset = _number(response.headers.get(name, "").strip())
        if reset is not None:
            if reset > 1e11:  # milliseconds
                reset /= 1000
            return _bounded(reset - now.timestamp() if reset > 1e9 else reset)
    return None


def _number(text: str) -> float | None:
    try:
        return float(text) if text.isascii() and text.replace(".", "", 1).isdigit() and len(text) < 300 else None
    except ValueError:
        return None


def _seconds_until(date: str, response: Response, now: datetime) -> float | None:
    """Count from the provider's own clock when the answer tells it."""
    until, present = http_date(date), http_date(response.headers.get("date", "")) or now
    return None if until is None else (until - present).total_seconds()


def _bounded(seconds: float | None) -> float | None:
    return None if seconds is None else min(max(seconds, 0.0), LONGEST_WAIT_S)


def problem_in_body(body: bytes) -> tuple[str, bool]:
    """Say why a body is neither JSON nor XML, and whether it looks like XML; the words hold nothing of it."""
    if _XML.match(body):
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
    try:
        document = strict_xml.loads(body)
    except ValueError:
        return None
    return None if any(name.lower() == "html" for name in document) else document


def _refuse_constant(_name: str) -> object:
    raise ValueError("not JSON")
