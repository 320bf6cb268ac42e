"""Case 114: a credential that makes and ends keys for others, lent to values of who may not use it.

Who may write a record says by its values whose key is made or ended, and may name the rotator. With the rights of an
admin's key that would reach the keys of everybody.
"""

import pytest

from tests.support.opened import Opened
from tests.support.parcels import ADD, put_parcels
from tests.support.people import invite, said_no
from tests.support.standins.parcels import Parcels

BY_ROTATOR = ADD.replace('by = "new"', 'by = "rotator"')


@pytest.fixture
def ada(opened: Opened, parcels: Parcels) -> Opened:
    put_parcels(opened, BY_ROTATOR)
    parcels.keys["k7"] = {"secret": "of-the-boss-EXAMPLE", "name": "by hand"}
    held = {"FIRST": "first-EXAMPLE", "ADMIN": parcels.admin}
    places = ("--set", f"base_url={parcels.url}", "--allow-host", parcels.host, "--no-probe")
    for name, key, key_id in (("post", "FIRST", "k1"), ("admin", "ADMIN", "k0")):
        values = ("--set", f"api_key=env:{key}", "--set", f"key_id={key_id}")
        assert opened("add", "parcels", name, *values, *places, environment=held).code == 0
    return opened


def test_case_114_it_acts_for_no_values_of_who_may_not_use_it(ada: Opened, parcels: Parcels) -> None:
    bob = invite(ada, "bob", "--role", "member")
    assert ada("share", "post", "--with", "bob").code == 0
    assert ada("update", "post", "--rotator", "admin").code == 0
    changed = bob("update", "post", "--set", "key_id=k7", "--no-probe")
    assert changed.code == 0, changed.err
    for words in (("rotate", "post", "--grace", "0", "--yes"), ("revoke", "post", "--yes")):
        assert said_no(ada(*words), 8, "were written by 'bob', who may not use 'admin'", "--rotator"), words
    assert set(parcels.keys) == {"k1", "k7"}
    assert [one for one in parcels.received if one.method in ("POST", "DELETE")] == []


def test_case_114_nor_where_who_may_not_use_it_named_it(ada: Opened, parcels: Parcels) -> None:
    bob = invite(ada, "bob", "--role", "member")
    assert ada("share", "post", "--with", "bob").code == 0
    assert bob("update", "post", "--rotator", "admin").code == 0
    assert said_no(ada("rotate", "post", "--yes"), 8, "'bob', who may not use 'admin'")
    assert set(parcels.keys) == {"k1", "k7"}


def test_case_114_whoever_may_use_it_takes_the_values_for_theirs(ada: Opened, parcels: Parcels) -> None:
    bob = invite(ada, "bob", "--role", "member")
    assert ada("share", "post", "--with", "bob").code == 0
    assert bob("update", "post", "--rotator", "admin").code == 0
    assert bob("update", "post", "--description", "parcels", "--set", "key_id=k7", "--no-probe").code == 0
    assert bob("update", "post", "--set", "key_id=k1", "--no-probe").code == 0
    assert ada("update", "post", "--rotator", "admin").code == 0
    rotated = ada("rotate", "post", "--grace", "0", "--yes")
    assert rotated.code == 0, rotated.err
    assert set(parcels.keys) == {"k2", "k7"}
