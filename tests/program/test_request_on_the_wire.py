"""`nexcred request`, and what servers write that is not quite HTTP: read whole or an error, never silently shorter."""

import pytest

from tests.support.opened import Opened
from tests.support.standins import Aha, faults
from tests.support.standins.authority import Authority

BODY = b'{"a": [1, 2]}'
CHUNKED = b"5\r\n" + BODY[:5] + b"\r\n08 ; a=b\r\n" + BODY[5:] + b"\r\n0\r\nX-Trailer: not a size\r\n\r\n"
LENGTH = b"Content-Length: 13"
INTERIM = b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"


@pytest.fixture
def with_aha(opened: Opened, aha: Aha) -> Opened:
    assert opened.add(aha).code == 0
    return opened


def _answer(*lines: bytes, body: bytes = BODY, status: bytes = b"HTTP/1.1 200 OK") -> bytes:
    return b"\r\n".join((status, *lines, b"")) + b"\r\n" + body


@pytest.mark.parametrize(
    "answer",
    [
        # psf/requests#3098, python/cpython#69725: what came after such a header was lost, the framing with it.
        _answer(b"Set-Cookie : a=b", b"Transfer-Encoding: chunked", body=CHUNKED),
        _answer(b"X-A: 1", b"Transfer-Encoding\t : chunked", body=CHUNKED),
        # urllib3/urllib3#1433: a header that goes on in the next line.
        _answer(b"X-A: 1", b"\t2", b" 3", b"Transfer-Encoding: chunked", body=CHUNKED),
        _answer(b"X A: with a blank in its name", b"Transfer-Encoding: chunked", body=CHUNKED),
        # kazuho/p5-http-parser-xs#10: a carriage return inside a value.
        _answer(b"Set-Cookie: a=b;\r c=d", b"Transfer-Encoding: chunked", body=CHUNKED),
        b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n" + CHUNKED,
        _answer(b"Transfer-Encoding: identity, Chunked", b"Content-Length: 5", body=CHUNKED),
        _answer(b"Content-Length: 13, 13", b"Content-Length: 13", body=BODY + b"more"),
        # httpie/cli#802: more than 100 headers.
        _answer(*(b"X-%d: 1" % number for number in range(498)), b"Transfer-Encoding: chunked", body=CHUNKED),
        # urllib3/urllib3#3319: answers before the answer.
        INTERIM + _answer(LENGTH),
    ],
    ids=[
        "a blank before the colon",
        "a blank before the colon of the framing",
        "a header over several lines",
        "a blank in a name",
        "a carriage return in a value",
        "line feeds alone",
        "two codings, one of which is none",
        "the same length three times",
        "500 headers",
        "interim answers",
    ],
)
def test_a_head_is_read_to_its_end(with_aha: Opened, aha: Aha, answer: bytes) -> None:
    aha.fault = faults.raw(answer)
    ran = with_aha.run_bytes("request", "aha", "me")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, BODY, b"")


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        # curl/curl#11802: an error there too.
        (_answer(b"not a header", LENGTH), "the answer has a line among its headers that is not a header"),
        (_answer(b": without a name", LENGTH), "the answer has a line among its headers that is not a header"),
        (_answer(b" X-A: 1", LENGTH), "the answer has a blank before its first header"),
        (_answer(b"X-A: 1\0", LENGTH), "the answer has a header with a NUL in it"),
        (_answer(*[b"X-A: 1"] * 501), "the answer has more than 500 headers"),
        (_answer(*[b"X-A: " + b"1" * 60_000] * 5), "the answer has headers of more than 256 KiB"),
        # valyala/fasthttp#2294: the last one won. curl/curl#18921: what begins as a number was one.
        (_answer(b"Content-Length: 5", b"Content-Length: 13"), "the answer gives two lengths that differ"),
        (_answer(b"Content-Length: 5bytes"), "the answer's length is not a number"),
        (_answer(b"Content-Length: -1"), "the answer's length is not a number"),
        (_answer(b"Content-Length: 1_3"), "the answer's length is not a number"),
        (
            _answer(b"Transfer-Encoding: gzip, chunked", body=CHUNKED),
            "the answer has a transfer coding that was not asked for",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n", "the answer broke off"),
        (b"HTTP/1.1 204 No", "the answer broke off"),
        (_answer(b"Transfer-Encoding: chunked", body=CHUNKED[: CHUNKED.index(b"\r\n0")]), "the answer broke off"),
        # psf/requests#4956: fewer bytes than were told.
        (_answer(b"Content-Length: 14"), "the answer broke off"),
        # python/cpython#150751, twisted/twisted#10130: sizes that only int() takes, and one that reads to the end.
        *(
            (
                _answer(b"Transfer-Encoding: chunked", body=size + CHUNKED[1:]),
                "the answer has a chunk without a readable size",
            )
            for size in (b"-5", b"+5", b"0x5", b"0_5", b" 5", b"")
        ),
        (b"HTTP/2.0 200 OK\r\n\r\n", "the answer is not HTTP"),
    ],
)
def test_a_head_that_cannot_be_read_is_an_error(with_aha: Opened, aha: Aha, answer: bytes, problem: str) -> None:
    aha.fault = faults.raw(answer)
    ran = with_aha("request", "aha", "me")
    assert (ran.code, ran.out) == (5, "")
    assert f"{aha.host}: {problem}" in ran.err


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
def test_an_answer_without_a_body_has_none_whatever_its_head_says(with_aha: Opened, aha: Aha, status: bytes) -> None:
    """javaee/grizzly#1885: a 204 that names a transfer coding."""
    aha.fault = faults.raw(_answer(b"Transfer-Encoding: chunked", body=b"", status=b"HTTP/1.1 " + status))
    ran = with_aha("request", "aha", "me", "-i")
    assert ran.out.startswith(f"HTTP {status[:3].decode()}\n")


def test_an_answer_that_tls_does_not_end_is_not_whole(opened: Opened, authority: Authority) -> None:
    """notatallshaw/nab#467: whoever cuts the line makes a shorter answer of it, where its length is not told."""
    with Aha(tls=authority.server_context()) as aha:
        trusted = {"SSL_CERT_FILE": str(authority.bundle)}
        assert opened.add(aha, **trusted).code == 0
        aha.fault = faults.raw(_answer(b"Content-Type: text/plain", body=b"half"))
        ran = opened("request", "aha", "me", environment=trusted)
    assert (ran.code, ran.out) == (5, "")
    assert "the answer broke off" in ran.err


def test_a_certificate_that_is_not_trusted_names_host_reason_and_way_out(opened: Opened, authority: Authority) -> None:
    with Aha(tls=authority.server_context()) as aha:
        assert opened.add(aha, SSL_CERT_FILE=str(authority.bundle)).code == 0
        ran = opened("request", "aha", "me")
        probed = opened("probe", "aha")
    for told in (ran.err, probed.out + probed.err):
        assert f"{aha.host}: its certificate comes from an authority that is not trusted here" in told
        assert "let SSL_CERT_FILE name a file that holds its certificate" in told
    assert (ran.code, probed.code) == (5, 5)


def test_nobody_there_is_told_by_name(with_aha: Opened, aha: Aha) -> None:
    aha.stop()
    ran = with_aha("request", "aha", "me")
    assert (ran.code, ran.out, ran.err) == (5, "", f"nexcred: error: {aha.host}: the connection was refused\n")
