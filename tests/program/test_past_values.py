"""Past values are read as they are restored: by who holds the credential, along its history."""

import json

import pytest

from tests.support.opened import Opened
from tests.support.people import invite, said_no

VALUES = ("k1-EXAMPLE", "k2-EXAMPLE", "k3-EXAMPLE")


@pytest.fixture
def kept(opened: Opened) -> Opened:
    given = ("--set", "account_id=1", "--set", "api_key=env:KEY", "--no-probe")
    assert opened("add", "aventri", *given, environment={"KEY": VALUES[0]}).code == 0
    for number, value in enumerate(VALUES[1:], start=2):
        changed = ("--set", f"account_id={number}", "--set", "api_key=env:KEY", "--no-probe")
        assert opened("update", "aventri", *changed, environment={"KEY": value}).code == 0
    return opened


def test_each_kept_revision_is_got_byte_for_byte(kept: Opened) -> None:
    for number, value in enumerate(VALUES, start=1):
        got = kept("get", "aventri/api_key", "--revision", str(number))
        assert (got.code, got.out, got.err) == (0, value, "")
    assert kept("get", "aventri/account_id", "--revision", "1").out == "1"
    assert kept("get", "aventri/api_key").out == VALUES[-1]


@pytest.mark.parametrize("words", [("get", "aventri/api_key"), ("show", "aventri"), ("show", "aventri", "--reveal")])
@pytest.mark.parametrize("number", ["0", "4", "-1", "99999999999999999999"])
def test_a_revision_that_is_not_kept_is_not_found(kept: Opened, words: tuple[str, ...], number: str) -> None:
    assert said_no(kept(*words, "--revision", number), 3, f"has no revision {number}", "nexcred history")


def test_verifying_counts_them_in_words(opened: Opened) -> None:
    assert opened("add", "secret", "one", "--set", "key=generate").code == 0
    assert opened("update", "one", "--set", "key=generate").code == 0
    told = "every record is as it was signed: 1 credential, 1 of them opened, 1 past revision\n"
    assert opened("vault", "verify").out == told


def test_show_tells_what_it_was(kept: Opened) -> None:
    shown = kept("show", "aventri", "--revision", "1").out
    assert VALUES[0] not in shown
    was = json.loads(kept("show", "aventri", "--revision", "1", "--json", "--reveal").out)
    assert (was["credentials_version"], was["credentials_non_secure_data"]["account_id"]) == ("1", "1")
    assert was["credentials"]["api_key"] == VALUES[0]
    assert "credentials" not in json.loads(kept("show", "aventri", "--revision", "1", "--json").out)
    present = json.loads(kept("show", "aventri", "--revision", "3", "--json").out)
    assert present == json.loads(kept("show", "aventri", "--json").out)
    assert '"verb":"get"' not in kept("audit", "--json").out


def test_who_does_not_hold_it_sees_none_of_it(kept: Opened) -> None:
    bob = invite(kept, "bob", "--role", "member")
    for words in (("get", "aventri/api_key"), ("show", "aventri"), ("show", "aventri", "--reveal", "--json")):
        refused = bob(*words, "--revision", "1")
        assert refused.code == 10
        assert VALUES[0] not in refused.out + refused.err
    assert kept("share", "aventri", "--with", "bob").code == 0
    assert bob("get", "aventri/api_key", "--revision", "3").out == VALUES[2]
    assert bob("get", "aventri/api_key", "--revision", "1").code == 10  # what was before stays with those who held it
