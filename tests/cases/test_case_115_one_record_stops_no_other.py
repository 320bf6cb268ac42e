"""Case 115: one record that does not prove itself, by any member, keeps no other from being rotated by a timer."""

import json

import pytest

from nexcred.vault.record import ROTATION
from tests.support.forging import overview_of
from tests.support.lying_member import put_back, with_forged_part
from tests.support.opened import Opened
from tests.support.parcels import put_parcels
from tests.support.people import invite, vault_of
from tests.support.standins.parcels import Parcels


@pytest.fixture
def ada(opened: Opened, parcels: Parcels) -> Opened:
    put_parcels(opened)
    places = ("--set", f"base_url={parcels.url}", "--allow-host", parcels.host, "--no-probe", "--rotate-every", "1d")
    for name, key in (("bad", "k0"), ("good", "k1")):
        values = ("--set", "api_key=env:KEY", "--set", f"key_id={key}")
        held = {"KEY": "first-EXAMPLE" if name == "good" else "other-EXAMPLE"}
        assert opened("add", "parcels", name, *values, *places, environment=held).code == 0
    return opened


def test_case_115_the_others_are_rotated_and_gone_on_with(ada: Opened, parcels: Parcels) -> None:
    assert ada("rotate", "good", "--yes").code == 0
    mal = vault_of(invite(ada, "mal", "--role", "member"))
    put_back(mal, with_forged_part(mal, overview_of(mal, "bad"), ROTATION, b'{"step": "made"}', [vault_of(ada)]))
    for words in (("--resume", "--json"), ("--due", "--yes", "--json"), ("--exposed", "--yes", "--json")):
        ran = ada("rotate", *words)
        assert ran.code == 9, (words, ran.err)
        told = {one["name"]: one["outcome"] for one in json.loads(ran.out)}
        assert told["good"] == "waiting", (words, ran.err)
        assert told["bad"] == "failed", (words, ran.err)
