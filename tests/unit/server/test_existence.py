"""A token is told no more of a name that it may nothing with than of one that there is not."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from nexcred.local.service_tokens import ServiceTokens
from nexcred.nexla.integer_ids import integer_id
from nexcred.server import programs, seeds
from nexcred.server.access_tokens import AccessTokens
from nexcred.server.known_tokens import KnownTokens
from nexcred.server.token_gate import TokenGate
from tests.support.opened import Opened
from tests.support.people import keep
from tests.support.serving import Answered, OpenedSource, Served, access_here, serving


class Service:
    """A service with the tokens that the program makes."""

    def __init__(self, home: Opened, stack: ExitStack) -> None:
        self.home = home
        self.access = access_here()
        vault_id = self.access.read(lambda vault: vault.vault_id)
        known = KnownTokens(ServiceTokens(home.home / ".local/state/nexcred", vault_id))
        tokens = AccessTokens(known)
        endpoints = [*programs.endpoints(), *seeds.endpoints(tokens)]

        def gate(port: int) -> TokenGate:
            return TokenGate(known, tokens, {f"127.0.0.1:{port}"})

        self._ask: Served = stack.enter_context(serving(endpoints, gate, OpenedSource(self.access)))

    def token(self, name: str, *may: str) -> str:
        words = [word for one in may for word in ("--may", one)]
        made = self.home("serve", "token", "new", name, *words)
        assert made.code == 0, made.err
        return made.out.strip()

    def ask(self, token: str, path: str, method: str = "GET", body: object = None) -> Answered:
        word = "" if path.startswith("/aws") else "Bearer "
        return self._ask(method, path, body, authorization=f"{word}{token}")

    def number_of(self, name: str) -> int:
        return integer_id(self.access.find(name).id)


@pytest.fixture
def service(home: Opened) -> Iterator[Service]:
    keep(home, "prod-a", "dev", "dead")
    assert home("remove", "dead", "--yes").code == 0
    with ExitStack() as stack:
        yield Service(home, stack)


PATHS = ["/v1/credentials/{}", "/v1/credentials/{}/api_key", "/v1/credentials/{}/token", "/aws/{}"]


@pytest.mark.parametrize("path", PATHS)
def test_names_beyond_the_pattern_are_all_alike(service: Service, path: str) -> None:
    token = service.token("etl", "read:prod-*", "token:prod-*")
    there, removed, never = (service.ask(token, path.format(name)) for name in ("dev", "dead", "none"))
    assert there.status == 403
    assert (there.status, there.body) == (removed.status, removed.body) == (never.status, never.body)
    assert service.ask(token, path.format("prod-b")).status == 404


def test_a_token_for_one_name_is_told_of_its_end(service: Service) -> None:
    token = service.token("etl", "read:PROD-A")
    path = "/v1/credentials/prod-a/api_key"
    assert service.ask(token, path).status == 200
    assert service.home("remove", "prod-a", "--yes").code == 0
    assert service.ask(token, path).status == 410
    assert service.home("trash", "empty", "prod-a", "--yes").code == 0
    assert service.ask(token, path).status == 404


@pytest.mark.parametrize("may", [("read:*",), ("list:*", "read:prod-*"), ("list:n*", "read:prod-*")])
def test_who_may_know_is_told(service: Service, may: tuple[str, ...]) -> None:
    keep(service.home, "new")
    token = service.token("etl", *may)
    assert service.ask(token, "/v1/credentials/none").status == 404


NUMBERED: list[tuple[str, str, object]] = [
    ("GET", "", None),
    ("PUT", "", {"description": "x"}),
    ("DELETE", "", None),
    ("GET", "/probe", None),
    ("PUT", "/probe/authenticate", None),
    ("POST", "/probe/tree", {}),
    ("GET", "/accessors", None),
    ("PUT", "/accessors", {"accessors": []}),
    ("DELETE", "/accessors", None),
    ("GET", "/audit_log", None),
]


@pytest.mark.parametrize(("method", "below", "body"), NUMBERED)
def test_numbers_too(service: Service, method: str, below: str, body: object) -> None:
    token = service.token("etl", *(f"{verb}:prod-a" for verb in ("show", "write", "delete", "share", "probe")))
    there, never = (
        service.ask(token, f"/data_credentials/{number}{below}", method, body)
        for number in (service.number_of("dev"), 4711)
    )
    assert there.status == 403
    assert (there.status, there.body) == (never.status, never.body)
    own = service.number_of("prod-a")
    assert service.home("remove", "prod-a", "--yes").code == 0
    assert service.ask(token, f"/data_credentials/{own}{below}", method, body).status == 404
