"""Case 92: a member spoils a list, somebody who may settles it, and the member puts a later right one back.

Mallory is a member without any grant. What was right once, and later than what settling found, is ended by it.
"""

from pathlib import Path

import pytest

from tests.support.forging import rewrite_overview
from tests.support.lying_member import keep_record, put_back
from tests.support.opened import Opened
from tests.support.people import KEY, invite, keep, on_another_machine, said_no, vault_of

DISPUTED = ("'prod' is disputed", "nexcred vault settle 'prod'")


@pytest.fixture
def ada(opened: Opened) -> Opened:
    keep(opened, "prod", "test")
    assert opened("get", "prod/api_key").code == 0
    return opened


@pytest.fixture
def bob(ada: Opened) -> Opened:
    return invite(ada, "bob", "--role", "member", "--grant", "prod")


@pytest.fixture
def mallory(ada: Opened, bob: Opened) -> Opened:
    return invite(ada, "Mallory", "--role", "member")


def me(program: Opened) -> str:
    return next(line.split("  ")[0] for line in program("member", "list").out.splitlines() if "owner" in line)


def spoil(mallory: Opened) -> None:
    rewrite_overview(vault_of(mallory), "prod", lambda old: {"access": old.access._replace(signature=bytes(64))})


def settle(program: Opened, *people: str) -> None:
    to = [word for one in people for word in ("--with", one)]
    done = program("vault", "settle", "prod", *to, "--yes")
    assert done.code == 0, done.err
    assert done.out == f"settled prod: held by {', '.join(people)}\n"


def test_case_92_what_was_right_before_it_was_settled_is_not_put_back(
    ada: Opened, bob: Opened, mallory: Opened, tmp_path: Path
) -> None:
    before = keep_record(vault_of(ada), "prod")
    assert ada("share", "prod", "--with", "Mallory").code == 0
    with_mallory = keep_record(vault_of(ada), "prod")
    assert ada("unshare", "prod", "--with", "Mallory").code == 0
    later = keep_record(vault_of(ada), "prod")
    spoil(mallory)
    for who in (ada, bob):
        assert said_no(who("get", "prod/api_key"), 9, *DISPUTED)
    assert ada("get", "test/api_key").out == KEY.format("test")
    settle(ada, me(ada))
    assert ada("get", "prod/api_key").out == KEY.format("prod")
    assert said_no(bob("get", "prod/api_key"), 10), "who was not chosen does not hold it"
    settled = keep_record(vault_of(ada), "prod")
    for kept in (before, with_mallory, later):
        put_back(vault_of(mallory), kept)
        fresh = on_another_machine(ada, tmp_path / f"machine {kept.overview.access.version}")
        for who in (ada, bob, fresh):
            assert said_no(who("get", "prod/api_key"), 9, "from before somebody was taken off")
        put_back(vault_of(mallory), settled)
        assert ada("get", "prod/api_key").out == KEY.format("prod")


def test_case_92_it_says_what_is_wrong_and_takes_nobody_from_the_disputed_list(
    ada: Opened, bob: Opened, mallory: Opened
) -> None:
    spoil(mallory)
    assert said_no(ada("vault", "settle", "prod", "--yes"), 2, "--with MEMBER")
    assert said_no(ada("vault", "settle", "prod", "--with", me(ada)), 2, "--yes")
    for who in (bob, mallory):
        assert said_no(who("vault", "settle", "prod", "--with", "bob", "--yes"), 10, "only whoever added 'prod'")
    assert said_no(ada("vault", "settle", "test", "--with", me(ada), "--yes"), 2, "nothing is disputed")
    assert said_no(ada("vault", "settle", "prod", "--with", "nobody", "--yes"), 3)
    settle(ada, "bob")
    assert bob("get", "prod/api_key").out == KEY.format("prod")
    assert said_no(ada("get", "prod/api_key"), 10), "who was not chosen holds it no more"


def test_case_92_where_nothing_proves_the_values_they_are_entered_anew(
    ada: Opened, bob: Opened, mallory: Opened, tmp_path: Path
) -> None:
    """On a machine that never used them, and without a list that verifies."""
    spoil(mallory)
    fresh = on_another_machine(ada, tmp_path / "fresh")
    refused = fresh("vault", "settle", "prod", "--with", me(ada), "--yes")
    assert said_no(refused, 2, "nothing proves any values of 'prod'", "remove it, and add it again")
    assert fresh("remove", "prod", "--yes").code == 0
    keep(fresh, "prod")
    assert ada("get", "prod/api_key").out == KEY.format("prod")


def test_case_92_who_settles_goes_on_with_it_everywhere(
    ada: Opened, bob: Opened, mallory: Opened, tmp_path: Path
) -> None:
    desk = on_another_machine(bob, tmp_path / "desk")
    assert desk("get", "prod/api_key").code == 0
    spoil(mallory)
    settle(ada, me(ada), "bob")
    for who in (ada, bob, desk, on_another_machine(bob, tmp_path / "fresh")):
        assert who("get", "prod/api_key").out == KEY.format("prod")
    held = {"HELD": "next-EXAMPLE"}
    assert desk("update", "prod", "--set", "api_key=env:HELD", "--no-probe", environment=held).code == 0
    assert ada("get", "prod/api_key").out == "next-EXAMPLE"
    assert ada("vault", "verify").code == 0
