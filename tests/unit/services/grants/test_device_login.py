"""A login by a code, against a server that is strict about the interval; no second of it is waited for."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec import structs

from nexcred.auth.authorization_code import AuthorizationCode
from nexcred.auth.look_up import LookUp
from nexcred.auth.request import RequestSpec
from nexcred.connectors.language.spec import Field
from nexcred.connectors.load.loader import load_connector
from nexcred.errors import NotProved, Rejected
from nexcred.model.credential import Details, Value
from nexcred.model.secret import Secret
from nexcred.services.grants.device_login import DeviceLogin
from tests.support.standins.device_server import DeviceServer
from tests.support.standins.exchange import Answer, Received

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[DeviceServer]:
    with DeviceServer() as stand_in:
        stand_in.clock_s = 1000.0
        yield stand_in


def login_at(server: DeviceServer, **changed: Any) -> DeviceLogin:
    """Return a login of Aha!'s method by device, whose clock is the server's."""
    connector = load_connector("aha")
    method = connector.method("oauth2")
    assert method is not None
    assert isinstance(method.auth, AuthorizationCode)
    auth = structs.replace(method.auth, device_authorization_url="{oauth_url}/device", **changed)
    method = structs.replace(method, auth=auth)
    fields: dict[str, Value] = {
        "account_domain": "acme",
        "client_id": server.rules.client_id,
        "client_secret": Secret(server.rules.client_secret),
        "scope": server.rules.scope,
        "oauth_url": f"{server.url}/oauth",
        "base_url": server.url,
    }
    details = Details("aha", connector.digest, "oauth2", (server.host,), fields)

    def wait(seconds: float) -> None:
        assert server.clock_s is not None
        server.clock_s += seconds

    return DeviceLogin(connector, method, details, {}, lambda: NOW, wait, lambda: server.clock_s or 0.0)


def test_it_waits_as_long_as_it_is_told_and_is_granted(server: DeviceServer) -> None:
    server.polls, server.interval_s = 3, 5
    login = login_at(server)
    device = login.begin()
    assert (device.user_code, device.verification_uri) == ("WDJB-MJHT", f"{server.url}/device")
    assert device.complete == f"{server.url}/device?user_code=WDJB-MJHT"
    session = login.finish(device)
    assert (session["access_token"] in server.access_tokens, session["refresh_token"]) == (True, server.refresh_token)
    assert (server.clock_s, server.refusals) == (1020.0, [])


@pytest.mark.parametrize(("tells", "waits"), [(False, (1, 6, 11)), (True, (1, 7))])
def test_who_is_told_to_slow_down_does_so(server: DeviceServer, tells: bool, waits: tuple[int, ...]) -> None:
    login = login_at(server)
    device = login.begin()
    server.interval_s, server.tells_interval = 7, tells
    assert login.finish(device)["access_token"]
    assert server.clock_s == 1000 + sum(waits)


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        ("access_denied", Rejected, "not logged in: consent was denied (access_denied)"),
        ("expired_token", NotProved, "not logged in: nobody approved it before the code expired (expired_token)"),
        ("invalid_grant", Rejected, "not logged in: Aha! refused"),
    ],
)
def test_a_refusal_ends_it(server: DeviceServer, error: str, kind: type[Exception], said: str) -> None:
    server.polls, server.ends_with = 1, error
    login = login_at(server)
    with pytest.raises(kind, match=said.replace("(", r"\(").replace(")", r"\)")):
        login.finish(login.begin())


def test_nobody_is_waited_for_longer_than_the_code_lives(server: DeviceServer) -> None:
    server.polls, server.life_s, server.interval_s = 1000, 120, 50
    login = login_at(server)
    with pytest.raises(NotProved, match="nobody approved it within 2 minutes"):
        login.finish(login.begin())
    assert server.clock_s == 1150.0


def test_a_lost_answer_is_asked_for_again_more_slowly(server: DeviceServer) -> None:
    lost: list[str] = []

    def lose(request: Received, proper: Answer) -> Any:
        if request.path == "/oauth/token" and len(lost) < 2:
            lost.append(request.path)
            return lambda connection: connection.close()
        return proper

    login = login_at(server)
    device = login.begin()
    server.polls = 2
    server.fault = lose
    assert login.finish(device)["access_token"]
    assert len(lost) == 2


@pytest.mark.parametrize(
    "says",
    [
        {"user_code": None},
        {"user_code": "A\x1b[31mB"},
        {"user_code": "A" * 65},
        {"device_code": None},
        {"verification_uri": None},
        {"verification_uri": "http://evil.test/device"},
        {"verification_uri": "https://login.example.com@evil.test/"},
        {"verification_uri": "javascript:alert(1)"},
        {"verification_uri": "https://evil.test/\x1b[31m"},
        {"verification_uri": "https://"},
    ],
)
def test_a_code_that_cannot_be_shown_is_none(server: DeviceServer, says: dict[str, object]) -> None:
    server.says = says
    with pytest.raises(NotProved, match="the address to enter"):
        login_at(server).begin()


@pytest.mark.parametrize("complete", [None, "https://evil.test/?user_code=x", "https://[", "http://127.0.0.1:1/\nx"])
def test_an_address_with_the_code_in_it_is_of_the_same_place(server: DeviceServer, complete: str | None) -> None:
    server.says = {"verification_uri_complete": complete}
    assert login_at(server).begin().complete == ""


@pytest.mark.parametrize("interval", [None, 0, -1, "5", 10**9, True])
def test_an_interval_is_bounded(server: DeviceServer, interval: object) -> None:
    server.says = {"interval": interval}
    assert 1 <= login_at(server).begin().interval_s <= 60


def test_what_only_the_api_knows_is_looked_up(server: DeviceServer) -> None:
    look_up = LookUp(request=RequestSpec(url="{base_url}/me"), set={"team": "user.email"})
    login = login_at(server, look_up=look_up)
    field = Field(name="team", label="Team", pattern=".+", required=False, advanced=True)
    login = login._replace(method=structs.replace(login.method, fields=(*login.method.fields, field)))
    assert login.finish(login.begin())["found"] == {"team": "ada@example.com"}
