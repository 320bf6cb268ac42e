"""A request is let in or refused before anything of the vault is looked at, and failures have one status each."""

import logging

import pytest

from nexcred.errors import CredentialNotFound, Locked, NotPermitted
from nexcred.server.call import Call, Reply, json_reply
from nexcred.server.endpoint import Endpoint
from nexcred.server.limits import BODY_BYTES
from tests.support.opened import Opened
from tests.support.people import keep
from tests.support.serving import OpenedSource, OpenGate, access_here, serving


def _names(call: Call) -> Reply:
    return json_reply(call.access.read(lambda vault: vault.names()))


def _one(call: Call) -> Reply:
    found = call.access.read(lambda vault: vault.find(call.path["name"]))
    return json_reply({"name": found.name, "query": dict(call.query), "body": len(call.body)})


def _broken(_call: Call) -> Reply:
    raise RuntimeError("EXAMPLE-secret")


def _refused(_call: Call) -> Reply:
    raise NotPermitted("'etl' may not read 'prod'")


ENDPOINTS = [
    Endpoint("GET", "/names", "names", _names, {200: list[str]}),
    Endpoint("GET", "/one/{name}", "one", _one, {200: dict}),
    Endpoint("PUT", "/one/{name}", "one", _one, {200: dict}),
    Endpoint("GET", "/broken", "broken", _broken, {200: None}),
    Endpoint("GET", "/refused", "refused", _refused, {200: None}),
]


def test_an_endpoint_reads_the_vault(home: Opened) -> None:
    keep(home, "prod", "a b")
    with serving(ENDPOINTS, OpenGate(), OpenedSource(access_here())) as ask:
        names = ask.get("/names")
        assert (names.status, names.json) == (200, ["a b", "prod"])
        assert names.headers["cache-control"] == "no-store"
        assert names.headers["content-type"] == "application/json"
        assert ask.get("/one/a%20b?x=1&x=2&y=").json == {"name": "a b", "query": {"x": "2", "y": ""}, "body": 0}
        assert ask("PUT", "/one/prod", {"a": 1}).json["body"] == 8
        assert ask("HEAD", "/one/prod").status == 200


def test_failures_have_a_status_and_tell_no_secret(home: Opened, caplog: pytest.LogCaptureFixture) -> None:
    source = OpenedSource(access_here())
    with serving(ENDPOINTS, OpenGate(), source) as ask:
        missing = ask.get("/one/prod")
        assert (missing.status, missing.json["code"]) == (404, CredentialNotFound.code)
        assert missing.json["error"]["message"] == missing.json["message"]
        assert ask.get("/refused").status == 403
        assert ask.get("/nothing").json["code"] == "no_such_path"
        assert ask("DELETE", "/names").headers["allow"] == "GET"
        assert ask("PUT", "/one/prod", content_length=str(BODY_BYTES + 1)).status == 413
        with caplog.at_level(logging.ERROR, "nexcred"):
            broken = ask.get("/broken")
        assert (broken.status, broken.json["code"]) == (500, "internal")
        source.failure = Locked("the vault is locked")
        locked = ask.get("/names")
        assert (locked.status, locked.headers["retry-after"]) == (503, "5")
    assert "GET /broken failed: RuntimeError at " in caplog.text
    assert "EXAMPLE-secret" not in caplog.text + broken.body.decode()
