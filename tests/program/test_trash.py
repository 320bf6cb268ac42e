"""What is removed is brought back, by the program as it is run."""

import json
import sqlite3

import pyte
import pytest

from tests.support.opened import Opened
from tests.support.people import invite, keep, said_no, vault_file
from tests.support.schema_check import check_schema
from tests.support.terminal import Typed, lines_of, play

KEPT = "key-one-EXAMPLE"


@pytest.fixture
def kept(opened: Opened) -> Opened:
    keep(opened, "one", "two", "old-a", "old-b")
    return opened


def in_trash(program: Opened) -> list[str]:
    return [one["name"] for one in json.loads(program("trash", "list", "--json").out)]


def test_removed_by_mistake_and_brought_back_at_a_terminal(kept: Opened) -> None:
    environment = {**kept.environment, "TERM": "xterm"}
    del environment["NEXCRED_NO_INPUT"]
    screen = pyte.Screen(120, 20)
    words = kept.command("remove", "one")
    asked = [Typed("Put into the trash, for 30 days?", "y")]
    assert play(words, asked, screen, environment=environment, folder=kept.home).code == 0
    assert any("nexcred trash restore 'one'" in line for line in lines_of(screen))
    listed = kept("trash", "list").out.splitlines()
    assert listed[0].split() == ["NAME", "CONNECTOR", "REMOVED", "KEPT", "UNTIL"]
    assert listed[1].startswith("one")
    restored = kept("trash", "restore", "ONE")
    assert (restored.code, restored.out) == (0, "restored one\n")
    assert kept("get", "one/api_key").out == KEPT
    assert kept("trash", "list").err == "nexcred: the trash is empty\n"
    told = kept("audit").out
    assert "trash restore" in told


def test_several_come_back_together_or_none(kept: Opened) -> None:
    assert kept("remove", "one", "old-a", "old-b", "--yes").code == 0
    assert said_no(kept("trash", "restore", "old-*"), 2, "restoring several needs a yes", "--yes")
    assert said_no(kept("trash", "restore", "one", "old-a", "--as", "new"), 2, "--as is for one")
    keep(kept, "old-b")
    assert said_no(kept("trash", "restore", "one", "old-b"), 8, "'old-b'")
    assert len(in_trash(kept)) == 3
    assert kept("rename", "old-b", "newer").code == 0
    ran = kept("trash", "restore", "OLD-*", "--yes")
    assert (ran.code, ran.out) == (0, "restored old-a\nrestored old-b\n"), ran.err
    back = kept("trash", "restore", "one", "--json")
    assert json.loads(back.out)["name"] == "one"
    assert kept("remove", "one", "old-a", "--yes").code == 0
    several = kept("trash", "restore", "one", "old-a", "--json")
    assert [one["name"] for one in json.loads(several.out)] == ["one", "old-a"]
    check_schema(kept, "trash restore", several.out)


def test_of_two_with_one_name_a_pattern_brings_back_neither(kept: Opened) -> None:
    for _ in range(2):
        assert kept("remove", "old-a", "--yes").code == 0
        keep(kept, "old-a")
    assert said_no(kept("trash", "restore", "old-*", "--yes"), 2, "2 in the trash are named 'old-a'", "by its id")


def test_what_is_removed_is_in_no_list_and_is_not_found(kept: Opened) -> None:
    assert kept("remove", "one", "--yes").code == 0
    assert "one" not in kept.names
    for line in ("get one/api_key", "show one", "probe one", "history one", "update one --tag x", "remove one --yes"):
        ran = kept(*line.split())
        assert said_no(ran, 3, "no credential named 'one'")
        assert "it is in the trash; bring it back with: nexcred trash restore 'one'" in ran.err
    assert json.loads(kept("vault", "verify", "--json").out) == {
        "credentials": 3,
        "opened": 3,
        "past_revisions": 0,
        "strays": 0,
        "faults": [],
        "waiting": [],
        "removed": 1,
    }
    assert "3 credentials" in kept("vault", "verify").out
    assert "1 in the trash" in kept("vault", "verify").out


def test_where_all_of_it_was_removed_the_list_says_where_it_is(kept: Opened) -> None:
    assert kept("remove", "*", "--yes").code == 0
    assert kept("list").err == "nexcred: no credential: what was removed is in the trash: nexcred trash list\n"
    assert kept("list", "one").err == "nexcred: no credential matches\n"


def test_a_name_that_is_taken_by_now_is_a_conflict(kept: Opened) -> None:
    assert kept("remove", "one", "--yes").code == 0
    keep(kept, "one")
    assert said_no(kept("trash", "restore", "one"), 8, "exists already", "nexcred trash restore 'one' --as NEW")
    for bad in ("old-*", "a/b", "-x"):
        assert kept("trash", "restore", "one", f"--as={bad}").code == 2
    restored = json.loads(kept("trash", "restore", "one", "--as", "one, before", "--json").out)
    assert restored["name"] == "one, before"
    assert sorted(kept.names) == ["old-a", "old-b", "one", "one, before", "two"]


def test_of_several_of_one_name_the_id_says_which(kept: Opened) -> None:
    for _ in range(2):
        assert kept("remove", "one", "--yes").code == 0
        keep(kept, "one")
    ids = [one["id"] for one in json.loads(kept("trash", "list", "--json").out)]
    refused = kept("trash", "restore", "one", "--as", "uno")
    table = kept("trash", "list").out
    assert all(one[:8] in table for one in ids)
    assert said_no(refused, 2, "2 in the trash are named 'one'", *(one[:8] for one in ids))
    assert kept("trash", "restore", ids[1][:8], "--as", "uno").code == 0
    assert json.loads(kept("show", "uno", "--json").out)["id"] == ids[1]
    assert [one["id"] for one in json.loads(kept("trash", "list", "--json").out)] == ids[:1]


def test_what_is_not_there_is_not_found(kept: Opened) -> None:
    assert said_no(kept("trash", "restore", "one"), 3, "nothing named 'one' is in the trash", "nexcred trash list")
    assert kept("remove", "one", "--yes").code == 0
    assert said_no(kept("trash", "restore", "onne"), 3, "did you mean 'one'?")
    assert said_no(kept("trash", "empty", "x*", "--yes"), 3, "nothing named 'x*' is in the trash", "nexcred trash list")


def test_removed_for_good_leaves_nothing_in_the_file(kept: Opened) -> None:
    before = rows(kept)
    assert kept("update", "one", "--set", "api_key=env:NEW", "--no-probe", environment={"NEW": "b-EXAMPLE"}).code == 0
    gone = kept("remove", "one", "--purge", "--yes")
    assert gone.out == "removed one for good\n"
    for said in ("the ReSci key of 'one' still works", "backups, and other copies", "only revoking ends a key"):
        assert said in gone.err
    assert rows(kept) == before - 2
    assert in_trash(kept) == []
    assert kept("trash", "restore", "one").code == 3


def test_the_trash_is_emptied_with_a_yes(kept: Opened) -> None:
    assert kept("remove", "old-*", "one", "--yes").code == 0
    assert in_trash(kept) == ["old-a", "old-b", "one"]
    assert said_no(kept("trash", "empty"), 2, "needs a yes")
    emptied = json.loads(kept("trash", "empty", "OLD-*", "--yes", "--json").out)
    assert [(one["name"], one["kept_until"]) for one in emptied] == [("old-a", None), ("old-b", None)]
    assert in_trash(kept) == ["one"]
    assert kept("trash", "empty", "--yes").code == 0
    assert in_trash(kept) == []
    assert rows(kept) == 2  # of what was never removed
    again = kept("trash", "empty", "--yes", "--json")
    assert (again.code, json.loads(again.out), again.err) == (0, [], "nexcred: the trash is empty\n")


def test_a_colleague_sees_takes_out_and_ends_what_is_theirs_alone(kept: Opened) -> None:
    bob = invite(kept, "bob", "--role", "member")
    ci = invite(kept, "ci", "--grant", "two")
    assert kept("share", "one", "--with", "bob").code == 0
    assert kept("remove", "one", "two", "--yes").code == 0
    assert (in_trash(bob), in_trash(ci)) == (["one"], [])
    assert said_no(bob("trash", "restore", "two"), 3, "nothing named 'two'")
    refused = bob("trash", "empty", "one", "--yes")
    assert said_no(refused, 10, "only whoever added 'one'", "see the owners with: nexcred member list")
    assert bob("trash", "empty", "--yes").code == 0
    assert in_trash(kept) == ["one", "two"]
    assert said_no(ci("trash", "empty", "--yes"), 10)
    assert said_no(bob("remove", "old-a", "--purge", "--yes"), 10, "only whoever added 'old-a'", "nexcred remove")
    assert bob("trash", "restore", "one").code == 0
    assert bob("get", "one/api_key").out == KEPT
    assert bob("remove", "old-a", "--yes").code == 0  # as any member may, and it is not lost
    assert in_trash(kept) == ["old-a", "two"]
    told = json.loads(bob("trash", "list", "--json").out)
    assert told == []


def test_patterns_are_taken_where_no_name_is_meant(kept: Opened) -> None:
    refused = kept("add", "resci", "old-*", "--set", "api_key=env:KEY", "--no-probe", environment={"KEY": KEPT})
    assert said_no(refused, 2, "is not a name")
    assert said_no(kept("rename", "one", "[one]"), 2, "is not a name")
    assert said_no(kept("remove", "x?", "--yes"), 3, "like 'x?'")
    assert said_no(kept("remove", "--yes"), 2, "PATTERN is missing", "name credentials, or pass --tag")
    assert kept("remove", "OLD-?", "--yes").code == 0
    assert kept.names == ["one", "two"]


def rows(program: Opened) -> int:
    with sqlite3.connect(vault_file(program)) as connection:
        return int(connection.execute("SELECT count(*) FROM item").fetchone()[0])
