"""What is refused before any handler, and what a body is."""

import pytest

from nexcred.server.limits import HEAD_BYTES, MOST_HEADERS
from tests.support.raw_http import raw, status_of, told
from tests.support.strict_service import StrictService
from tests.unit.server.handled import GET, HEAD, Handled, with_headers

REFUSED = {
    "two lengths that differ": (400, with_headers(b"Content-Length: 4", b"Content-Length: 5", body=b"abcde")),
    "two lengths that agree": (400, with_headers(b"Content-Length: 4", b"Content-Length: 4", body=b"abcd")),
    "two lengths in one header": (400, with_headers(b"Content-Length: 4, 4", body=b"abcd")),
    "a length with a sign": (400, with_headers(b"Content-Length: +4", body=b"abcd")),
    "a length of nothing": (400, with_headers(b"Content-Length:", body=b"abcd")),
    "a length in digits of another script": (400, with_headers("Content-Length: ٤".encode(), body=b"abcd")),
    "a length beside chunks": (
        400,
        with_headers(b"Content-Length: 4", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
    ),
    "chunks twice": (400, with_headers(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked")),
    "another encoding": (501, with_headers(b"Transfer-Encoding: gzip, chunked")),
    "an encoding that is hidden": (501, with_headers(b"Transfer-Encoding: \x0bchunked".replace(b"\x0b", b"x"))),
    "a folded header": (400, with_headers(b"X: a", b" Content-Length: 4", body=b"abcd")),
    "a header folded by a tab": (400, with_headers(b"X: a", b"\tb")),
    "a first header that is folded": (400, b"GET /echo HTTP/1.1\r\n Host: localhost\r\n\r\n"),
    "lines that end in LF alone": (400, b"GET /echo HTTP/1.1\nHost: localhost\n\n"),
    "one line that ends in LF alone": (400, HEAD + b"X: a\nY: b\r\n\r\n"),
    "a CR inside a header": (400, HEAD + b"X: a\rContent-Length: 4\r\n\r\n"),
    "a head that ends in LF alone": (400, b"GET /echo HTTP/1.1\r\nHost: localhost\r\n\n"),
    "a NUL": (400, HEAD + b"X: a\x00b\r\n\r\n"),
    "a space before the colon": (400, HEAD + b"Content-Length : 4\r\n\r\nabcd"),
    "a header without a name": (400, HEAD + b": a\r\n\r\n"),
    "an empty line before it": (400, b"\r\n" + GET),
    "no Host": (400, b"GET /echo HTTP/1.1\r\n\r\n"),
    "two Hosts": (400, b"GET /echo HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n"),
    "HTTP/1.0": (505, b"GET /echo HTTP/1.0\r\nHost: localhost\r\n\r\n"),
    "HTTP/2.0": (505, b"GET /echo HTTP/2.0\r\nHost: localhost\r\n\r\n"),
    "the preface of HTTP/2": (505, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "HTTP/0.9": (400, b"GET /echo\r\n\r\n"),
    "a greeting of TLS": (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
    "a target with a host": (400, b"GET http://localhost/echo HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    "a target that is a host": (400, b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\n\r\n"),
    "a target of no path": (400, b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    "a fragment": (400, b"GET /echo#a HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    "a space in the target": (400, b"GET /echo a HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    "a byte beyond ASCII in the target": (400, b"GET /\xc3\xa9 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    "an expectation": (417, with_headers(b"Expect: 200-ok")),
    "another protocol": (400, with_headers(b"Connection: Upgrade", b"Upgrade: websocket")),
    "too many headers": (431, with_headers(*[b"X: a"] * (MOST_HEADERS + 1))),
    "a head that is too large": (431, with_headers(b"X: " + b"a" * HEAD_BYTES)),
    "a head without an end": (431, HEAD + b"X: " + b"a" * HEAD_BYTES * 2),
    "chunks that end in fields": (
        400,
        with_headers(b"Transfer-Encoding: chunked", body=b"4\r\nabcd\r\n0\r\nX: a\r\n\r\n"),
    ),
    "chunks that end in LF alone": (400, with_headers(b"Transfer-Encoding: chunked", body=b"4\r\nabcd\r\n0\r\n\n")),
    "a chunk of no number": (400, with_headers(b"Transfer-Encoding: chunked", body=b"0x4\r\nabcd\r\n0\r\n\r\n")),
    "a chunk of a negative number": (400, with_headers(b"Transfer-Encoding: chunked", body=b"-4\r\nabcd\r\n")),
    "a chunk longer than it says": (400, with_headers(b"Transfer-Encoding: chunked", body=b"3\r\nabcd\r\n0\r\n\r\n")),
    "a chunk behind LF alone": (400, with_headers(b"Transfer-Encoding: chunked", body=b"4;a\nabcd\r\n0\r\n\r\n")),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_two_readers_could_take_differently_reaches_no_handler(
    service: StrictService, handled: Handled, name: str
) -> None:
    status, data = REFUSED[name]
    answer = told(service.port, data + GET)
    assert status_of(answer) == status
    assert answer.count(b"connection: close") == 1
    assert handled.bodies == []


@pytest.mark.parametrize(
    "path",
    [
        "/a%2fb",
        "/a%5Cb",
        "/a\\b",
        "/%00",
        "/a%0d%0ab",
        "/../echo",
        "/./echo",
        "/%2e%2E/echo",
        "/a/..",
        "/%ff",
        "/%",
        "/%4",
    ],
)
def test_a_path_that_means_another_is_refused(service: StrictService, path: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    assert status_of(told(service.port, request)) == 400


@pytest.mark.parametrize("path", ["//echo", "/echo/", "/ECHO", "/echo%20", "/%65cho%3b"])
def test_a_path_is_none_but_its_own(service: StrictService, handled: Handled, path: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    assert status_of(told(service.port, request)) == 404
    assert handled.bodies == []


@pytest.mark.parametrize(
    ("lines", "body"),
    [
        ([b"Content-Length: 4"], b"abcd"),
        ([b"Transfer-Encoding: Chunked"], b"2\r\nab\r\n2;x=y\r\ncd\r\n0\r\n\r\n"),
        (
            [b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AA", b"Content-Length: 4"],
            b"abcd",
        ),
    ],
)
def test_a_body_is_read_and_the_next_request_follows(
    service: StrictService, handled: Handled, lines: list[bytes], body: bytes
) -> None:
    with raw(service.port) as connection:
        connection.send(with_headers(*lines, body=body) + GET)
        assert status_of(connection.answer()) == 200
        assert status_of(connection.answer()) == 200
    assert handled.bodies == [b"abcd", b""]


def test_a_body_that_comes_byte_by_byte_is_the_same(service: StrictService, handled: Handled) -> None:
    with raw(service.port) as connection:
        for byte in with_headers(b"Transfer-Encoding: chunked", body=b"4\r\nabcd\r\n0\r\n\r\n"):
            connection.send(bytes([byte]))
        assert status_of(connection.answer()) == 200
    assert handled.bodies == [b"abcd"]


_CHUNKED = b"2\r\nab\r\n2;x=y\r\ncd\r\n0\r\n\r\n"


@pytest.mark.parametrize("cut", range(len(_CHUNKED)))
def test_a_body_may_be_cut_anywhere_on_its_way(service: StrictService, handled: Handled, cut: int) -> None:
    with raw(service.port) as connection:
        connection.send(with_headers(b"Transfer-Encoding: chunked", body=_CHUNKED[:cut]))
        service.settle()
        connection.send(_CHUNKED[cut:] + GET)
        assert [status_of(connection.answer()) for _ in range(2)] == [200, 200]
    assert handled.bodies == [b"abcd", b""]


@pytest.mark.parametrize(
    "end", [b"0\r\n\n", b"0\n\r\n", b"0\n\n", b"0\r\nX: y\r\n\r\n", b"0\r\nX: y\n\n", b"0;x\n\r\n\r\n"]
)
def test_a_body_ends_in_an_empty_line_wherever_it_is_cut(service: StrictService, handled: Handled, end: bytes) -> None:
    body = b"2\r\nab\r\n" + end
    for cut in range(len(body)):
        with raw(service.port) as connection:
            connection.send(with_headers(b"Transfer-Encoding: chunked", body=body[:cut]))
            service.settle()
            connection.send(body[cut:] + b"\r\n\r\n" + GET)
            assert status_of(connection.answer()) == 400
    assert handled.bodies == []


def test_what_follows_a_last_request_does_not_spoil_its_answer(service: StrictService, handled: Handled) -> None:
    with raw(service.port) as connection:
        connection.send(b"GET /slow HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert handled.has_come.wait(60)
        connection.send(b"\x00" + GET)
        service.settle()
        handled.may_go.set()
        answer = connection.to_the_end()
    assert status_of(answer) == 200
    assert answer.endswith(b'{"waited":true}')
    assert handled.bodies == []


def test_who_waits_for_leave_to_send_gets_it(service: StrictService, handled: Handled) -> None:
    with raw(service.port) as connection:
        connection.send(with_headers(b"Expect: 100-continue", b"Content-Length: 4"))
        assert connection.socket.recv(65536).startswith(b"HTTP/1.1 100 ")
        connection.send(b"abcd")
        assert status_of(connection.answer()) == 200
