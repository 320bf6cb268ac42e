"""Somebody logs in by every method of the catalogue for that, at a server that wants exactly what its file says."""

import tomllib
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import pytest

from nexcred.auth.authorization import answer_in
from nexcred.auth.authorization_code import AuthorizationCode
from nexcred.auth.device_code import NotApproved
from nexcred.auth.flow import Grant, Refused, Request, Response
from nexcred.auth.query import full_url
from nexcred.connectors.filled_values import text_values
from nexcred.connectors.found_values import fields_found_by, with_found
from nexcred.connectors.language.spec import Connector, Method
from nexcred.connectors.lint.decode import decode_connector
from nexcred.connectors.load.loader import hosts_to_keep, load_all
from nexcred.connectors.load.names import CATALOGUE, Folders
from nexcred.model.credential import Details
from nexcred.services.grants.login import begin
from nexcred.services.values.hosts import check_hosts, policy_for
from tests.support.oauth_connector import connector_text
from tests.support.spec_rules import LOGINS, Case, case_of, filled, rules_of, sample_fields
from tests.support.standins.device_server import DeviceAuthorizer
from tests.support.standins.exchange import Answer, Received, json_answer

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
T = TypeVar("T")
CONNECTORS = load_all(Folders(CATALOGUE))
METHODS = [
    (connector, method)
    for connector in CONNECTORS
    for method in connector.methods
    if isinstance(method.auth, AuthorizationCode)
]


class Login:
    """One method with sample values, and the server that it logs in at; nothing of it is sent."""

    def __init__(self, connector: Connector, method: Method, case: Case | None = None) -> None:
        assert isinstance(method.auth, AuthorizationCode)
        self.method, self.auth, self.case = method, method.auth, case or case_of(connector, method)
        fields, hosts = sample_fields(method, self.case), hosts_to_keep(connector, method)
        self.details = Details(connector.name, connector.digest, method.name, (), fields, hosts)
        check_hosts(method, self.details)
        self.policy = policy_for(method, self.details)
        self.values = text_values(method, fields)
        self.texts = {name: str(value) for name, value in self.values.items()}
        self.server = DeviceAuthorizer(rules_of(self.auth, self.texts, self.case))

    def drive(self, flow: Generator[Request, Response, T]) -> T:
        """Hand each request to the server, if the credential may go there, and return the result."""
        try:
            request = next(flow)
            while True:
                self.policy.check(request.url)
                answer = self._answered(request)
                headers = {name.lower(): value for name, value in answer.headers}
                request = flow.send(Response(answer.status, headers, answer.body))
        except StopIteration as end:
            result: T = end.value
            return result

    def _answered(self, request: Request) -> Answer:
        headers = {name.lower(): value for name, value in request.headers.items()}
        target = urlsplit(full_url(request))
        received = Received(request.method, f"{target.path}?{target.query}", headers, request.body or b"")
        if request.url == filled(self.auth.token_url, self.texts):
            assert request.method == "POST"
            is_polled = b"device_code" in received.body
            return self.server.poll(received) if is_polled else self.server.token(received)
        if request.url == filled(self.auth.device_authorization_url, self.texts):
            return self.server.begin_device(received)
        assert self.auth.look_up, request.url
        assert any(received.holds(token) for token in self.server.access_tokens)
        return json_answer(self.case.looked_up)

    def approve(self) -> tuple[Any, dict[str, str]]:
        """Begin in the browser, and return what it brings back."""
        login = begin(self.method, self.details)
        page, _, query = login.url.partition("?")
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True)
        assert (page, len(dict(pairs))) == (filled(self.auth.authorize_url, self.texts), len(pairs))
        answer = self.server.authorize(dict(pairs))
        assert answer.status == 302, self.server.refusals
        brought = answer_in(urlsplit(dict(answer.headers)["Location"]).query)
        assert brought is not None
        assert login.is_answered_by(brought)
        return login, dict(brought)

    def log_in(self) -> Grant:
        """Log in in the way that there is."""
        if self.auth.authorize_url:
            login, brought = self.approve()
            return self.drive(self.auth.redeem(login, brought, self.values, NOW))
        device = self.drive(self.auth.begin_device(self.values, NOW))
        grant = self.drive(self.auth.poll_device(device, 5, self.values, NOW))
        assert isinstance(grant, Grant)
        return grant


def of_methods(has: Callable[[AuthorizationCode], object] = bool) -> pytest.MarkDecorator:
    """Run a test for each method whose scheme has something."""
    chosen = [(connector, method) for connector, method in METHODS if has(method.auth)]  # type: ignore[arg-type]
    return pytest.mark.parametrize(
        ("connector", "method"), chosen, ids=[f"{connector.name}-{method.name}" for connector, method in chosen]
    )


@of_methods()
def test_somebody_logs_in_and_the_login_is_renewed(connector: Connector, method: Method) -> None:
    assert_logs_in(Login(connector, method))


@of_methods(lambda auth: auth.authorize_url)
def test_a_code_is_good_once(connector: Connector, method: Method) -> None:
    login = Login(connector, method)
    authorization, brought = login.approve()
    assert login.drive(login.auth.redeem(authorization, brought, login.values, NOW)).token
    with pytest.raises(Refused):
        login.drive(login.auth.redeem(authorization, brought, login.values, NOW))
    assert len(login.server.refusals) == 1


@of_methods(lambda auth: auth.device_authorization_url)
def test_who_has_not_approved_yet_is_asked_again(connector: Connector, method: Method) -> None:
    login = Login(connector, method)
    login.server.polls = 1
    device = login.drive(login.auth.begin_device(login.values, NOW))
    assert login.drive(login.auth.poll_device(device, 5, login.values, NOW)) == NotApproved(5)
    assert isinstance(login.drive(login.auth.poll_device(device, 5, login.values, NOW)), Grant)
    assert login.server.refusals == []


def test_what_is_said_of_logins_is_of_methods_that_there_are() -> None:
    there = {(connector.name, method.name) for connector, method in METHODS}
    said = {(path.stem, method) for path in LOGINS.glob("*.toml") for method in tomllib.loads(path.read_text())}
    assert said <= there


WRAPPED = """
  names = { client_id = "app_id", client_secret = "secret", code = "auth_code", grant_type = "" }
  format = "json"
  pkce = false
  tokens_at = "data.tokens"
"""
OTHERWISE = """
  authorize_names = { client_id = "", code = "spapi_oauth_code", scope = "user_scope" }
  authorize_parameters = { application_id = "{client_id}" }
  parameters = { audience = "all" }
  headers = { Version = "2022-06-28" }
  scope_separator = ","
  tokens_at = "{access_token: token, refresh_token: renewal}"
  look_up = { request = { url = "{base_url}/sites" }, set = { site = "[0].id" } }
  from_answer = { shard = "shard.name" }
"""
FOUND = """
  [[method.field]]
  name = "site"
  label = "Site"
  pattern = "[0-9]+"
  advanced = true
  required = false

  [[method.field]]
  name = "shard"
  label = "Shard"
  pattern = "[a-z]+"
  advanced = true
  required = false
"""


@pytest.mark.parametrize(
    ("keys", "fields", "case"),
    [
        (WRAPPED, "", Case()),
        (
            OTHERWISE,
            FOUND,
            Case(
                tells={"shard": {"name": "eu"}},
                granted={"token": "{access_token}", "renewal": "{refresh_token}"},
                looked_up=[{"id": 7}, {"id": 8}],
                found={"site": "7", "shard": "eu"},
            ),
        ),
    ],
    ids=["wrapped", "otherwise"],
)
@pytest.mark.parametrize("client_auth", ["basic", "body"])
def test_the_server_plays_every_oddity(keys: str, fields: str, case: Case, client_auth: str) -> None:
    connector = decode_connector(connector_text(keys, fields=fields, client_auth=client_auth).encode(), "acme.toml")
    assert_logs_in(Login(connector, connector.methods[0], case))


def assert_logs_in(login: Login) -> None:
    """Log in, and renew that once where the provider gives something to renew it with."""
    grant = login.log_in()
    assert (grant.token in login.server.access_tokens, login.server.refusals) == (True, [])
    assert dict(grant.found) == login.case.found
    whole = with_found(login.method, login.details.fields, grant.found, login.policy.check)
    assert {*fields_found_by(login.auth)} <= {*whole, *login.values}
    ended = {**(grant.session or {}), "access_token": ""}
    if "refresh_token" not in ended:
        return
    again = login.drive(login.auth.flow(login.values, NOW, ended))
    assert (again.token in login.server.access_tokens, login.server.refusals) == (True, [])
    assert again.token != grant.token
    assert dict(again.found) == login.case.found
    with pytest.raises(Refused):  # the refresh token that was used
        login.drive(login.auth.flow(login.values, NOW, ended))
