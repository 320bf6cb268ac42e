"""Another credential makes, lists and ends the keys of one that may not, and stays as it is until that is done."""

import json

import pytest

from tests.support.opened import Opened
from tests.support.parcels import ADD, keep, key, refuse_to_end, told
from tests.support.people import invite, said_no
from tests.support.standins.parcels import Parcels

BY_ROTATOR = (
    ADD.replace('by = "new"', 'by = "rotator"')
    .replace('    set = { api_key = "key"', '    by = "rotator"\n    set = { api_key = "key"')
    .replace('    each = "keys[]"', '    by = "rotator"\n    each = "keys[]"')
)


@pytest.fixture
def kept(opened: Opened, parcels: Parcels) -> Opened:
    keep(opened, parcels, BY_ROTATOR)
    values = ("--set", "api_key=env:KEY", "--set", f"base_url={parcels.base_url}", "--allow-host", parcels.host)
    added = opened("add", "parcels", "admin", *values, environment={"KEY": parcels.admin})
    assert added.code == 0, added.err
    return opened


def test_the_rotator_makes_and_ends_and_is_not_rotated_meanwhile(kept: Opened, parcels: Parcels) -> None:
    assert said_no(kept("rotate", "parcels"), 2, "another credential has to act for 'parcels'", "--rotator ADMIN")
    assert kept("update", "parcels", "--rotator", "admin").code == 0
    parcels.received.clear()
    assert told(kept("rotate", "parcels", "--json"))["outcome"] == "waiting"
    acted = {one.headers["authorization"] for one in parcels.received if one.path.startswith("/keys")}
    assert acted == {f"Bearer {parcels.admin}"}
    for words in (("rotate", "admin"), ("rotate", "admin", "--by-hand")):
        refused = kept(*words)
        assert said_no(refused, 8, "'admin' acts for 'parcels', which is being rotated", "--resume 'parcels'"), (
            refused.err
        )
    assert kept("rotate", "--resume", "parcels", "--grace", "0").code == 0
    assert (list(parcels.keys), key(kept)) == (["k2"], "made-2-EXAMPLE")
    assert said_no(kept("rotate", "admin"), 2, "another credential has to act for 'admin'")


def test_who_cannot_open_the_rotator_is_told_so(kept: Opened, parcels: Parcels) -> None:
    assert kept("update", "parcels", "--rotator", "admin").code == 0
    rita = invite(kept, "rita", "--role", "member")
    assert kept("share", "parcels", "--with", "rita").code == 0
    refused = rita("rotate", "parcels")
    assert (refused.code, "'admin'" in refused.err) == (10, True), refused.err
    assert list(parcels.keys) == ["k1"]
    assert kept("remove", "admin", "--purge", "--yes").code == 0
    gone = kept("rotate", "parcels")
    assert said_no(gone, 2, "another credential has to act for 'parcels', and the one that was named is gone"), gone.err


def test_who_cannot_see_how_far_a_rotation_is_leaves_its_rotator(kept: Opened, parcels: Parcels) -> None:
    assert kept("update", "parcels", "--rotator", "admin").code == 0
    assert kept("rotate", "parcels").code == 0
    rita = invite(kept, "rita", "--role", "member")
    assert kept("share", "admin", "--with", "rita").code == 0
    refused = rita("rotate", "admin")
    assert said_no(refused, 8, "'admin' acts for 'parcels'"), refused.err
    refuse_to_end(parcels, 500)
    hung = kept("rotate", "--resume", "--grace", "0", "--json", "parcels")
    assert (hung.code, json.loads(hung.out)[0]["outcome"]) == (5, "hangs")
    assert kept("rotate", "admin").code == 8


def test_where_nobody_is_named_a_person_revokes(kept: Opened, parcels: Parcels) -> None:
    refused = kept("revoke", "parcels")
    assert said_no(refused, 5, "nobody is named whose call revokes a key of Parcels", "'parcels' --rotator ADMIN")
    assert kept("update", "parcels", "--rotator", "admin").code == 0
    assert kept("revoke", "parcels", "--yes").code == 0
    assert parcels.keys == {}
