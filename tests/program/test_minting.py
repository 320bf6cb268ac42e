"""Requests that are answered with a credential: listed, and said when one was sent."""

import json
from pathlib import Path

from tests.support.opened import Opened
from tests.support.own_connector import put_connector
from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.server import StandIn

SPEC = """
name = "maker"
title = "Maker"
docs_url = "https://docs.maker.test/"

[[method]]
name = "api_key"
label = "API key"
unprobed = "nobody is asked"

  [[method.field]]
  name = "api_key"
  label = "API key"
  secret = true

  [[method.field]]
  name = "base_url"
  label = "Base URL"
  kind = "url"
  default = "https://api.maker.test"

  [method.auth]
  scheme = "headers"
  headers = { Authorization = "Bearer {api_key}" }

  [[method.mints]]
  path = "/projects/*/keys"
  what = "an API key"
"""


class Maker(StandIn):
    def answer(self, request: Received) -> Answer:
        return json_answer({"key": "made-EXAMPLE"}, 403 if request.path.endswith("/closed/keys") else 201)


def test_it_is_said_when_one_was_answered(opened: Opened, tmp_path: Path) -> None:
    put_connector(opened, "maker", SPEC)
    with Maker() as maker:
        to = ("--set", f"base_url={maker.url}", "--allow-host", maker.host)
        assert opened("add", "maker", "--set", "api_key=env:KEY", *to, environment={"KEY": "k-EXAMPLE"}).code == 0
        made = opened("request", "maker", "/projects/1/keys", "-X", "POST")
        assert (made.code, json.loads(made.out)) == (0, {"key": "made-EXAMPLE"})
        assert made.err == "nexcred: the answer holds an API key: keep it with nexcred add\n"
        assert opened("request", "maker", "/projects/1/keys", "-X", "POST", "--quiet").err == ""
        assert opened("request", "maker", "/projects/1/keys").err == ""
        assert "an API key" not in opened("request", "maker", "/projects/closed/keys", "-X", "POST").err


def test_they_are_listed(opened: Opened) -> None:
    put_connector(opened, "maker", SPEC)
    assert "POST /projects/*/keys: an API key" in opened("connectors", "show", "maker").out
    (method,) = json.loads(opened("connectors", "show", "maker", "--json").out)["methods"]
    mint = {"method": "POST", "path": "/projects/*/keys", "parameters": {}, "what": "an API key"}
    assert method["mints"] == [mint]
