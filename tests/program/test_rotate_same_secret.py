"""The same secret in several credentials is replaced in all of them, and comes to nobody who does not have them all."""

import json

import pytest

from tests.support.opened import Opened
from tests.support.parcels import keep, key, told
from tests.support.people import invite, said_no
from tests.support.standins.parcels import Parcels


def also_of(text: str) -> list[str]:
    (one,) = json.loads(text)
    named: list[str] = one["also"]
    return named


def test_it_is_named_before_and_after(opened: Opened, parcels: Parcels) -> None:
    keep(opened, parcels)
    values = ("--set", "api_key=env:KEY", "--set", f"base_url={parcels.base_url}", "--allow-host", parcels.host)
    added = opened("add", "parcels", "staging", *values, environment={"KEY": "first-EXAMPLE"})
    assert (added.code, "'staging' holds the same secret as parcels/api_key" in added.err) == (0, True), added.err
    assert also_of(opened("rotate", "parcels", "--dry-run", "--json").out) == ["staging"]
    ran = opened("rotate", "parcels", "--grace", "0")
    assert (ran.code, ran.out) == (0, "parcels: done: the old key is refused (the same for: staging)\n"), ran.err
    assert key(opened, "staging") == "made-2-EXAMPLE"
    audit = json.loads(opened("audit", "staging", "--json").out)
    assert "EXAMPLE" not in ran.err + str(audit)


def test_who_kept_an_old_secret_is_not_sent_the_new_one(opened: Opened, parcels: Parcels) -> None:
    """Who was taken off knows the old key, and can put it into a credential of their own, for others to open."""
    keep(opened, parcels)
    mallory = invite(opened, "mallory", "--role", "member")
    keep(mallory, parcels, name="bait")
    owner = next(one["full_name"] for one in json.loads(opened("member", "list", "--json").out) if one["you"])
    shared = mallory("share", "bait", "--with", owner)
    assert shared.code == 0, shared.err
    for removes in (False, True):
        if removes:  # who has left the vault has still said where their credential goes
            hosts = ("--allow-host", "elsewhere.test")
            assert mallory("update", "bait", *hosts, "--no-probe").code == 0
            assert opened("member", "remove", "mallory", "--yes").code == 0
        ran = opened("rotate", "parcels", "--grace", "0", "--yes")
        named = "elsewhere.test" if removes else "mallory"
        assert said_no(ran, 8, "'bait' has the same secret as 'parcels'", named), ran.err
    assert (list(parcels.keys), key(opened, "bait"), key(opened)) == (["k1"], "first-EXAMPLE", "first-EXAMPLE")
    assert opened("remove", "bait", "--purge", "--yes").code == 0
    assert opened("rotate", "parcels", "--grace", "0").code == 0


@pytest.mark.parametrize("when", ["before", "between"])
def test_who_may_not_change_one_of_them_is_told_which(opened: Opened, parcels: Parcels, when: str) -> None:
    keep(opened, parcels)
    keep(opened, parcels, name="staging")
    rita = invite(opened, "rita", "--role", "member")
    assert opened("share", "parcels", "--with", "rita").code == 0
    if when == "before":
        assert opened("share", "staging", "--with", "rita", "--read").code == 0
        assert said_no(rita("rotate", "parcels"), 8, "'staging' has the same secret", "may not change it")
        return
    # What this identity cannot open it does not know of: the key that is there still works until the end of the grace.
    assert told(rita("rotate", "parcels", "--json"))["outcome"] == "waiting"
    kept = opened("rotate", "--resume", "parcels", "--grace", "0", "--json")
    assert (kept.code, told(kept)["outcome"], "'staging' uses it" in kept.out) == (8, "conflict", True)
    assert list(parcels.keys) == ["k1", "k2"]
