"""A key that says where it belongs: its end is a part of the host that it goes to, and of no other."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.opened import Opened
from tests.support.own_connector import put_connector
from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.internet import Internet
from tests.support.standins.server import StandIn

KEY = "0123456789-EXAMPLE-us6"
SPEC = """
name = "parcel"
title = "Parcel"
docs_url = "https://docs.parcel.test/"

[[method]]
name = "api_key"
label = "API key"

  [[method.field]]
  name = "api_key"
  label = "API key"
  secret = true
  expects = "a key that ends with its data centre, such as -us6"
  part = [{ name = "data_center", after = "-", pattern = "[a-z]{2}[0-9]{1,2}", public = true }]

  [[method.field]]
  name = "base_url"
  label = "Base URL"
  kind = "url"
  advanced = true
  required = false
  default = "https://{data_center}.api.parcel.test/3.0"

  [method.auth]
  scheme = "basic"
  username = "any"
  password = "{api_key}"

  [method.probe]
  request = { url = "{base_url}/ping" }
  expect = "ok"
  identity = "data centre {data_center}"
  control = true
"""


class Parcel(StandIn):
    """One data centre, which knows its own keys alone."""

    def answer(self, request: Received) -> Answer:
        if request.path != "/3.0/ping" or request.headers.get("host") != "us6.api.parcel.test":
            return json_answer({}, 404)
        is_known = request.headers.get("authorization") == "Basic YW55OjAxMjM0NTY3ODktRVhBTVBMRS11czY="
        return json_answer({"ok": True} if is_known else {"detail": "who?"}, 200 if is_known else 401)


@pytest.fixture
def parcel(opened: Opened) -> Path:
    return put_connector(opened, "parcel", SPEC)


@pytest.fixture
def internet(tmp_path: Path) -> Iterator[Internet]:
    with Internet(tmp_path) as internet:
        yield internet


def test_a_key_goes_to_the_host_that_it_names(opened: Opened, parcel: Path, internet: Internet) -> None:
    there = internet.host_at("us6.api.parcel.test", Parcel)
    added = opened("add", "parcel", "--set", "api_key=env:KEY", environment={**internet.environment, "KEY": KEY})
    assert (added.code, added.out) == (0, "added parcel: accepted, data centre us6\n"), added.err
    junk = there.received[-1]
    assert (junk.headers["host"], junk.holds("YW55OjAxMjM0NTY3ODktRVhBTVBMRS11czY=")) == ("us6.api.parcel.test", False)
    ran = opened("request", "parcel", "/ping", environment=internet.environment)
    assert (ran.code, json.loads(ran.out)) == (0, {"ok": True})


@pytest.mark.parametrize(
    "key", ["0123456789EXAMPLE", "0123456789EXAMPLE-", "EXAMPLE-evil.test/", "EXAMPLE-us6.evil.test", "EXAMPLE-us6\n"]
)
def test_a_key_that_names_none_is_told_at_once(opened: Opened, parcel: Path, key: str) -> None:
    refused = opened("add", "parcel", "--set", "api_key=env:KEY", "--no-probe", "--json", environment={"KEY": key})
    assert refused.code == 2
    assert "must be a key that ends with its data centre, such as -us6" in refused.err
    assert "EXAMPLE" not in refused.err


def test_a_file_that_lets_the_key_say_any_host_is_refused(opened: Opened, parcel: Path) -> None:
    for loose in ('pattern = ".+", public = true', 'pattern = "[a-z]{2}[0-9]{1,2}"'):
        text = SPEC.replace('pattern = "[a-z]{2}[0-9]{1,2}", public = true', loose)
        parcel.write_text(text)
        refused = opened("connectors", "check", "parcel")
        assert (refused.code, "data_center" in refused.err) == (2, True)
