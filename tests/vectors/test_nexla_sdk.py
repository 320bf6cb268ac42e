"""What nexla-sdk 1.0.8 sends is what is recorded, so that a change of it is seen."""

import json
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from nexla_sdk.exceptions import NexlaError

from tests.support.sdk_calls import CALLS, sdk
from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.server import StandIn

RECORDED = json.loads(Path("tests/vectors/nexla/sdk-1.0.8.json").read_text())
NUMBER = 5008


class Nexla(StandIn):
    """Answers as little as the client is content with."""

    name = "nexla"

    def answer(self, request: Received) -> Answer:
        if request.path == "/token":
            return json_answer({"access_token": "token-EXAMPLE", "token_type": "Bearer", "expires_in": 86400})
        is_list = request.method == "GET" and request.path in (
            "/data_credentials",
            f"/data_credentials/{NUMBER}/accessors",
        )
        is_list = is_list or request.path.endswith(("/accessors", "/audit_log"))
        one = {"id": NUMBER, "name": "api", "credentials_type": "rest", "status": "ok", "message": ""}
        return json_answer([] if is_list else {**one, "connection_type": "rest", "object": {}, "output": {}})


def recorded(request: Received) -> dict[str, Any]:
    """Return what is kept of a request: of its headers the names, and the values that name no machine or library."""
    told = ("accept", "content-type")
    headers = {name: request.headers[name] if name in told else None for name in sorted(request.headers)}
    kept: dict[str, Any] = {"method": request.method, "target": request.target, "headers": headers}
    kept["authorization"] = request.headers["authorization"].split(" ")[0]
    kept["body"] = json.loads(request.body) if request.body else None
    return kept


def test_the_sdk_is_the_recorded_one() -> None:
    assert version("nexla-sdk") == RECORDED["sdk"]
    assert [*RECORDED["calls"]] == ["log in", *CALLS, "log out"]


@pytest.fixture(scope="module")
def sent() -> dict[str, Any]:
    """Return what each call sends; the login comes before the first one, and no other does."""
    found: dict[str, Any] = {}
    with Nexla() as nexla, sdk(nexla.url) as client:
        for name, call in CALLS.items():
            with suppress(NexlaError):
                call(client, NUMBER)
            if len(nexla.received) > 1:
                found["log in"] = recorded(nexla.received.pop(0))
            (request,) = nexla.received
            found[name] = recorded(request)
            nexla.received.clear()
        client.logout()
        found["log out"] = recorded(nexla.received.pop())
    return found


@pytest.mark.parametrize("call", RECORDED["calls"])
def test_it_sends_what_is_recorded(sent: dict[str, Any], call: str) -> None:
    assert sent[call] == RECORDED["calls"][call]
