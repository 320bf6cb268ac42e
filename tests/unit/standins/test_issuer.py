"""Every method of the rest connector against a server that checks it: the right values, wrong ones, and the control."""

from collections.abc import Iterator
from typing import Any

import pytest

from nexcred.auth.signing import another_private_key
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.values import check_values
from nexcred.model.credential import Details
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.services.proving.prober import Prober
from tests.support.standins.google import rsa_pem
from tests.support.standins.issuer import Issuer

PEM = rsa_pem()
CLIENT = {"client_id": Issuer.client_id, "client_secret": Issuer.client_secret}
SIGNED = {"private_key": PEM, "issuer": "app-1", "subject": "ada", "key_id": "k1"}
LOGIN = {"username": "ada", "password": Issuer.password, "username_name": "login", "password_name": "key"}
SESSION = {**LOGIN, "token_rule": "data.session", "header_name": "X-Session"}
# The method, what it takes beside the URLs, and what is wrong enough to be refused.
WAYS: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
    "client credentials": ("client_credentials", CLIENT, {"client_secret": "wrong"}),
    "client credentials with a scope": (
        "client_credentials",
        {**CLIENT, "scope": "read write", "audience": "all"},
        {"client_id": "wrong"},
    ),
    "password grant": (
        "password_grant",
        {**CLIENT, "username": "ada", "password": Issuer.password},
        {"password": "wrong"},
    ),
    "refresh token": ("refresh_token", {**CLIENT, "refresh_token": "refresh-EXAMPLE"}, {"refresh_token": "wrong"}),
    "jwt bearer": ("jwt_bearer", {**SIGNED, "audience": "{token_url}"}, {"private_key": another_private_key()}),
    "signed jwt": ("signed_jwt", {**SIGNED, "audience": "https://api.example.com"}, {"issuer": "app-2"}),
    "session token": ("session_token", SESSION, {"username": "eve"}),
    "key in a json body": ("body", {"api_key": Issuer.api_key, "health_path": "/search"}, {"api_key": "wrong"}),
    "key in a form": (
        "body",
        {"api_key": Issuer.api_key, "health_path": "/search", "body_format": "form"},
        {"body_name": "key"},
    ),
    "key in the path": ("path", {"api_key": Issuer.api_key, "path_before": "/bot"}, {"api_key": "wrong"}),
}


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer() as stand_in:
        yield stand_in


def ask(issuer: Issuer, method_name: str, given: dict[str, str], /, **changed: str) -> ProbeResult:
    connector = load_connector("rest")
    method = connector.method(method_name)
    assert method is not None
    raw: dict[str, Any] = {"base_url": issuer.url, "health_path": "/me", "success": "user.id", **given, **changed}
    if method.find("token_url"):
        raw["token_url"] = issuer.token_url
    raw = {name: value.replace("{token_url}", issuer.token_url) for name, value in raw.items()}
    fields = check_values(connector, method, raw)
    details = Details("rest", connector.digest, method_name, (issuer.host,), fields)
    return Prober({}).probe(method, details, control=True)


@pytest.mark.parametrize("way", WAYS)
def test_what_is_right_is_accepted_and_a_made_up_secret_is_not(issuer: Issuer, way: str) -> None:
    method, given, _ = WAYS[way]
    result = ask(issuer, method, given)
    assert (result.status, result.detail) == (ProbeStatus.ACCEPTED, "")


@pytest.mark.parametrize("way", WAYS)
def test_what_is_wrong_is_no_yes(issuer: Issuer, way: str) -> None:
    method, given, wrong = WAYS[way]
    expected = ProbeStatus.FORBIDDEN if method == "session_token" else ProbeStatus.REJECTED
    assert ask(issuer, method, given, **wrong).status is expected


@pytest.mark.parametrize("method", ["client_credentials", "refresh_token"])
def test_a_client_may_prove_itself_in_the_body(issuer: Issuer, method: str) -> None:
    issuer.client_auth = "body"
    given = {**CLIENT, "refresh_token": "refresh-EXAMPLE"} if method == "refresh_token" else CLIENT
    assert ask(issuer, method, given).status is ProbeStatus.REJECTED
    assert ask(issuer, method, given, client_auth="body").status is ProbeStatus.ACCEPTED


def test_a_scope_that_is_not_granted_is_forbidden(issuer: Issuer) -> None:
    assert ask(issuer, "client_credentials", CLIENT, scope="all").status is ProbeStatus.FORBIDDEN


def test_a_token_of_unknown_end_is_taken(issuer: Issuer) -> None:
    issuer.ttl_s = None
    assert ask(issuer, "client_credentials", CLIENT).status is ProbeStatus.ACCEPTED
