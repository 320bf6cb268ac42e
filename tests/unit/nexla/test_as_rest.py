"""What goes to Nexla as `rest` logs in just as the connector does, of every method of the catalogue that can."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from nexcred.auth.flow import Grant, Request
from nexcred.auth.request import with_grant
from nexcred.connectors.effective import authenticate
from nexcred.connectors.language.spec import Method
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.values import check_values
from nexcred.errors import InvalidData
from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from nexcred.nexla.as_rest import to_rest, why_no_rest
from nexcred.nexla.lookup import type_of
from nexcred.nexla.translate import from_nexla
from nexcred.nexla.types import TYPES
from tests.catalog.table import Conversation, conversations
from tests.support.each import for_each

NOW = datetime(2026, 1, 15, tzinfo=UTC)
_SECRET_PLACES = ("api.key.auth.value", "basic.password", "oauth2.client.secret")


def method_of(told: Conversation) -> Method:
    method = load_connector(told.connector).method(told.method)
    assert method is not None
    return method


def fields_of(told: Conversation) -> dict[str, Value]:
    return check_values(load_connector(told.connector), method_of(told), dict(told.values))


def granted(method: Method, fields: Mapping[str, Value]) -> Request:
    """Return a request as the method authenticates it, without asking anybody."""
    with pytest.raises(StopIteration) as ended:
        next(authenticate(method, fields, NOW))
    grant: Grant = ended.value.value
    return with_grant(Request("GET", "https://api.example.com/"), grant)


def read_back(values: Mapping[str, object]) -> tuple[Method, dict[str, Value]]:
    """Return what our own `rest` makes of a body; where Nexla skips the test it is told no address."""
    rest = load_connector("rest")
    wrapped = {name: Secret(text) if isinstance(text, str) else text for name, text in values.items()}
    translated = from_nexla(rest, {name: value for name, value in wrapped.items() if name != "request.headers"})
    method = rest.method(translated.method or "")
    assert method is not None
    return method, check_values(rest, method, {"base_url": "https://api.example.com", **translated.values})


GOING = [
    one
    for one in conversations()
    if not why_no_rest(method_of(one)) and type_of(load_connector(one.connector)) not in TYPES
]
STATIC = [one for one in GOING if not method_of(one).auth.requests()]
EXCHANGED = [one for one in GOING if method_of(one).auth.requests()]


@for_each(STATIC)
def test_it_logs_in_as_the_connector_does(told: Conversation) -> None:
    fields = fields_of(told)
    values = to_rest(method_of(told), fields, NOW)
    ours, theirs = granted(method_of(told), fields), granted(*read_back(values))
    further = dict(line.partition(":")[::2] for line in str(values.get("request.headers", "")).split(",") if line)
    assert ours.query == theirs.query
    assert {**further, **theirs.headers}.items() >= ours.headers.items()


@for_each(GOING)
def test_a_secret_stands_only_where_nexla_keeps_secrets(told: Conversation) -> None:
    fields = fields_of(told)
    secrets = [str(value.reveal()) for value in fields.values() if isinstance(value, Secret)]
    values = to_rest(method_of(told), fields, NOW)
    shown = json.dumps({key: text for key, text in values.items() if key not in _SECRET_PLACES})
    assert [secret for secret in secrets if secret in shown] == []


@for_each(EXCHANGED)
def test_client_credentials_are_told_with_their_endpoint(told: Conversation) -> None:
    values = to_rest(method_of(told), fields_of(told), NOW)
    assert (values["auth.type"], values["oauth2.token_exchange_type"]) == ("OAUTH2", "2-legged")
    assert values["oauth2.access.token.url"] == told.requests[0].url
    assert values["oauth2.client.auth.scheme"] in ("header", "form")
    assert {"oauth2.client.id", "oauth2.client.secret"} <= values.keys()


def test_a_call_that_proves_it_is_told_with_its_headers() -> None:
    method = load_connector("notion").method("api_token")
    assert method is not None
    values = to_rest(method, {"api_token": Secret("ntn_EXAMPLE")}, NOW)
    assert values["test.url"] == "https://api.notion.com/v1/users/me"
    assert "Notion-Version:" in str(values["request.headers"])
    assert values["test.method"] == "GET"


def test_a_key_as_a_user_name_is_no_user_name_at_nexla() -> None:
    """Nexla shows the user name to all who see the credential."""
    values = to_rest(load_connector("ashby").methods[0], {"api_key": Secret("EXAMPLE0123456789")}, NOW)
    assert values["auth.type"] == "API_KEY"
    assert str(values["api.key.auth.value"]).startswith("Basic ")
    assert values["skip.validation"] is True  # its probe is a POST


def test_what_nexla_takes_in_another_way_is_refused() -> None:
    rest = load_connector("rest")
    digest, bearer = rest.method("digest"), rest.method("bearer")
    assert digest is not None
    assert bearer is not None
    with pytest.raises(InvalidData, match="Nexla has no way to log in as it does"):
        to_rest(digest, {}, NOW)
    with pytest.raises(InvalidData, match="client certificate"):
        to_rest(bearer, {"api_key": Secret("EXAMPLE"), "client_certificate": Secret("EXAMPLE")}, NOW)
