"""Each flag of `update` says what to change, alone or with others."""

import json

import pytest

from tests.support.opened import Opened
from tests.support.program import Ran

FLAGS = {
    "set": (
        ("--set", "region=emea"),
        "fields",
        {"account_id": "4711", "region": "emea", "base_url": "https://own.test"},
    ),
    "unset": (("--unset", "base_url"), "fields", {"account_id": "4711", "region": "na"}),
    "description": (("--description", "events"), "description", "events"),
    "tag": (("--tag", "prod"), "tags", ["test", "prod"]),
    "untag": (("--untag", "test"), "tags", []),
    "allow-host": (("--allow-host", "elsewhere.test"), "allowed_hosts", ["own.test", "elsewhere.test"]),
    "method": (("--method", "api_key"), "method", "api_key"),
}


@pytest.fixture
def kept(opened: Opened) -> Opened:
    values = ("--set", "account_id=4711", "--set", "api_key=env:KEY", "--set", "base_url=https://own.test")
    flags = ("--allow-host", "own.test", "--tag", "test", "--no-probe")
    added = opened("add", "aventri", "kept", *values, *flags, environment={"KEY": "k-EXAMPLE"})
    assert added.code == 0, added.err
    return opened


def told(ran: Ran) -> dict[str, object]:
    """Return what a credential is printed as, by shorter names."""
    shown = json.loads(ran.out)
    return {**shown, "fields": shown["credentials_non_secure_data"]}


@pytest.mark.parametrize("flag", FLAGS)
def test_each_alone_is_done(kept: Opened, flag: str) -> None:
    words, key, expected = FLAGS[flag]
    updated = kept("update", "kept", *words, "--no-probe", "--json")
    assert updated.code == 0, updated.err
    assert told(updated)[key] == expected


def test_all_at_once_are_done(kept: Opened) -> None:
    words = [word for said, _, _ in FLAGS.values() for word in said]
    updated = kept("update", "kept", *words, "--no-probe", "--json")
    assert updated.code == 0, updated.err
    shown = told(updated)
    assert shown["fields"] == {"account_id": "4711", "region": "emea"}
    assert (shown["description"], shown["tags"]) == ("events", ["prod"])
    assert shown["allowed_hosts"] == ["own.test", "elsewhere.test"]


def test_none_at_all_is_no_change(kept: Opened) -> None:
    refused = kept("update", "kept", "--no-probe")
    assert (refused.code, "say what to change" in refused.err) == (2, True)
