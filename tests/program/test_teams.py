"""Teams, as processes: who holds what by them, and what people and scripts are told."""

import json

import pytest

from tests.support.opened import Opened
from tests.support.people import KEY, invite, keep, refused, said_no
from tests.support.team import ada, bob, cyd, told

__all__ = ["ada", "bob", "cyd"]


def members_of(program: Opened, team: str) -> list[str]:
    return next(one["members"] for one in told(program, "team", "list") if one["name"] == team)


def test_a_team_holds_what_is_shared_with_it(ada: Opened, bob: Opened, cyd: Opened) -> None:
    made = ada("team", "add", "data", "--member", "bob", "--member", "cyd")
    assert made.out == "made the team data: bob, cyd\n"
    assert "nexcred share NAME --with 'data'" in made.err
    assert refused(bob("get", "prod/api_key"))
    assert ada("share", "prod", "--with", "data").out == "shared prod with data (bob, cyd)\n"
    for one in (bob, cyd):
        assert one("get", "prod/api_key").out == KEY.format("prod")
    assert refused(bob("get", "test/api_key"))
    assert "held by    root, bob (by data), cyd (by data)" in ada("show", "prod").out
    assert ada("team", "list").out.splitlines()[1].split() == ["data", "bob,", "cyd", "1"]


def test_json_says_by_which_team_somebody_holds_it(ada: Opened, bob: Opened) -> None:
    ada("team", "add", "data", "--member", "bob")
    ada("share", "prod", "--with", "data", "--read")
    ada("share", "test", "--with", "bob")
    listed = {one["name"]: one["access_roles"] for one in told(bob, "list")}
    assert listed == {"prod": ["member", "team:data"], "test": ["member"]}
    assert [one["access_roles"] for one in told(ada, "list")] == [["owner"], ["owner"]]
    shown = told(bob, "show", "prod")
    assert shown["access_roles"] == ["member", "team:data"]
    assert [(one["full_name"], one["may"], one["teams"]) for one in shown["held_by"]] == [
        ("root", "write", []),
        ("bob", "read", ["data"]),
    ]
    assert "TEAM" in bob("list").out
    assert "TEAM" not in ada("list").out


def test_a_script_that_runs_twice_makes_nothing_twice(ada: Opened, bob: Opened) -> None:
    for expected in (0, 0):
        ran = ada("team", "add", "data", "--member", "bob")
        assert ran.code == expected
    assert "in data already: bob; nothing changed" in ran.err
    assert ran.out == ""
    assert told(ada, "team", "add", "DATA")["made"] is False
    assert len(told(ada, "team", "list")) == 1


def test_nobody_is_let_into_what_a_team_holds_without_a_yes(ada: Opened, bob: Opened, cyd: Opened) -> None:
    ada("team", "add", "data", "--member", "bob")
    ada("share", "prod", "--with", "data")
    assert said_no(ada("team", "add", "data", "--member", "cyd"), 2, "needs a yes", "--yes")
    assert members_of(ada, "data") == ["bob"]
    joined = ada("team", "add", "data", "--member", "cyd", "--yes")
    assert joined.out == "joined data: cyd\n"
    assert "sealed to cyd: 'prod'" in joined.err
    assert cyd("get", "prod/api_key").out == KEY.format("prod")


def test_what_others_hold_waits_for_their_next_write(ada: Opened, bob: Opened, cyd: Opened) -> None:
    ada("team", "add", "data", "--member", "bob")
    keep(bob, "bobs", "more")
    assert bob("share", "bobs", "more", "--with", "data").code == 0
    joined = ada("team", "add", "data", "--member", "cyd", "--yes")
    assert "not sealed to cyd yet: 'bobs', 'more'" in joined.err
    assert said_no(cyd("get", "bobs/api_key"), 10, "not completed yet", "nexcred share --complete")
    for command in (("member", "list"), ("team", "list")):
        waits = ada(*command).err
        assert "'bobs' is not sealed to cyd yet: bob completes it with: nexcred share --complete" in waits
    (listed,) = told(ada, "team", "list")
    assert listed["waiting"] == ["bobs", "more"]
    assert {one["full_name"]: one["waiting"] for one in told(ada, "member", "list")}["cyd"] == ["bobs", "more"]
    waiting = [one for one in told(ada, "doctor") if one["check"] == "waiting"]
    assert "'bobs' is not sealed to cyd yet" in waiting[0]["detail"]
    keep(bob, "another")
    assert cyd("get", "bobs/api_key").out == KEY.format("bobs")
    assert cyd("get", "more/api_key").out == KEY.format("more")
    assert [one for one in told(ada, "doctor") if one["check"] == "waiting"] == []


def test_who_joins_the_vault_joins_teams_at_once(ada: Opened, bob: Opened) -> None:
    ada("team", "add", "data")
    ada("share", "prod", "--with", "data")
    public = ada("identity", "new", "eve", "--unbound", "-o", "eve.identity").out.strip()
    assert said_no(ada("member", "add", "eve", public, "--team", "nothing", "--yes"), 3, "no team", "nothing")
    added = ada("member", "add", "eve", public, "--team", "data", "--yes")
    assert added.code == 0, added.err
    assert "sealed to eve: 'prod'" in added.err
    line = added.err.splitlines()[-1].removeprefix("nexcred: ")
    secret = (ada.home / "eve.identity").read_text().strip()
    eve = Opened(ada.home, NEXCRED_IDENTITY=secret, NEXCRED_NO_INPUT="1", NEXCRED_CHECKPOINT=line)
    assert eve("get", "prod/api_key").out == KEY.format("prod")


@pytest.mark.parametrize("role", ["reader", "guest"])
def test_in_a_team_nobody_may_more_than_by_their_role(ada: Opened, role: str) -> None:
    rea = invite(ada, "rea", "--role", role)
    ada("team", "add", "data", "--member", "rea")
    shared = ada("share", "prod", "--with", "data")
    assert ("NEXCRED-CHECK-1" in shared.err) is (role == "guest")
    rea.environment["NEXCRED_CHECKPOINT"] = (
        json.loads(ada("vault", "checkpoint", "--for", "rea", "--json").out)["checkpoint"] if role == "guest" else ""
    )
    assert rea("get", "prod/api_key").out == KEY.format("prod")
    assert refused(rea("update", "prod", "--set", "api_key=-", "--no-probe", stdin=b"x-EXAMPLE"))
    assert refused(rea("team", "add", "mine", "--member", "rea"))
    assert refused(rea("vault", "settings", "--share-with", "data"))


def test_only_owners_say_who_is_in_a_team(ada: Opened, bob: Opened) -> None:
    ada("team", "add", "data")
    ada("share", "prod", "--with", "data")
    for act in (
        ("team", "add", "data", "--member", "bob", "--yes"),
        ("team", "add", "mine"),
        ("team", "remove", "data", "--yes"),
        ("vault", "settings", "--share-with", "data"),
    ):
        assert refused(bob(*act)), act
    assert members_of(ada, "data") == []
    assert refused(bob("get", "prod/api_key"))


def test_who_leaves_a_team_is_told_of_as_by_unshare(ada: Opened, bob: Opened, cyd: Opened) -> None:
    ada("team", "add", "data", "--member", "bob", "--member", "cyd")
    ada("share", "prod", "test", "--with", "data")
    ada("share", "test", "--with", "bob")
    assert said_no(ada("team", "remove", "data", "--member", "bob"), 2, "needs a yes")
    left = ada("team", "remove", "data", "--member", "bob", "--yes")
    assert left.out == "left data: bob; nothing is sealed to them by it any more\n"
    assert "warning: bob may have read what it held, which still works:\n  prod: nexcred rotate 'prod'" in left.err
    assert "  test: " not in left.err
    assert refused(bob("get", "prod/api_key"))
    assert bob("get", "test/api_key").out == KEY.format("test")
    again = ada("team", "remove", "data", "--member", "bob", "--yes")
    assert (again.code, again.out) == (0, "")
    assert "nothing changed" in again.err


def test_a_team_that_ended_holds_nothing_also_under_the_same_name(ada: Opened, bob: Opened) -> None:
    ada("team", "add", "data", "--member", "bob")
    ada("share", "prod", "--with", "data")
    assert said_no(ada("team", "remove", "data"), 2, "needs a yes")
    ended = ada("team", "remove", "data", "--yes")
    assert ended.out == "ended the team data: nobody holds anything by it any more\n"
    assert "bob may have read what it held" in ended.err
    ada("team", "add", "data", "--member", "bob")
    assert refused(bob("get", "prod/api_key"))
    assert told(ada, "team", "list")[0]["credentials"] == 0
    assert said_no(ada("team", "remove", "nothing", "--yes"), 3, "no team of this vault is named 'nothing'")


def test_who_holds_it_by_a_team_is_taken_off_by_the_team(ada: Opened, bob: Opened) -> None:
    ada("team", "add", "data", "--member", "bob")
    ada("share", "prod", "--with", "data")
    ran = ada("unshare", "prod", "--with", "bob")
    assert said_no(ran, 2, "held by the team 'data', which bob belongs to: nothing was changed")
    assert "nexcred unshare 'prod' --with 'team:data'" in ran.err
    assert "nexcred team remove 'data' --member 'bob'" in ran.err
    off = ada("unshare", "prod", "--with", "team:data")
    assert off.out == "prod is no longer sealed to data (bob)\n"
    assert "bob may have read what it held, which still works" in off.err
    assert refused(bob("get", "prod/api_key"))
    again = ada("unshare", "prod", "--with", "data")
    assert (again.code, again.out) == (0, "")


def test_who_may_write_in_another_way_is_told_when_only_reading_is_shared(ada: Opened, bob: Opened) -> None:
    ada("team", "add", "data", "--member", "bob")
    ada("share", "prod", "--with", "data")
    shared = ada("share", "prod", "--with", "bob", "--read")
    assert "bob may change prod all the same" in shared.err
    assert ada("share", "prod", "--with", "data", "--read").err == ""
    assert refused(bob("update", "prod", "--set", "api_key=-", "--no-probe", stdin=b"x-EXAMPLE"))


@pytest.mark.parametrize("name", ["bob", "BOB", "b0b", "team:x", "ab" * 16, "NEXCRED-ID-2AAAA", "a/b", "-x", "", "x*"])
def test_a_team_has_no_name_that_could_mean_somebody_else(ada: Opened, bob: Opened, name: str) -> None:
    ran = ada("team", "add", "--", name)
    assert ran.code == (8 if name.casefold() in ("bob", "b0b") else 2), ran
    assert told(ada, "team", "list") == []


def test_a_member_has_no_name_of_a_team(ada: Opened) -> None:
    ada("team", "add", "data")
    public = ada("identity", "new", "data", "--unbound", "-o", "data.identity").out.strip()
    for name in ("data", "Data", "dаta"):  # with a Cyrillic letter
        assert said_no(ada("member", "add", name, public, "--yes"), 8, "a team is named 'data' already")
        assert said_no(ada("identity", "new", name), 8, "a team is named 'data' already")
    assert said_no(ada("share", "prod", "--with", "dat"), 3, "did you mean 'data'?")
    assert said_no(ada("member", "remove", "data", "--yes"), 3, "'data' is a team, not a member")
