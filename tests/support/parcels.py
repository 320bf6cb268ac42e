"""The connector of Parcels, a provider that does not exist, by parts, and a program that keeps a credential of it."""

import json

from tests.support.opened import Opened
from tests.support.own_connector import put_connector
from tests.support.program import Program, Ran
from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.parcels import Parcels

PARCELS = """\
name = "parcels"
title = "Parcels"
docs_url = "https://docs.parcels.test/"
description = "Where parcels are."
pages = { cursor = "next", query = "from" }

[[method]]
name = "api_key"
label = "API key"
steps = ["Open Settings", "Press New key"]
page = "https://docs.parcels.test/keys"

  [[method.field]]
  name = "api_key"
  label = "Key"
  secret = true
  env = "PARCELS_KEY"

  [[method.field]]
  name = "key_id"
  label = "Key ID"
  required = false
  pattern = "k[0-9]+"

  [[method.field]]
  name = "base_url"
  label = "Base"
  kind = "url"

  [method.auth]
  scheme = "headers"
  headers = { Authorization = "Bearer {api_key}" }

  [method.probe]
  request = { url = "{base_url}/me" }
  expect = "user"
"""
ADD = """
  [method.rotate]
  kind = "add"
  most = 3
  settle_s = 0
  note = "Both keys work until the old one is revoked."

    [method.rotate.create]
    request = { method = "POST", url = "{base_url}/keys", json = { name = "nexcred {today}" } }
    set = { api_key = "key", key_id = "id" }

    [method.rotate.list]
    request = { url = "{base_url}/keys" }
    each = "keys[]"
    id = "id"
    kept = "key_id"
    created = "created_at"
    used = "used_at"
    ours = "starts_with(name, 'nexcred ')"

    [method.rotate.revoke]
    request = { method = "DELETE", url = "{base_url}/keys/{old.key_id}" }
    accept_status = "2xx,404"
    by = "new"
"""
CHANGE = """
  [method.rotate]
  kind = "change"

    [method.rotate.change]
    request = { method = "PUT", url = "{base_url}/password", json = { key = "{new.api_key}" } }
    make = { api_key = 32 }
"""
REPLACE = """
  [method.rotate]
  kind = "replace"

    [method.rotate.create]
    request = { method = "POST", url = "{base_url}/keys", json = { name = "nexcred {today}" } }
    set = { api_key = "key", key_id = "id" }
"""
REVOKE = """
  [method.revoke]
  request = { method = "POST", url = "{base_url}/end", json = { key = "{old.api_key}" } }
  by = "nobody"
  expect = "accepted"
  already = "code == 'unknown_key'"
  done = "taken"
"""


def put_parcels(program: Program, rotate: str = ADD) -> None:
    """Put the connector where the program finds its user's own."""
    put_connector(program, "parcels", PARCELS + rotate)


def keep(program: Opened, parcels: Parcels, rotate: str = ADD, name: str = "parcels") -> Opened:
    put_parcels(program, rotate)
    values = ("--set", "api_key=env:KEY", "--set", "key_id=k1", "--set", f"base_url={parcels.base_url}")
    held = {"KEY": "first-EXAMPLE"}
    added = program("add", "parcels", name, *values, "--allow-host", parcels.host, environment=held)
    assert added.code == 0, added.err
    return program


def told(ran: Ran) -> dict[str, object]:
    (one,) = json.loads(ran.out)
    assert isinstance(one, dict)
    return one


def refuse_to_end(parcels: Parcels, status: int) -> None:
    """Let the provider end nothing, and say so."""
    keys = dict(parcels.keys)

    def refuse(request: Received, proper: Answer) -> Answer:
        if request.method != "DELETE":
            keys.update(parcels.keys)
            return proper
        parcels.keys = dict(keys)
        return json_answer({"message": "not now"}, status)

    parcels.fault = refuse


def key(program: Opened, name: str = "parcels") -> str:
    return program("get", f"{name}/api_key").out
