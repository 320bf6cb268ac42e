"""The listener for the browser's redirect, as a browser and as others meet it."""

import http.client
import select
import socket
from collections.abc import Iterator

import pytest

from nexcred.http.loopback import ADDRESS, Loopback, RedirectEndpoint, redirect_endpoint

GOOD = "/callback?code=code-EXAMPLE&state=right"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with Loopback(
        RedirectEndpoint(free_port(), "/callback"), lambda answer: answer.get("state") == "right"
    ) as listening:
        yield listening


def ask(
    loopback: Loopback, target: str, *, method: str = "GET", host: str | None = None
) -> tuple[int, str, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection(ADDRESS, loopback.place.port, timeout=20)
    connection.request(method, target, headers={"Host": host or f"{ADDRESS}:{loopback.place.port}"})
    response = connection.getresponse()
    found = response.status, response.read().decode(), response.headers
    connection.close()
    return found


def has_arrived(loopback: Loopback) -> bool:
    return bool(select.select([loopback], [], [], 0)[0])


def test_the_answer_that_is_waited_for_is_taken(loopback: Loopback) -> None:
    status, page, headers = ask(loopback, GOOD)
    assert (status, loopback.answer) == (200, {"code": "code-EXAMPLE", "state": "right"})
    assert select.select([loopback], [], [], 20)[0]
    assert "EXAMPLE" not in page
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert "Python" not in headers["Server"]


@pytest.mark.parametrize(
    ("target", "method", "host"),
    [
        ("/", "GET", None),
        ("/favicon.ico", "GET", None),
        ("/callback", "GET", None),
        ("/callback?code=code-EXAMPLE&state=wrong", "GET", None),
        ("/callback?code=code-EXAMPLE", "GET", None),
        ("/callback?code=a&code=b&state=right", "GET", None),
        ("/callback/../callback?code=a&state=right", "GET", None),
        ("http://evil.example/callback?code=a&state=right", "GET", None),
        (GOOD, "POST", None),
        (GOOD, "HEAD", None),
        (GOOD, "GET", "evil.example"),
        (GOOD, "GET", "[::1"),
    ],
)
def test_any_other_request_gets_404(loopback: Loopback, target: str, method: str, host: str | None) -> None:
    status, _, _ = ask(loopback, target, method=method, host=host)
    assert (status, loopback.answer, has_arrived(loopback)) == (404, None, False)


def test_a_second_answer_is_ignored(loopback: Loopback) -> None:
    assert ask(loopback, GOOD)[0] == 200
    assert ask(loopback, "/callback?code=second-EXAMPLE&state=right")[0] == 404
    assert loopback.answer == {"code": "code-EXAMPLE", "state": "right"}


def test_a_connection_that_says_nothing_holds_up_nobody(loopback: Loopback) -> None:
    with (
        socket.create_connection((ADDRESS, loopback.place.port)),
        socket.create_connection((ADDRESS, loopback.place.port)) as second,
    ):
        second.sendall(b"GET /callback")
        assert ask(loopback, GOOD)[0] == 200


def test_nobody_else_can_reach_it(loopback: Loopback) -> None:
    assert loopback._server.socket.getsockname() == (ADDRESS, loopback.place.port)


def test_a_taken_port_is_an_error(loopback: Loopback) -> None:
    with pytest.raises(OSError, match="in use"), Loopback(loopback.place, lambda _answer: True):
        pass


@pytest.mark.parametrize(
    ("redirect_uri", "place"),
    [
        ("http://127.0.0.1:41789/callback", RedirectEndpoint(41789, "/callback")),
        ("http://localhost:8000/", RedirectEndpoint(8000, "/")),
        ("http://127.0.0.1/callback", RedirectEndpoint(80, "/callback")),
        ("https://example.com/callback", None),
        ("https://127.0.0.1:8000/callback", None),
        ("http://example.com/callback", None),
    ],
)
def test_a_redirect_uri_leads_here_or_not(redirect_uri: str, place: RedirectEndpoint | None) -> None:
    assert redirect_endpoint(redirect_uri) == place
