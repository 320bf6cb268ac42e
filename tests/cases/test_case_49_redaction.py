"""Case 49: a secret echoed in an answer shows in no verdict, whatever part of the answer it comes in."""

import base64
import json
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from nexcred.connectors.language.spec import Method
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.values import check_values
from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from nexcred.probing.plan import probe_flow
from tests.unit.auth.drive import answer, run
from tests.unit.connectors.specs import changed, connector_of

NOW = datetime(2026, 1, 15, tzinfo=UTC)
KEY = 'EXAMPLE+key/0123456789=ä"'
TOKEN = "session-EXAMPLE-9876543210"


def rest(name: str, **extra: object) -> tuple[Method, dict[str, Value]]:
    connector = load_connector("rest")
    method = connector.method(name)
    assert method is not None
    return method, check_values(connector, method, {"base_url": "https://api.example.com", **extra})


@pytest.mark.parametrize("status", [200, 400, 401, 403, 429, 500])
@pytest.mark.parametrize(
    "echo",
    [
        KEY,
        quote(KEY),
        quote(KEY, safe=""),
        base64.b64encode(KEY.encode()).decode(),
        json.dumps(KEY),
        KEY[:14] + "…",
        KEY * 50,
    ],
)
def test_a_key_echoed_in_a_message_is_redacted(status: int, echo: str) -> None:
    method, fields = rest("query", api_key=KEY, success="never")
    _, verdict = run(probe_flow(method, fields, NOW), answer({"message": f"bad key {echo}"}, status))
    for form in (KEY, quote(KEY), base64.b64encode(KEY.encode()).decode(), json.dumps(KEY)[1:-1]):
        assert form[:10] not in f"{verdict.detail} {verdict.identity}"


def test_a_basic_header_echoed_is_redacted() -> None:
    method, fields = rest("basic", username="ada", password="EXAMPLE-password")
    header = base64.b64encode(b"ada:EXAMPLE-password").decode()
    _, verdict = run(probe_flow(method, fields, NOW), answer({"message": f"cannot read 'Basic {header}'"}, 401))
    assert verdict.detail == "cannot read 'Basic ••••'"


def test_a_session_token_echoed_is_redacted() -> None:
    auth = """scheme = "session_token"
  token = "token"
  request = { method = "POST", url = "https://{tenant}.acme.test/login", form = { key = "{api_key}" } }
  apply = { headers = { Authorization = "Bearer {token}" } }"""
    spec = changed('scheme = "headers"\n  headers = { Authorization = "Bearer {api_key}" }', auth)
    fields: dict[str, Value] = {"tenant": "acme", "api_key": Secret(KEY)}
    flow = probe_flow(connector_of(spec).methods[0], fields, NOW)
    requests, verdict = run(flow, answer({"token": TOKEN}), answer({"message": f"{TOKEN} of acme is old"}, 401))
    assert requests[1].headers["Authorization"] == f"Bearer {TOKEN}"
    assert verdict.detail == "•••• of acme is old"


def test_a_key_in_a_redirects_host_is_redacted() -> None:
    method, fields = rest("bearer", api_key="exampleexamplekey")
    response = answer({}, 302, location="https://exampleexamplekey.evil.test/?k=exampleexamplekey")
    _, verdict = run(probe_flow(method, fields, NOW), response)
    assert verdict.detail == "redirected to ••••.evil.test (302)"


def test_an_identity_that_is_the_key_is_redacted() -> None:
    connector = load_connector("aha")
    values = check_values(connector, connector.methods[0], {"account_domain": "a", "api_key": "EXAMPLE-key-1"})
    _, verdict = run(probe_flow(connector.methods[0], values, NOW), answer({"user": {"email": "EXAMPLE-key-1"}}))
    assert verdict.identity == "••••"
