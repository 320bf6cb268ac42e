"""Many at once: one that fails stops no other, and what was switched with another is not replaced once more."""

import json
from datetime import UTC, datetime

import pytest

from nexcred.model.lifecycle import Exposure
from tests.support.by_hand import KEY, NEW, OLD, REVOKED, at_terminal
from tests.support.opened import Opened
from tests.support.parcels import REPLACE, keep
from tests.support.people import vault_of
from tests.support.standins.parcels import Parcels
from tests.support.standins.resci import Resci
from tests.support.terminal import Typed

NOW_Q = "Make its new key by hand now?"


def expose(program: Opened, *names: str, revision: int = 1) -> None:
    vault = vault_of(program)
    leaked = Exposure(revision, "leaked", datetime.now(UTC), reason="in a log")
    for name in names:
        vault.set_policy(vault.find(name), lambda policy: policy._replace(exposures=(leaked,)))


@pytest.fixture
def several(opened: Opened, parcels: Parcels) -> Opened:
    """Two with one secret, and one whose connector is gone."""
    keep(opened, parcels)
    keep(opened, parcels, name="staging")
    folder = opened.home / ".config/nexcred/connectors"
    (folder / "gone.toml").write_text((folder / "parcels.toml").read_text().replace('"parcels"', '"gone"', 1))
    values = ("--set", "api_key=env:KEY", "--set", f"base_url={parcels.base_url}", "--allow-host", parcels.host)
    assert opened("add", "gone", "broken", *values, environment={"KEY": parcels.admin}).code == 0
    (folder / "gone.toml").unlink()
    return opened


@pytest.mark.parametrize("words", [("--exposed",), ("*",)])
def test_one_that_fails_stops_no_other_and_none_is_replaced_twice(
    several: Opened, parcels: Parcels, words: tuple[str, ...]
) -> None:
    expose(several, "broken", "parcels", "staging")
    planned = several("rotate", *words, "--dry-run", "--json")
    outcomes = {one["name"]: (one["outcome"], one["also"]) for one in json.loads(planned.out)}
    assert outcomes == {
        "broken": ("failed", []),
        "parcels": ("planned", ["staging"]),
        "staging": ("planned", ["parcels"]),
    }
    ran = several("rotate", *words, "--grace", "0", "--yes", "--json")
    outcomes = {one["name"]: (one["outcome"], one["also"]) for one in json.loads(ran.out)}
    assert outcomes == {"broken": ("failed", []), "parcels": ("done", ["staging"])}, ran.err
    assert (ran.code, planned.code, list(parcels.keys)) == (3, 3, ["k2"])


def test_who_sits_at_a_terminal_is_asked_about_those_by_hand(opened: Opened, resci: Resci) -> None:
    assert opened.add(resci).code == 0
    resci.more_keys = (NEW,)
    expose(opened, "resci")
    ended, shown = at_terminal(opened, [Typed(NOW_Q, "n")], "rotate", "--exposed")
    assert (ended.code, "to go on: nexcred rotate 'resci'" in shown) == (5, True), shown
    assert opened("get", "resci/api_key").out == OLD
    typed = [Typed(NOW_Q, "y"), Typed(KEY, f"{NEW}\r"), Typed(REVOKED, "n")]
    ended, shown = at_terminal(opened, typed, "rotate", "--exposed")
    assert (ended.code, "resci: waiting: until you have revoked the old key" in shown) == (0, True), shown
    assert opened("get", "resci/api_key").out == NEW


@pytest.mark.parametrize(("revision", "outcome", "left"), [(1, "done", ["k2"]), (2, "waiting", ["k1", "k2"])])
def test_an_exposed_key_does_not_wait_for_the_end_of_its_grace(
    opened: Opened, parcels: Parcels, revision: int, outcome: str, left: list[str]
) -> None:
    keep(opened, parcels)
    assert opened("rotate", "parcels").code == 0
    expose(opened, "parcels", revision=revision)
    ran = opened("rotate", "--exposed", "--json")
    assert [one["outcome"] for one in json.loads(ran.out)] == [outcome], ran.err
    assert (ran.code, list(parcels.keys)) == (0, left)


def test_what_is_replaced_in_place_is_rotated_where_the_vault_lets_that_be(opened: Opened, parcels: Parcels) -> None:
    keep(opened, parcels, REPLACE)
    expose(opened, "parcels")
    assert opened("rotate", "--exposed", "--yes").code == 5
    assert opened("vault", "settings", "--rotate-in-place").code == 0
    asked = opened("rotate", "--exposed", "--json")
    assert (asked.code, list(parcels.keys)) == (2, ["k1"]), asked.out
    ran = opened("rotate", "--exposed", "--yes", "--json")
    assert [one["kind"] for one in json.loads(ran.out)] == ["replace"], ran.err
    assert opened("get", "parcels/api_key").out == "made-2-EXAMPLE"
