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


def test_replace_adds_what_is_missing_and_changes_nothing_twice(opened: Opened) -> None:
    words = (*GIVEN, "--tag", "prod", "--replace")
    assert opened(*words, environment=KEY).out == "added resci: not probed\n"
    before = json.loads(opened("show", "resci", "--json").out)
    again = opened(*words, environment=KEY)
    assert (again.code, again.out, "unchanged" in again.err) == (0, "", True)
    assert json.loads(opened(*words, "--json", environment=KEY).out)["credentials_version"] == "1"
    assert json.loads(opened("show", "resci", "--json").out) == before
    assert opened.names == ["resci"]


def test_replace_updates_what_is_given_and_no_more(opened: Opened) -> None:
    assert opened(*GIVEN, "--tag", "prod", "-d", "events", environment=KEY).code == 0
    replaced = opened(*GIVEN, "RESCI", "--replace", "--tag", "new", environment={"KEY": "another-EXAMPLE"})
    assert (replaced.code, replaced.out) == (0, "updated resci: not probed\n")
    now = json.loads(opened("show", "resci", "--json").out)
    assert (now["credentials_version"], now["tags"], now["description"]) == ("2", ["prod", "new"], "events")
    assert opened("get", "resci/api_key").out == "another-EXAMPLE"
    assert opened("add", "resci", "--replace", "-d", "else").code == 0  # without values, which stay
    assert json.loads(opened("show", "resci", "--json").out)["credentials_version"] == "2"


def test_replace_does_not_take_one_connector_for_another(opened: Opened) -> None:
    assert opened(*GIVEN, environment=KEY).code == 0
    values = ("--set", "account_id=4711", "--set", "api_key=env:KEY", "--no-probe", "--replace")
    refused = opened("add", "aventri", "resci", *values, environment=KEY)
    assert (refused.code, "connector resci" in refused.err) == (8, True)
    assert opened(*GIVEN, "--replace", "--if-missing", environment=KEY).code == 2


def test_replace_may_give_another_method(opened: Opened) -> None:
    values = ("--set", "account_domain=acme", "--set", "api_key=env:KEY", "--no-probe")
    assert opened("add", "aha", *values, environment=KEY).code == 0
    oauth = ("--method", "oauth2", "--set", "client_id=c", "--set", "client_secret=env:KEY")
    replaced = opened("add", "aha", *oauth, "--replace", "--no-probe", environment=KEY)
    assert replaced.code == 0, replaced.err
    assert json.loads(opened("show", "aha", "--json").out)["method"] == "oauth2"


def test_replace_names_all_that_is_bad_at_once_and_changes_nothing(opened: Opened) -> None:
    assert (
        opened(
            "add", "aventri", "--set", "account_id=4711", "--set", "api_key=env:KEY", "--no-probe", environment=KEY
        ).code
        == 0
    )
    bad = opened("add", "aventri", "--set", "region=nowhere", "--set", "api_key=env:UNSET", "--replace", "--json")
    assert bad.code == 2
    told = {one["field"] for one in json.loads(bad.err.splitlines()[-1])["error"]["fields"]}
    assert told == {"region", "api_key"}
    assert json.loads(opened("show", "aventri", "--json").out)["credentials_version"] == "1"
