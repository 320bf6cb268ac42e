"""A token that writes and probes does not choose whom the service speaks to on its own network."""

import socket
from collections.abc import Iterator

import pytest

from tests.support.opened import Opened
from tests.unit.server.seeds.conftest import Seeds, rest_body, seeds_of

SERVERS = {
    "postgres": {"database": "d", "sslmode": "disable"},
    "mysql": {"database": "d", "sslmode": "disable"},
    "smtp": {"from": "a@example.com"},
}


class InnerServer:
    """Somebody on this machine who listens for what is not meant for the programs that ask the service."""

    def __init__(self, listening: socket.socket) -> None:
        listening.setblocking(False)
        self._listening = listening
        self.port: int = listening.getsockname()[1]

    def was_reached(self) -> bool:
        try:
            line, _ = self._listening.accept()
        except BlockingIOError:
            return False
        line.close()
        return True


@pytest.fixture
def inner() -> Iterator[InnerServer]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield InnerServer(listening)


def _login(kind: str, host: str, inner: InnerServer) -> dict[str, object]:
    values = {"host": host, "port": inner.port, "username": "u", "password": "p-EXAMPLE", **SERVERS[kind]}
    return {"name": kind, "credentials_type": kind, "credentials": values}


@pytest.mark.parametrize("kind", SERVERS)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "::ffff:127.0.0.1"])
def test_a_login_that_a_program_wrote_reaches_no_inner_address(
    seeds: Seeds, inner: InnerServer, kind: str, host: str
) -> None:
    made = seeds("POST", "", _login(kind, host, inner))
    assert made.status == 200, made.json
    answered = seeds("GET", f"/{made.json['id']}/probe")
    assert (answered.status, answered.json["code"]) == (403, "not_permitted")
    assert seeds("GET", f"/{made.json['id']}").json["verified_status"] is None
    assert not inner.was_reached()


def test_what_was_allowed_at_the_terminal_is_asked(home: Opened, inner: InnerServer) -> None:
    with seeds_of(home, probe_timeout_s=0.3) as seeds:
        _ask_what_was_allowed(seeds, inner)


def _ask_what_was_allowed(seeds: Seeds, inner: InnerServer) -> None:
    made = seeds("POST", "", _login("postgres", "LocalHost", inner)).json
    allowed = seeds.home("update", "postgres", "--allow-host", f"localhost:{inner.port}", "--no-probe")
    assert allowed.code == 0, allowed.err
    answered = seeds("GET", f"/{made['id']}/probe")
    assert answered.status == 424
    assert inner.was_reached()
    moved = {**_login("postgres", "127.0.0.1", inner), "name": "moved"}
    assert seeds("PUT", f"/{made['id']}", moved).status == 200
    assert seeds("GET", f"/{made['id']}/probe").status == 403
    assert not inner.was_reached()


def test_a_login_is_not_led_elsewhere_with_the_password_that_it_has(seeds: Seeds, inner: InnerServer) -> None:
    made = seeds("POST", "", _login("postgres", "db.example.com", inner)).json
    for values in ({"host": "evil.example"}, {"host": "evil.example", "password": None, "username": "u"}):
        changed = seeds("PUT", f"/{made['id']}", {"credentials": {"database": "d", **values}})
        assert (changed.status, changed.json["code"]) == (400, "missing_field")
    assert seeds.home("get", "postgres/host").out.strip() == "db.example.com"


@pytest.mark.parametrize(
    "url", ["https://169.254.169.254", "https://127.0.0.1:8443", "https://localhost", "http://a.b"]
)
def test_a_web_address_inside_is_not_even_kept(seeds: Seeds, url: str) -> None:
    answered = seeds("POST", "", rest_body("api", base_url=url))
    assert (answered.status, answered.json["code"]) == (400, "host_refused")
