"""A connector of the user's own that extends a built-in one: another API of the same provider, by the same tokens."""

import json
from collections.abc import Iterator

import pytest

from tests.support.opened import Opened
from tests.support.own_connector import put_connector
from tests.support.standins.github import GitHub
from tests.support.standins.internet import Internet

SPEC = """
name = "code"
title = "Our code"
docs_url = "https://docs.code.test/"
extends = "github"
hosts = ["code.test"]
page = "https://code.test/settings/tokens"

[[method]]
name = "token"

  [[method.field]]
  name = "base_url"
  default = "https://api.code.test"

  [method.probe]
  identity = "{answer.login} at our place"
"""


@pytest.fixture
def internet(tmp_path: object, opened: Opened) -> Iterator[Internet]:
    put_connector(opened, "code", SPEC)
    with Internet(opened.home) as internet:
        yield internet


def test_it_goes_to_its_own_hosts_with_what_it_takes(opened: Opened, internet: Internet) -> None:
    there = internet.host_at("api.code.test", GitHub)
    environment = {**internet.environment, "TOKEN": there.access_token}
    added = opened("add", "code", "--set", "access_token=env:TOKEN", environment=environment)
    assert (added.code, added.out) == (0, f"added code: accepted, {there.identity} at our place\n"), added.err
    assert [request.headers["host"] for request in there.received] == ["api.code.test"]
    assert opened("get", "code/access_token").out == there.access_token
    ran = opened("run", "-c", "code", "--", "sh", "-c", "printf %s $GITHUB_TOKEN")
    assert ran.out == there.access_token, ran.err
    shown = json.loads(opened("connectors", "show", "code", "--json").out)
    assert [method["name"] for method in shown["methods"]] == ["token"]


def test_its_base_stays_where_it_was(opened: Opened, internet: Internet) -> None:
    there = internet.host_at("api.code.test", GitHub)
    words = ("--set", "access_token=env:TOKEN", "--set", "base_url=https://api.code.test")
    refused = opened("add", "github", *words, environment={**internet.environment, "TOKEN": there.access_token})
    assert (refused.code, there.received) == (2, [])
    assert "--allow-host api.code.test" in refused.err


def test_what_decides_is_told_with_its_place(opened: Opened, internet: Internet) -> None:
    there = internet.host_at("api.code.test", GitHub)
    environment = {**internet.environment, "TOKEN": there.access_token}
    checked = opened("connectors", "check", "code", "--set", "access_token=env:TOKEN", environment=environment)
    assert checked.code == 0, checked.err
    line = SPEC.splitlines().index("  [method.probe]") + 1
    assert f"accepted, by method[0].probe.expect of 'github' (line {line})" in checked.out
