"""Many at once, by names, patterns of names and tags: a plan, a yes, one write."""

import json

import pyte
import pytest

from nexcred.vault.changes import Changes
from tests.support.opened import Opened
from tests.support.people import invite, keep, said_no, vault_of
from tests.support.standins.resci import Resci
from tests.support.terminal import Typed, lines_of, play

NAMES = ("prod-a", "prod-b", "test-a", "lone")


@pytest.fixture
def kept(opened: Opened) -> Opened:
    keep(opened, *NAMES)
    return opened


def tags_of(program: Opened) -> dict[str, list[str]]:
    return {one["name"]: one["tags"] for one in json.loads(program("list", "--json").out)}


def writes(program: Opened) -> int:
    return int(json.loads(program("vault", "status", "--json").out)["generation"])


def test_tags_and_descriptions_of_many_are_one_write(kept: Opened) -> None:
    before = writes(kept)
    assert said_no(kept("update", "prod-*", "--tag", "prod"), 2, "needs a yes", "--yes")
    changed = kept("update", "PROD-*", "--tag", "prod", "-d", "events", "--yes")
    assert (changed.code, changed.out) == (0, "updated prod-a\nupdated prod-b\n")
    assert writes(kept) == before + 1
    assert tags_of(kept) == {"lone": [], "prod-a": ["prod"], "prod-b": ["prod"], "test-a": []}
    again = kept("update", "prod-*", "--tag", "prod", "--yes")
    assert (again.out, again.err, writes(kept)) == ("", "nexcred: nothing changed\n", before + 1)
    named = kept("update", "lone", "test-a", "--tag", "x", "--json")  # who names them in full has seen the plan
    assert [(one["name"], one["tags"]) for one in json.loads(named.out)] == [("lone", ["x"]), ("test-a", ["x"])]
    assert kept("update", "*", "--untag", "prod", "--yes").out == "updated prod-a\nupdated prod-b\n"


def test_at_a_terminal_the_plan_is_shown_and_a_no_changes_nothing(kept: Opened) -> None:
    environment = {**kept.environment, "TERM": "xterm"}
    del environment["NEXCRED_NO_INPUT"]
    screen = pyte.Screen(120, 20)
    words = kept.command("update", "prod-*", "--tag", "prod")
    ended = play(words, [Typed("Change all of them?", "n")], screen, environment=environment, folder=kept.home)
    assert ended.code == 1
    assert [line.strip() for line in lines_of(screen) if "(resci)" in line] == ["prod-a (resci)", "prod-b (resci)"]
    assert tags_of(kept)["prod-a"] == []


@pytest.mark.parametrize(
    ("words", "question"),
    [
        (("remove", "many*"), "Put into the trash, for 30 days?"),
        (("trash", "empty"), "Remove for good?"),
        (("update", "many*", "--tag", "x"), "Change all of them?"),
    ],
)
def test_of_a_long_plan_the_beginning_is_shown(opened: Opened, words: tuple[str, ...], question: str) -> None:
    rows = "".join(f"many {number},token-{number}-EXAMPLE\n" for number in range(52))
    assert opened("import", "csv", "-", "--yes", stdin=f"name,password\n{rows}".encode()).code == 0
    if words[0] == "trash":
        assert opened("remove", "many*", "--yes").code == 0
    environment = {**opened.environment, "TERM": "xterm"}
    del environment["NEXCRED_NO_INPUT"]
    screen = pyte.Screen(120, 80)
    play(opened.command(*words), [Typed(question, "n")], screen, environment=environment, folder=opened.home)
    told = [line.strip() for line in lines_of(screen) if line.startswith("  ")]
    assert (len(told), told[-1]) == (51, "and 2 more")


def test_values_are_changed_one_by_one(kept: Opened) -> None:
    given = {"KEY": "key-EXAMPLE"}
    for flags in (("--set", "api_key=env:KEY"), ("--tag", "x", "--unset", "base_url"), (), ("--retry",)):
        refused = kept("update", "prod-*", *flags, "--yes", environment=given)
        assert said_no(refused, 2, "values are changed one by one")
    assert said_no(kept("update", "none-*", "--tag", "x", "--yes"), 3, "like 'none-*'")
    one = kept("update", "prod-a", "base_url", "--tag", "x")
    assert said_no(one, 2, "no terminal to ask at")  # a field, not a name
    assert tags_of(kept)["prod-a"] == []


def test_a_bad_label_or_a_bad_name_changes_none(kept: Opened) -> None:
    assert said_no(kept("update", "prod-*", "--tag", "a,b", "--yes"), 2, "is not a tag")
    assert kept("update", "prod-a", "prod-x", "--tag", "x").code == 2
    assert set(map(tuple, tags_of(kept).values())) == {()}


def test_a_whole_name_is_no_pattern(kept: Opened) -> None:
    """Names from before `*?[]` were refused stay, and are meant by themselves."""
    vault_of(kept).edit(lambda edit: edit.update(edit.find("lone"), Changes(name="prod-[ab]")))
    assert kept("update", "prod-[ab]", "--tag", "old").code == 0
    assert tags_of(kept) == {"prod-[ab]": ["old"], "prod-a": [], "prod-b": [], "test-a": []}
    assert kept("remove", "prod-[ab]", "--yes").out == "removed prod-[ab]\n"
    assert kept("remove", "prod-[ab]", "--yes").out == "removed prod-a\nremoved prod-b\n"
    assert kept("trash", "restore", "prod-[ab]").code == 0


def test_shared_and_unshared_by_pattern_and_tag(kept: Opened) -> None:
    bob = invite(kept, "bob", "--role", "member")
    assert kept("update", "prod-*", "--tag", "team", "--yes").code == 0
    before = writes(kept)
    assert said_no(kept("share", "prod-*", "--with", "bob"), 2, "needs a yes")
    assert said_no(kept("share", "--with", "bob"), 2, "share needs PATTERN")
    shared = json.loads(kept("share", "prod-?", "--with", "bob", "--yes", "--json").out)
    assert [one["name"] for one in shared] == ["prod-a", "prod-b"]
    assert writes(kept) == before + 1
    assert bob("get", "prod-a/api_key").code == 0
    assert said_no(kept("share", "x*", "--with", "bob", "--yes"), 3)
    assert kept("unshare", "--tag", "team", "--with", "bob", "--yes").code == 0
    assert writes(kept) == before + 2
    assert bob("get", "prod-a/api_key").code == 10
    assert kept("share", "lone", "test-a", "--with", "bob").code == 0  # as ever: named one by one
    assert kept("share", "lon*", "--with", "bob").code == 0  # one alone is asked about by nobody


def test_completing_takes_no_members_and_asks_about_several(kept: Opened) -> None:
    bob = invite(kept, "bob", "--role", "member")
    for flags in (("--with", "bob"), ("--with", "nobody"), ("--read",)):
        assert said_no(kept("share", "prod-a", "--complete", *flags), 2, "goes with no --with or --read"), flags
    before = writes(kept)
    assert said_no(kept("share", "prod-*", "--complete"), 2, "completing several needs a yes")
    assert (bob("get", "prod-a/api_key").code, writes(kept)) == (10, before)
    assert kept("share", "prod-*", "--complete", "--yes").out == "completed prod-a\ncompleted prod-b\n"
    assert kept("share", "prod-a", "lone", "--complete").out == "completed prod-a\ncompleted lone\n"
    assert kept("share", "--complete").err == "nexcred: nothing is waiting for you\n"


def test_exported_by_pattern_and_tag(kept: Opened) -> None:
    exported = json.loads(kept("export", "prod-*", "lone", "--format", "json").out)
    assert len(exported) == 3
    assert kept("update", "test-a", "--tag", "t").code == 0
    assert len(json.loads(kept("export", "--tag", "t", "--format", "json").out)) == 1
    assert said_no(kept("export", "--tag", "nothing", "--format", "json"), 3, "no credential matches")
    assert said_no(kept("export", "--format", "json"), 2, "PATTERN is missing", "name credentials, or pass --tag")


def test_removed_by_tag(kept: Opened) -> None:
    assert kept("update", "prod-*", "--tag", "old", "--yes").code == 0
    assert kept("remove", "*-a", "--tag", "old", "--yes").out == "removed prod-a\n"
    assert said_no(kept("remove", "lone", "--tag", "old", "--yes"), 3, "no credential matches")


def test_probed_by_pattern_and_filter(opened: Opened, resci: Resci) -> None:
    for name in ("prod-a", "prod-b", "test-a"):
        assert opened.add(resci, name, "--no-probe").code == 0
    assert opened("update", "prod-b", "--tag", "x").code == 0

    def probed(*words: str) -> list[str]:
        ran = opened("probe", *words, "--json")
        assert ran.code == 0, ran.err
        return [one["name"] for one in json.loads(ran.out)]

    assert probed("prod-*") == ["prod-a", "prod-b"]
    assert probed("prod-*", "--tag", "x") == ["prod-b"]
    assert probed("prod-a", "TEST-?") == ["prod-a", "test-a"]
    assert said_no(opened("probe", "nothing*"), 3, "like 'nothing*'")
    for words in (("prod-a", "--tag", "x"), ("test-*", "--tag", "x"), ("prod-a", "--connector", "aventri")):
        assert said_no(opened("probe", *words), 3, "no credential matches"), words
        assert said_no(opened("probe", *words, "--json"), 3, "no credential matches"), words
