"""Who is let in: by a token that is good now, under a name of this service, and no page."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nexcred.local.service_tokens import ServiceToken, ServiceTokens, TokenRule
from nexcred.server.access_tokens import LIFE_S, AccessTokens
from nexcred.server.call import Call, Reply, json_reply
from nexcred.server.endpoint import Endpoint
from nexcred.server.known_tokens import KnownTokens
from nexcred.server.token_gate import MOST_FAILURES, TokenGate
from nexcred.services.service_tokens import digest_of
from tests.support.opened import Opened
from tests.support.raw_http import raw, status_of
from tests.support.serving import OpenedSource, Served, access_here, serving

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
KEY = "nexcred_EXAMPLE"
TOKEN = ServiceToken("etl", digest_of(KEY), (TokenRule("read", None),), "", NOW, NOW + timedelta(days=1))


def _who(call: Call) -> Reply:
    return json_reply({"name": call.principal.name})


ENDPOINTS = [
    Endpoint("GET", "/bearer", "", _who, {200: dict}),
    Endpoint("GET", "/raw", "", _who, {200: dict}, scheme="raw"),
    Endpoint("POST", "/basic", "", _who, {200: dict}, scheme="basic"),
    Endpoint("GET", "/open", "", _who, {200: dict}, scheme="open"),
]


class Gated:
    """A service behind the gate, and what a test moves."""

    def __init__(self, folder: Path) -> None:
        self.now = NOW
        self.seconds = 0.0
        self.file = ServiceTokens(folder, b"v" * 16)
        self.known = KnownTokens(self.file, lambda: self.now)
        self.access_tokens = AccessTokens(self.known, lambda: self.seconds)
        self.ask = Served(0)

    def gate(self, port: int) -> TokenGate:
        hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}
        return TokenGate(self.known, self.access_tokens, hosts, lambda: self.seconds)


@pytest.fixture
def gated(home: Opened, tmp_path: Path) -> Iterator[Gated]:
    one = Gated(tmp_path / "state")
    one.file.add(TOKEN)
    with serving(ENDPOINTS, one.gate, OpenedSource(access_here())) as ask:
        one.ask = ask
        yield one


def test_a_token_stands_where_the_endpoint_wants_it(gated: Gated) -> None:
    ask = gated.ask
    assert ask.get("/bearer", authorization=f"Bearer {KEY}").json == {"name": "etl"}
    assert ask.get("/bearer", authorization=f"bearer  {KEY} ").json == {"name": "etl"}
    assert ask.get("/raw", authorization=KEY).json == {"name": "etl"}
    assert ask("POST", "/basic", authorization=f"Basic {KEY}").json == {"name": "etl"}
    assert ask.get("/open").json == {"name": "nobody"}
    for path, sent in (
        ("/bearer", KEY),
        ("/bearer", f"Basic {KEY}"),
        ("/raw", f"Bearer {KEY}"),
        ("/bearer", "Bearer "),
    ):
        refused = ask.get(path, authorization=sent)
        assert (refused.status, refused.json["code"]) == (401, "unauthorized")
        assert refused.headers["www-authenticate"] == "Bearer"
    assert ask("POST", "/basic", authorization=f"Bearer {KEY}").status == 401


def test_another_name_and_a_page_are_refused(gated: Gated) -> None:
    ask, good = gated.ask, {"authorization": f"Bearer {KEY}"}
    assert ask.get("/bearer", host=f"LOCALHOST:{ask.port}", **good).status == 200
    for host in ("evil.example", "127.0.0.1", f"127.0.0.1.evil.example:{ask.port}", f"evil.example:{ask.port}", ""):
        assert ask.get("/bearer", host=host, **good).status == 421
    assert ask.get("/open", host="evil.example").status == 421
    for origin in ("null", "https://evil.example", ask.url):
        assert ask.get("/bearer", origin=origin, **good).status == 403
    assert ask.get("/bearer", sec_fetch_site="cross-site", **good).status == 403
    assert ask.get("/bearer", sec_fetch_site="none", **good).status == 200


def test_what_is_revoked_or_over_ends_at_once(gated: Gated) -> None:
    ask, good = gated.ask, {"authorization": f"Bearer {KEY}"}
    assert ask.get("/bearer", **good).status == 200
    gated.now = NOW + timedelta(days=1)
    assert ask.get("/bearer", **good).status == 401
    gated.now = NOW
    gated.file.remove("etl")
    assert ask.get("/bearer", **good).status == 401
    gated.file.add(TOKEN._replace(name="etl2"))
    assert ask.get("/bearer", **good).json == {"name": "etl2"}


def test_a_strange_file_lets_nobody_in_and_says_so(
    gated: Gated, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (path,) = tmp_path.rglob("service/*.json")
    path.write_text("{}")
    refused = gated.ask.get("/bearer", authorization=f"Bearer {KEY}")
    assert (refused.status, refused.json["code"]) == (503, "tokens_unreadable")
    assert "is not what nexcred wrote" in caplog.text


def test_too_many_wrong_tokens_wait_and_right_ones_do_not(gated: Gated) -> None:
    ask, good = gated.ask, {"authorization": f"Bearer {KEY}"}
    wrong = {"authorization": "Bearer nexcred_wrong-EXAMPLE"}
    for _ in range(MOST_FAILURES):
        assert ask.get("/bearer", **wrong).status == 401
    limited = ask.get("/bearer", **wrong)
    assert (limited.status, limited.headers["retry-after"]) == (429, "60")
    assert ask.get("/bearer", **good).status == 200
    gated.seconds = 61.0
    assert ask.get("/bearer", **wrong).status == 401


def test_an_access_token_ends_by_itself_by_logout_and_with_its_key(gated: Gated) -> None:
    ask = gated.ask
    first, second = gated.access_tokens.issue(KEY), gated.access_tokens.issue(KEY)

    def status(token: str, path: str = "/bearer", scheme: str = "Bearer ") -> int:
        return ask.get(path, authorization=f"{scheme}{token}").status

    assert (status(first), status(second), status(first, "/raw", "")) == (200, 200, 401)
    gated.access_tokens.end(first)
    gated.access_tokens.end("nothing")
    assert (status(first), status(second)) == (401, 200)
    gated.seconds = LIFE_S
    assert status(second) == 401
    third = gated.access_tokens.issue(KEY)
    assert status(third) == 200
    gated.file.remove("etl")
    assert status(third) == 401


def test_one_key_pushes_out_its_own_access_tokens_alone(gated: Gated) -> None:
    gated.file.add(TOKEN._replace(name="other", digest=digest_of("other")))
    kept = gated.access_tokens.issue("other")
    issued = [gated.access_tokens.issue(KEY) for _ in range(1_001)]
    alive = [gated.access_tokens.principal_of(one) is not None for one in issued]
    assert (alive[0], all(alive[1:])) == (False, True)
    assert gated.access_tokens.principal_of(kept) is not None


def test_a_unix_socket_needs_no_name(gated: Gated) -> None:
    gated.gate(0).check_origin({"server": ("/run/nexcred.sock", None)}, {"host": "anything"})  # as uvicorn has it


def test_what_is_revoked_while_a_body_is_on_its_way_has_ended(gated: Gated) -> None:
    lines = ("POST /basic HTTP/1.1", f"Host: localhost:{gated.ask.port}", f"Authorization: Basic {KEY}")
    with raw(gated.ask.port) as connection:
        connection.send("\r\n".join((*lines, "Expect: 100-continue", "Content-Length: 2", "", "")).encode())
        assert status_of(connection.socket.recv(65536)) == 100  # the head was let in
        gated.file.remove("etl")
        connection.send(b"{}")
        assert status_of(connection.answer()) == 401
