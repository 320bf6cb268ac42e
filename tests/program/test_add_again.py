"""A script that runs twice makes nothing twice."""

import json

import pytest

from tests.support.opened import Opened
from tests.support.program import Program
from tests.support.program_fixtures import PASSPHRASE, nexcred

__all__ = ["nexcred"]
GIVEN = ("add", "resci", "--set", "api_key=env:KEY", "--no-probe")
KEY = {"KEY": "key-EXAMPLE"}


def test_a_second_add_without_a_name_is_a_conflict(opened: Opened) -> None:
    assert opened(*GIVEN, environment=KEY).code == 0
    refused = opened(*GIVEN, environment=KEY)
    assert (refused.code, "'resci' exists already" in refused.err) == (8, True)
    assert opened.names == ["resci"]


@pytest.mark.parametrize("name", [(), ("RESCI",), ("resci",)], ids=["none", "other case", "same"])
def test_if_missing_leaves_what_is_there_as_it_is(opened: Opened, name: tuple[str, ...]) -> None:
    words = (GIVEN[:2], name, GIVEN[2:], ("--if-missing",))
    again = [word for part in words for word in part]
    assert opened(*GIVEN, environment=KEY).code == 0
    before = opened("show", "resci", "--json").out
    kept = opened(*again, environment={"KEY": "another-EXAMPLE"})
    assert (kept.code, kept.out, "is there already" in kept.err) == (0, "", True)
    told = opened(*again, "--json", environment={"KEY": "another-EXAMPLE"})
    assert json.loads(told.out)["id"] == json.loads(before)["id"]
    assert opened("get", "resci/api_key").out == KEY["KEY"]
    assert opened.names == ["resci"]


def test_if_missing_needs_no_values_for_what_is_there(opened: Opened) -> None:
    assert opened(*GIVEN, environment=KEY).code == 0
    assert opened("add", "resci", "--if-missing").code == 0
    assert opened("add", "resci", "other", "--if-missing").code == 2  # and what is not there, does


def test_if_missing_adds_what_is_missing(nexcred: Program) -> None:
    given = {**KEY, "NEXCRED_PASSPHRASE": PASSPHRASE}
    assert nexcred(*GIVEN, "--if-missing", environment=given).code == 0  # the vault too
    assert nexcred("get", "resci/api_key", environment=given).out == KEY["KEY"]


@pytest.mark.parametrize(
    "other",
    [
        ("add", "aventri", "resci", "--set", "account_id=4711", "--set", "api_key=env:KEY"),
        ("add", "rest", "resci", "--method", "basic"),
    ],
    ids=["connector and values", "connector and method"],
)
def test_if_missing_does_not_take_one_thing_for_another(opened: Opened, other: tuple[str, ...]) -> None:
    assert opened(*GIVEN, environment=KEY).code == 0
    refused = opened(*other, "--if-missing", environment=KEY)
    assert (refused.code, "connector resci" in refused.err) == (8, True)


def test_if_missing_does_not_take_one_method_for_another(opened: Opened) -> None:
    values = ("--set", "account_domain=acme", "--set", "api_key=env:KEY", "--no-probe")
    assert opened("add", "aha", *values, environment=KEY).code == 0
    assert opened("add", "aha", *values, "--if-missing", environment=KEY).code == 0
    refused = opened("add", "aha", "--method", "oauth2", "--if-missing")
    assert (refused.code, "method api_key" in refused.err) == (8, True)
