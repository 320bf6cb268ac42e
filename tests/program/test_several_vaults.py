"""Several `--vault` in one command: `list`, `probe` and `status` show all that open, and tell of those that do not."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.support.opened import Opened
from tests.support.people import keep
from tests.support.program import Program
from tests.support.schema_check import check_schema
from tests.support.standins import faults
from tests.support.standins.aventri import Aventri
from tests.support.standins.exchange import json_answer
from tests.support.standins.resci import Resci

BOTH = ("--vault", "team", "--vault", "personal")


@pytest.fixture
def both(opened: Opened) -> Opened:
    """The program of somebody who belongs to the vault in this home and to the vault `team`, both without anything."""
    stranger = Program(opened.home, NEXCRED_PASSPHRASE="passphrase of EXAMPLE", NEXCRED_NO_INPUT="1")
    public = opened("identity", "new", "bob", "--unbound", "-o", "bob.identity").out.strip()
    assert stranger("vault", "init", "--vault", "./team.db").code == 0
    assert stranger("member", "add", "bob", public, "--yes", "--vault", "./team.db").code == 0
    assert opened("member", "add", "bob", public, "--yes").code == 0
    assert opened("vault", "add", "team", "./team.db").code == 0
    assert opened("vault", "add", "other", "./other.db").code == 0
    return Opened(opened.home, NEXCRED_IDENTITY_FILE="bob.identity", NEXCRED_NO_INPUT="1")


@pytest.fixture
def two(both: Opened) -> Opened:
    """The same with the credentials `a` and `c` in its own vault, and `b` and `c` in `team`."""
    keep(both, "a", "c")
    both.environment["NEXCRED_VAULT"] = "team"
    keep(both, "b", "c")
    del both.environment["NEXCRED_VAULT"]
    return both


def found(text: str) -> list[tuple[str, str]]:
    told: list[dict[str, Any]] = json.loads(text)
    return [(one["name"], one["vault"]) for one in told]


ALL = [("a", "personal"), ("b", "team"), ("c", "team"), ("c", "personal")]


def test_both_are_listed_together_with_where_each_is(two: Opened) -> None:
    table = two("list", *BOTH).out.splitlines()
    assert table[0].split()[:3] == ["NAME", "VAULT", "CONNECTOR"]
    assert [tuple(line.split()[:2]) for line in table[1:]] == ALL
    listed = two("--vault", "team", "list", "--vault", "personal", "--json")
    assert found(listed.out) == ALL
    check_schema(two, "list", listed.out)
    assert "vault" not in json.loads(two("list", "--vault", "team", "--json").out)[0]
    assert "VAULT" not in two("list", "--vault", "team").out
    assert found(two("list", *BOTH, "a", "--json").out) == [("a", "personal")]
    first = two("list", *BOTH, "--limit", "2")
    assert ([line.split()[0] for line in first.out.splitlines()[1:]], "2 of 4" in first.err) == (["a", "b"], True)
    one = two("list", "--vault", "TEAM", "--vault", "team", "--vault", "./team.db", "--json")
    assert {vault for _, vault in found(one.out)} == {"team", "./team.db"}


def test_one_that_does_not_open_is_named_and_the_others_are_shown(two: Opened) -> None:
    ran = two("list", "--vault", "other", *BOTH, "--json")
    assert (ran.code, found(ran.out)) == (3, ALL), ran.err
    failure = json.loads(ran.err.splitlines()[-1])["error"]
    assert failure["message"] == f"the vault 'other': there is no vault at {two.home}/other.db"
    ran = two("list", *BOTH, "--vault", "nobodys")
    assert (ran.code, len(ran.out.splitlines())) == (3, 5)
    assert "error: the vault 'nobodys': you have no vault named 'nobodys'" in ran.err
    (two.home / "other.db").write_text("no vault")
    ran = two("list", "--vault", "other", "--vault", "nobodys", "--json")
    assert (ran.code, ran.out) == (9, "")
    assert [name in ran.err for name in ("'nobodys'", "'other'")] == [True, True]


def test_a_place_that_no_vault_has_is_not_repeated(two: Opened) -> None:
    """Whatever stands in it may log in somewhere; alone it is not repeated either."""
    places = (
        "https://git.example/x.git?sig=hidden-EXAMPLE",
        "https://git.example/x.git#access_token=hidden-EXAMPLE",
        "https://git.example/hidden-EXAMPLE:x@git.example/x.git",
        "git+https://git.example/x.git?pat=hidden-EXAMPLE",
        "postgresql://db.example/x?options=hidden-EXAMPLE",
        "s3://bucket/x?X-Amz-Signature=hidden-EXAMPLE",
        "keyring:ada:hidden-EXAMPLE@x",
        "file:///x.db?hidden-EXAMPLE",
    )
    ran = two("--debug", "list", *BOTH, *(word for place in places for word in ("--vault", place)), "--json")
    assert (ran.code, found(ran.out)) == (2, ALL), ran.err
    assert "hidden-EXAMPLE" not in ran.err
    for shown in ("https://…", "git+https://…", "postgresql://…", "s3://…", "file://…", "…"):
        assert f"the vault '{shown}': " in ran.err


def test_the_board_of_both_says_which_vault_each_row_is_of(two: Opened) -> None:
    for vault in ("team", "personal"):
        environment = {"NEXCRED_VAULT": vault}
        assert two("update", "c", "--expires", "2d", "--no-probe", environment=environment).code == 0
    done = two("status", *BOTH, "--json")
    assert done.code == 0, done.err
    board = json.loads(done.out)
    assert board["credentials"] == 4
    assert found(json.dumps(board["rows"]))[:2] == [("c", "personal"), ("c", "team")]
    for row in board["rows"]:
        assert f" --vault {row['vault']} " in f"{row['command']} "
    check_schema(two, "status", done.out)
    table = two("status", *BOTH, "--fail")
    assert table.code == 7
    assert table.out.splitlines()[1].split()[:3] == ["TROUBLE", "NAME", "VAULT"]
    broken = two("status", *BOTH, "--vault", "other")
    assert broken.code == 3
    assert "ending" in broken.out
    assert two("status", *BOTH, "--openmetrics", "x.prom").code == 2


def test_all_else_uses_one_vault(opened: Opened) -> None:
    for words in (("get", "c/api_key"), ("show", "c"), ("add", "resci"), ("run", "--", "true"), ("status",)):
        for line in ((words[0], *BOTH, *words[1:]), (*BOTH[:2], words[0], *BOTH[2:], *words[1:])):
            ran = opened(*line) if words[0] != "status" else opened(*BOTH, "vault", "status")
            assert (ran.code, ran.out) == (125 if words[0] == "run" else 2, ""), ran
            assert "--vault is given 2 times" in ran.err


@pytest.fixture
def probed(both: Opened, aventri: Aventri, resci: Resci) -> Opened:
    """`aventri` in both vaults, and `resci`, of which nothing is proved, in `team` alone."""
    assert both.add(aventri, "--no-probe").code == 0
    assert both.add(aventri, "--no-probe", "--vault", "team").code == 0
    assert both.add(resci, "--no-probe", "--vault", "team").code == 0
    resci.fault = faults.server_error(503)
    return both


def test_both_are_probed_and_what_is_found_is_kept_in_each(probed: Opened) -> None:
    junit = Path(probed.home / "probes.xml")
    ran = probed("probe", "--all", *BOTH, "--json", "--junit", str(junit))
    assert ran.code == 5, ran.err
    assert sorted(found(ran.out)) == [("aventri", "personal"), ("aventri", "team"), ("resci", "team")]
    check_schema(probed, "probe", ran.out)
    cases = {case.get("classname") for case in ElementTree.parse(junit).iter("testcase")}
    assert cases == {"nexcred probe.team.aventri", "nexcred probe.personal.aventri", "nexcred probe.team.resci"}
    for vault in ("team", "personal"):
        (kept,) = json.loads(probed("list", "aventri", "--vault", vault, "--json").out)
        assert kept["verified_status"] == "VERIFIED"
    table = probed("probe", "aventri", *BOTH)
    assert table.code == 0, table.err
    assert [tuple(line.split()[:3]) for line in table.out.splitlines()[1:]] == [
        ("aventri", "team", "accepted"),
        ("aventri", "personal", "accepted"),
    ]
    assert "2 probed: 2 accepted" in table.err


def test_what_mends_it_names_the_vault_too(probed: Opened, resci: Resci) -> None:
    resci.fault = faults.always(json_answer({"message": "no such key"}, 401))
    ran = probed("probe", "resci", *BOTH)
    assert (ran.code, ran.err.splitlines()[-1].endswith("nexcred update --vault team 'resci'")) == (4, True), ran.err


def test_a_name_is_looked_for_in_all_of_them(probed: Opened) -> None:
    ran = probed("probe", "resci", *BOTH, "--json")
    assert (ran.code, found(ran.out)) == (5, [("resci", "team")])
    ran = probed("probe", "aventri", "nothing", *BOTH, "--json")
    assert (ran.code, ran.out) == (3, "")
    ran = probed("probe", "aventri", *BOTH, "--vault", "nobodys", "--json")
    assert (ran.code, len(found(ran.out))) == (3, 2)
    assert "the vault 'nobodys'" in ran.err
    assert probed("probe", *BOTH).code == 2
