"""What a status proves, and how long a provider asks to wait."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.auth.answer import ParsedResponse, verdict_by_status
from nexcred.auth.flow import Response
from nexcred.auth.sentence import LONGEST_MESSAGE
from nexcred.auth.wait import LONGEST_WAIT_S
from nexcred.model.probe import ProbeStatus
from tests.unit.auth.drive import HTML, JSON, answer, page

NOW = datetime(2026, 1, 15, 12, 0, 0, tzinfo=UTC)


def wait_s(status: int, **headers: str) -> float | None:
    return verdict_by_status(ParsedResponse.read(answer({}, status, **headers)), NOW).retry_after_s


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry_after": "30"}, 30.0),
        ({"retry_after": "0"}, 0.0),
        ({"retry_after": "-5"}, None),
        ({"retry_after": "soon"}, None),
        ({"retry_after": "9" * 200}, LONGEST_WAIT_S),
        ({"retry_after": "9" * 400}, None),
        ({"retry_after": "Thu, 15 Jan 2026 12:01:00 GMT"}, 60.0),
        ({"retry_after": "Thu, 15 Jan 2026 11:00:00 GMT"}, 0.0),
        ({"retry_after": "Thu, 15 Jan 2026 12:01:00 GMT", "date": "Thu, 15 Jan 2026 12:00:30 GMT"}, 30.0),
        ({"retry_after": "Thu, 99 Jan 20260 12:01:00 GMT"}, None),
        ({"x_ratelimit_reset": str(int(NOW.timestamp()) + 90)}, 90.0),
        ({"x_ratelimit_reset": str((int(NOW.timestamp()) + 90) * 1000)}, 90.0),
        ({"x_ratelimit_reset": "17"}, 17.0),
        ({"retry_after": "5", "x_ratelimit_reset": "17"}, 5.0),
        ({"x_ratelimit_reset": "١٧"}, None),
    ],
)
def test_case_52_a_429_says_how_long_to_wait_within_bounds(headers: dict[str, str], seconds: float | None) -> None:
    assert wait_s(429, **headers) == seconds


def test_only_a_delay_or_a_failure_asks_to_wait() -> None:
    assert wait_s(503, retry_after="30") == 30.0
    assert wait_s(400, retry_after="30") is None


@pytest.mark.parametrize("status", [401, 403])
def test_who_is_refused_and_told_when_to_come_again_is_asked_to_wait(status: int) -> None:
    assert wait_s(status, retry_after="30") == 30.0


@given(st.text(), st.text())
def test_any_retry_after_is_read_or_left(wait: str, date: str) -> None:
    found = wait_s(429, retry_after=wait, date=date)
    assert found is None or 0 <= found <= LONGEST_WAIT_S


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"message": "no such key"}, "no such key"),
        ({"error": "invalid_grant", "error_description": "The grant is old"}, "The grant is old"),
        ({"error": {"message": "nested"}}, "nested"),
        ({"errors": [{"message": "first"}, {"message": "second"}]}, "first"),
        ({"errors": ["plain"]}, "plain"),
        ({"errors": {"message": "Record not found"}}, "Record not found"),
        ({"message": "two\n  lines\t"}, "two lines"),
        ({"message": 17, "title": "Forbidden"}, "Forbidden"),
        ({"message": ""}, ""),
        ([], ""),
        ("text", "text"),
        (None, ""),
    ],
)
def test_the_providers_own_sentence_is_found(document: object, message: str) -> None:
    assert ParsedResponse.read(answer(document)).message() == message


def test_a_specs_place_comes_before_the_usual_ones() -> None:
    found = ParsedResponse.read(answer({"message": "general", "why": {"it": "exact"}}))
    assert found.message("why.it") == "exact"
    assert found.message("why.not") == "general"


def test_a_message_is_bounded() -> None:
    assert len(ParsedResponse.read(answer({"message": "x" * 100_000})).message()) == LONGEST_MESSAGE


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000,
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b"1" * 10_000,
        b"\xff\xfe",
        b"\x00",
        b'{"a": "\xff"}',
    ],
)
def test_case_33_hostile_json_is_no_json(body: bytes) -> None:
    found = ParsedResponse.read(Response(200, JSON, body))
    assert not found.is_json
    assert verdict_by_status(found, NOW).status is ProbeStatus.INCONCLUSIVE


@pytest.mark.parametrize(
    ("response", "is_html"),
    [
        (page(200), True),
        (Response(200, {}, b"\xef\xbb\xbf\n <HTML>"), True),
        (Response(200, {"content-type": "Text/HTML; charset=x"}, b"Sign in"), True),
        (Response(200, HTML, b'{"user": 1}'), False),
        (Response(200, {}, b"plain"), False),
        (Response(200, JSON, b"<html>"), True),
    ],
)
def test_a_web_page_is_told_by_its_type_or_its_beginning(response: Response, is_html: bool) -> None:
    assert ParsedResponse.read(response).is_html is is_html


@pytest.mark.parametrize(
    ("location", "detail"),
    [
        ("https://login.test/path?token=EXAMPLE#x", "redirected to login.test (302)"),
        ("https://user:EXAMPLE@login.test/", "redirected to login.test (302)"),
        ("/login?token=EXAMPLE", "redirected to another page of the same host (302)"),
        ("https://[::1", "redirected to no readable place (302)"),
    ],
)
def test_a_redirect_proves_nothing_and_only_its_host_is_told(location: str, detail: str) -> None:
    response = answer({"message": "moved EXAMPLE"}, 302, location=location)
    verdict = verdict_by_status(ParsedResponse.read(response), NOW)
    assert (verdict.status, verdict.detail) == (ProbeStatus.INCONCLUSIVE, detail)


XML = (
    b'<?xml version="1.0"?>\n<Error xmlns="https://example.com/"><Code>AccessDenied</Code><Message>No</Message></Error>'
)


def test_xml_is_a_document_too() -> None:
    read = ParsedResponse.read(Response(403, {"content-type": "application/xml"}, XML))
    assert read.document == {"Error": {"Code": "AccessDenied", "Message": "No"}}
    assert (read.is_json, read.is_xml, read.is_html) == (False, True, False)
    assert read.message() == "No"
    assert verdict_by_status(read, NOW).status is ProbeStatus.FORBIDDEN


@pytest.mark.parametrize(
    "body",
    [b"<html><body>Sign in</body></html>", b'<?xml version="1.0"?><HTML><body/></HTML>', b"<a><b></a>"],
)
def test_a_web_page_is_no_xml(body: bytes) -> None:
    read = ParsedResponse.read(Response(200, {"content-type": "text/html"}, body))
    assert read.is_html
    assert not read.is_xml
