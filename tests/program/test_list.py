"""`nexcred list`: what it leaves, in which order, and what a narrow window shows."""

import json

import pyte
import pytest

from tests.support.program import Program
from tests.support.program_fixtures import nexcred, vaulted
from tests.support.terminal import lines_of, play

__all__ = ["nexcred", "vaulted"]


@pytest.fixture
def three(vaulted: Program) -> Program:
    for connector, name, *more in (
        ("aventri", "events", "--set", "account_id=4711", "--tag", "prod", "--description", "Badges of the fair"),
        ("resci", "mails", "--tag", "prod", "--tag", "eu"),
        ("stripe", "money"),
    ):
        fields = ["--set", f"{'secret_key' if connector == 'stripe' else 'api_key'}=-"]
        added = vaulted("add", connector, name, *fields, *more, "--no-probe", stdin=b"sk_test_EXAMPLE")
        assert added.code == 0, added.err
    return vaulted


def names(program: Program, *arguments: str) -> list[str]:
    ran = program("list", *arguments, "--json")
    assert ran.code == 0, ran.err
    return [one["name"] for one in json.loads(ran.out)]


def test_several_filters_of_one_kind_mean_any_and_of_different_kinds_all(three: Program) -> None:
    assert names(three, "--connector", "aventri", "--connector", "stripe") == ["events", "money"]
    assert names(three, "--status", "failed", "--status", "unprobed") == ["events", "mails", "money"]
    assert names(three, "--tag", "eu", "--tag", "nowhere") == ["mails"]
    assert names(three, "--connector", "resci", "--connector", "aventri", "-t", "eu") == ["mails"]


def test_probe_takes_several_connectors_too(three: Program) -> None:
    ran = three("probe", "--connector", "aventri", "--connector", "nowhere", "--json")
    assert (ran.code, ran.out) == (3, "")
    assert "no connector named 'nowhere'" in ran.err


def test_words_are_looked_for_in_what_names_and_describes_it(three: Program) -> None:
    assert names(three, "BADGES") == ["events"]
    assert names(three, "4711") == ["events"]
    assert names(three, "prod") == ["events", "mails"]
    assert names(three, "prod", "mail") == ["mails"]
    assert names(three, "EXAMPLE") == []


def test_order_and_number(three: Program) -> None:
    assert three("update", "events", "--tag", "new").code == 0
    assert names(three, "--sort", "changed")[0] == "events"
    assert names(three, "--sort", "name", "-L", "2") == ["events", "mails"]
    assert names(three, "--sort", "changed", "--limit=1") == ["events"]
    shown = three("list", "-L", "1")
    assert len(shown.out.splitlines()) == 2
    assert shown.err == "nexcred: 1 of 3\n"


def test_each_order_is_by_what_it_is_called(three: Program) -> None:
    for name, *more in (("mails", "--expires", "90d"), ("money", "--expires", "5d")):
        assert three("update", name, *more).code == 0
    assert names(three, "--sort", "expires") == ["money", "mails", "events"]
    assert names(three, "--sort", "changed") == ["money", "mails", "events"]
    for name in ("zeta", "asked"):
        assert three("add", "secret", name, "--set", "key=-", stdin=b"EXAMPLE").code == 0
    never = ["events", "mails", "money"]
    assert names(three, "--sort", "checked") == [*never, "zeta", "asked"]
    assert names(three, "--sort", "status") == ["asked", "zeta", *never]


def test_names_are_in_the_order_in_which_people_count(vaulted: Program) -> None:
    given = ["shop 10", "Shop 2", "shop 1b", "shop 01", "shop 100", "alpha", "shop 1"]
    for name in given:
        added = vaulted("add", "resci", name, "--set", "api_key=-", "--no-probe", stdin=b"key-EXAMPLE")
        assert added.code == 0, added.err
    counted = ["alpha", "shop 01", "shop 1", "shop 1b", "Shop 2", "shop 10", "shop 100"]
    assert names(vaulted) == counted
    assert [line.split("  ")[0] for line in vaulted("list").out.splitlines()[1:]] == counted
    assert names(vaulted, "-L", "2") == counted[:2]


def test_a_word_may_be_a_glob_over_names(three: Program) -> None:
    assert names(three, "m*") == ["mails", "money"]
    assert names(three, "M?[in]*") == ["mails", "money"]
    assert names(three, "m*", "prod") == ["mails"]
    assert names(three, "e*s") == ["events"]
    assert names(three, "prod*") == []


@pytest.mark.parametrize("arguments", [("--sort", "size"), ("--limit", "0"), ("--limit", "-1"), ("-L", "x")])
def test_another_order_or_number_is_a_mistake(three: Program, arguments: tuple[str, ...]) -> None:
    assert three("list", *arguments).code == 2
    assert three("list", *arguments, "--json").code == 2


def shown_at(program: Program, columns: int, *arguments: str) -> list[str]:
    screen = pyte.Screen(columns, 24)
    environment = {**program.environment, "TERM": "xterm"}
    played = play(program.command("list", *arguments), [], screen, environment=environment, folder=program.home)
    assert played.code == 0
    return [line for line in lines_of(screen) if line]


def test_a_narrow_window_says_what_it_leaves_out(three: Program) -> None:
    heading, *rows = shown_at(three, 40)
    assert heading.split() == ["NAME", "CONNECTOR", "STATUS", "TAGS"]
    told = " ".join(word for row in rows[3:] for word in row.split())
    assert told == "nexcred: left out, since the window is narrow: DESCRIPTION; all columns: nexcred list -w"
    assert "Badges of the fair" in " ".join(shown_at(three, 40, "-w"))


def test_a_wide_window_leaves_nothing_out(three: Program) -> None:
    assert len(shown_at(three, 100)) == 4
