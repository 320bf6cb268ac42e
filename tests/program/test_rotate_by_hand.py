"""A key without an API is replaced by hand at a terminal, and the old one proved dead all the same."""

import json
from datetime import timedelta

import pytest

from nexcred.model.lifecycle import Former
from nexcred.model.times import utc_now
from tests.support.by_hand import KEY, NEW, OLD, REVOKED, WHAT, WRONG, at_terminal
from tests.support.opened import Opened
from tests.support.people import vault_of
from tests.support.standins.faults import server_error
from tests.support.standins.resci import Resci
from tests.support.terminal import Typed


@pytest.fixture
def kept(opened: Opened, resci: Resci) -> Opened:
    added = opened.add(resci)
    assert added.code == 0, added.err
    resci.more_keys = (NEW,)
    return opened


def revoke(program: Opened, resci: Resci) -> None:
    """Revoke the old key at the provider; it was refused twice by now, as the time that passes alone would have it."""
    resci.api_key, resci.more_keys = NEW, ()
    vault, now = vault_of(program), utc_now()
    before = tuple(now - timedelta(seconds=ago) for ago in (200, 100))
    former = Former(1, "revoked", revoked_at=now, refused_at=before)
    vault.set_policy(vault.find("resci"), lambda policy: policy._replace(former=(former,)))


def value(program: Opened) -> str:
    return program("get", "resci/api_key").out


def test_a_key_is_made_by_hand_and_the_old_one_is_refused_in_the_end(kept: Opened, resci: Resci) -> None:
    ended, shown = at_terminal(kept, [Typed(KEY, f"{NEW}\r"), Typed(REVOKED, "n")], "rotate", "resci")
    assert ended.code == 0, shown
    for told in (
        "1. Sign in to your ReSci account with your administrator credentials.",
        "Leave the old key as it is until the new one is in use.",
        "resci: the new key is kept, sealed",
        "resci: the provider accepts the new key",
        "resci: the new key is in use",
        "resci: waiting: until you have revoked the old key",
        "nexcred rotate --resume 'resci'",
    ):
        assert told in shown, shown
    assert value(kept) == NEW
    revoke(kept, resci)
    ended, shown = at_terminal(kept, [Typed(REVOKED, "y")], "rotate", "--resume", "resci")
    assert ended.code == 0, shown
    assert "resci: done: the old key is refused" in shown
    assert [one["state"] for one in json.loads(kept("history", "resci", "--json").out)] == ["present", "dead"]


def test_a_key_that_is_refused_is_given_once_more_or_the_old_one_stays(kept: Opened, resci: Resci) -> None:
    typed = [Typed(KEY, f"{WRONG}\r"), Typed(WHAT, "\r"), Typed(KEY, f"{NEW}\r"), Typed(REVOKED, "n")]
    ended, shown = at_terminal(kept, typed, "rotate", "resci")
    assert ended.code == 0, shown
    assert "the provider refuses the new key" in shown
    assert value(kept) == NEW
    assert kept("rotate", "--undo", "resci").code == 0
    assert value(kept) == OLD
    resci.more_keys = ()
    ended, shown = at_terminal(kept, [Typed(KEY, f"{NEW}\r"), Typed(WHAT, "\x1b[B\r")], "rotate", "resci")
    assert ended.code == 4, shown
    assert value(kept) == OLD
    assert kept("rotate", "--resume", "--json").out == "[]\n"


def test_a_refused_key_is_asked_for_again_when_the_rotation_goes_on(kept: Opened) -> None:
    ended, shown = at_terminal(kept, [Typed(KEY, f"{WRONG}\r"), Typed(WHAT, "\x03")], "rotate", "resci")
    assert (ended.code, "to go on: nexcred rotate --resume 'resci'" in shown) == (130, True), shown
    alone = kept("rotate", "--resume", "resci")
    assert (alone.code, "to go back: nexcred rotate --undo 'resci'" in alone.err) == (4, True), alone.err
    assert kept("update", "resci", "--expires", "2101-02-03").code == 0
    typed = [Typed(WHAT, "\r"), Typed(KEY, f"{NEW}\r"), Typed(REVOKED, "n")]
    ended, shown = at_terminal(kept, typed, "rotate", "--resume", "resci")
    assert ended.code == 0, shown
    assert "resci: the end that was entered for the old secret stays, 2101-02-03" in shown
    assert value(kept) == NEW


def test_what_cannot_be_proved_now_is_kept_and_gone_on_with(kept: Opened, resci: Resci) -> None:
    resci.fault = server_error()
    ended, shown = at_terminal(kept, [Typed(KEY, f"{NEW}\r")], "rotate", "resci")
    assert (ended.code, "is not proved yet" in shown) == (5, True), shown
    assert value(kept) == OLD
    resci.fault = None
    resumed = kept("rotate", "--resume")
    assert (resumed.code, resumed.out) == (0, "resci: waiting: until you have revoked the old key\n"), resumed.err
    assert value(kept) == NEW


@pytest.mark.parametrize("typed", [[Typed(KEY, "\x03")], [Typed(KEY, f"{NEW}\r"), Typed(REVOKED, "\x03")]])
def test_ctrl_c_at_a_prompt_loses_nothing(kept: Opened, resci: Resci, typed: list[Typed]) -> None:
    ended, shown = at_terminal(kept, typed, "rotate", "resci")
    assert ended.code == 130, shown
    is_switched = len(typed) > 1
    assert ("to go on: nexcred rotate --resume 'resci'" in shown) == is_switched, shown
    assert value(kept) == (NEW if is_switched else OLD)
    told = json.loads(kept("rotate", "--resume", "--json").out)
    assert [one["step"] for one in told] == (["switched"] if is_switched else [])


def test_the_old_key_again_is_not_taken_for_a_new_one(kept: Opened) -> None:
    typed = [Typed(KEY, "\r"), Typed(KEY, f"{OLD}\r"), Typed(KEY, f"{NEW}\r"), Typed(REVOKED, "n")]
    ended, shown = at_terminal(kept, typed, "rotate", "resci")
    assert (ended.code, "that is the old key" in shown, "Enter keeps" in shown) == (0, True, False), shown
    assert value(kept) == NEW


def test_of_what_nobody_can_be_asked_about_nothing_is_said_to_be_proved(opened: Opened) -> None:
    added = opened("add", "secret", "token", "--set", "token=env:KEY", environment={"KEY": OLD})
    assert added.code == 0, added.err
    ended, shown = at_terminal(opened, [Typed("@PATH", f"{NEW}\r"), Typed(REVOKED, "y")], "rotate", "token")
    assert ended.code == 0, shown
    assert "token: nobody can be asked whether the new key works" in shown
    assert "token: done: the old key is ended, as was said: nobody can be asked about it" in shown
    assert "accepts" not in shown
    assert "refused" not in shown
    assert opened("get", "token/token").out == NEW


def test_a_yes_to_all_does_not_say_that_somebody_has_revoked_a_key(kept: Opened) -> None:
    ended, shown = at_terminal(kept, [Typed(KEY, f"{NEW}\r"), Typed(REVOKED, "n")], "rotate", "resci")
    assert ended.code == 0, shown
    for words in (("--resume", "--yes"), ("--due", "--yes")):  # as a timer runs them
        ran = kept("rotate", *words)
        assert (ran.code, ran.out) == (0, "resci: waiting: until you have revoked the old key\n"), ran.err
    assert kept("rotate", "--undo", "resci").code == 0
    assert value(kept) == OLD
