"""Let a method's probe run against written answers, without a network: its requests are compared, its answers given."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache

from nexcred.auth.authorization_code import AuthorizationCode
from nexcred.auth.flow import Grant, Request, Response, Verdict
from nexcred.auth.query import full_url
from nexcred.auth.tokens import Tokens
from nexcred.connectors.effective import authenticate
from nexcred.connectors.language.spec import Connector, Method
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.values import check_values
from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from nexcred.probing.plan import probe_flow
from tests.catalog.table import Answered, Conversation
from tests.support.standins.google import rsa_pem, service_account

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
# What a login has granted, for methods that begin with one.
ACCESS_TOKEN = "access-EXAMPLE"
# Private keys are made at run time: a value names the one that it is.
MADE: Mapping[str | int, Callable[[], str]] = {
    "<private key>": rsa_pem,
    "<service account>": lambda: json.dumps(service_account("https://oauth2.googleapis.com/token")),
}
Give = Callable[[int, Request], Response]


@cache
def spoken(one: Conversation) -> tuple[Connector, Method]:
    """Return the connector and the method that a conversation is with."""
    connector = load_connector(one.connector)
    method = connector.method(one.method)
    assert method is not None, f"{one.connector} has no method {one.method}"
    return connector, method


@cache
def fields_of(one: Conversation) -> Mapping[str, Value]:
    """Return the values as they are kept; they are checked once, since a private key takes 40 ms."""
    values = {name: MADE[value]() if value in MADE else value for name, value in one.values.items()}
    return check_values(*spoken(one), values)


def converse(one: Conversation, give: Give, fields: Mapping[str, Value] | None = None) -> Verdict:
    """Run the probe to its end; `give` answers its requests, by their number."""
    _, method = spoken(one)
    fields = fields_of(one) if fields is None else fields
    flow = probe_flow(method, fields, NOW, _granted(method, fields))
    try:
        request = next(flow)
        number = 0
        while True:
            answer = give(number, request._replace(url=full_url(request), query=()))
            number += 1
            request = flow.send(answer)
    except StopIteration as end:
        verdict: Verdict = end.value
        return verdict


def response_of(answer: Answered) -> Response:
    return Response(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.body)


def secrets_of(fields: Mapping[str, Value]) -> list[str]:
    return [str(value.reveal()) for value in fields.values() if isinstance(value, Secret)]


def _granted(method: Method, fields: Mapping[str, Value]) -> Grant | None:
    if not isinstance(method.auth, AuthorizationCode):
        return None
    session = Tokens(ACCESS_TOKEN, NOW + timedelta(hours=1)).session
    flow = authenticate(method, fields, NOW, session)
    try:
        next(flow)
    except StopIteration as end:
        grant: Grant = end.value
        return grant
    raise AssertionError("a session that is good needs nobody to be asked")
