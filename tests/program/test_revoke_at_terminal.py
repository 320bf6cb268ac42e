"""Whoever sits at a terminal is asked which key is revoked, and revokes by hand what no call does."""

import pyte
import pytest

from tests.support.opened import Opened
from tests.support.people import said_no
from tests.support.revoking import NEXT, asked, quick, replaced, state
from tests.support.standins.resci import Resci
from tests.support.standins.slack import Slack
from tests.support.terminal import Ended, Typed, lines_of, play

__all__ = ["quick", "replaced"]


def test_where_no_call_revokes_a_person_is_told_where(quick: Opened, resci: Resci) -> None:
    assert quick.add(resci).code == 0
    for yes in ((), ("--yes",)):
        told = quick("revoke", "resci", *yes)
        assert said_no(told, 5, "a person has to", "in ReSci under Settings > API", "--revision 1")
    assert state(quick, "resci") == "present"


def at_terminal(program: Opened, typed: list[Typed], *words: str, term: str = "xterm") -> tuple[Ended, str]:
    environment = {**program.environment, "TERM": term}
    del environment["NEXCRED_NO_INPUT"]
    screen = pyte.Screen(120, 50)
    ended = play(program.command(*words), typed, screen, environment=environment, folder=program.home)
    return ended, "\n".join(lines_of(screen))


def test_a_plain_terminal_picks_a_key_by_the_number_that_is_shown(quick: Opened, resci: Resci) -> None:
    assert quick.add(resci).code == 0
    resci.more_keys = ("resci-2-EXAMPLE", "resci-3-EXAMPLE")
    for key in resci.more_keys:
        assert quick("update", "resci", "--set", "api_key=env:KEY", environment={"KEY": key}).code == 0
    typed = [Typed("Which key? [revision 2: nobody has asked with it]", "1\r"), Typed("Have you revoked it?", "n\r")]
    ended, shown = at_terminal(quick, typed, "revoke", "resci", term="dumb")
    assert (ended.code, "1  revision 2" in shown) == (5, True), shown
    assert "revision 2, which is not in use" in shown


def test_a_person_revokes_by_hand_and_it_is_proved(quick: Opened, resci: Resci) -> None:
    assert quick.add(resci).code == 0
    ended, shown = at_terminal(quick, [Typed("Have you revoked it?", "n")], "revoke", "resci")
    assert (ended.code, "not revoked yet" in shown, state(quick, "resci")) == (5, True, "present"), shown
    ended, shown = at_terminal(quick, [Typed("Have you revoked it?", "y")], "revoke", "resci")
    assert (ended.code, "still works, although it was revoked" in shown) == (5, True), shown
    resci.api_key = NEXT
    ended, shown = at_terminal(quick, [Typed("Have you revoked it?", "y")], "revoke", "resci")
    assert (ended.code, "is refused, and dead" in shown, state(quick, "resci")) == (0, True, "dead"), shown


@pytest.mark.parametrize(("pick", "which"), [("\r", 1), ("\x1b[B\r", 2)])
def test_at_a_terminal_it_is_asked_which_and_said_what_else_ends(
    replaced: Opened, slack: Slack, pick: str, which: int
) -> None:
    typed = [Typed("the present one", pick), Typed("Revoke it?", "n")]
    ended, shown = at_terminal(replaced, typed, "revoke", "slack")
    assert (ended.code, "nothing was revoked" in shown) == (1, True), shown
    assert "takes it out of its channels" in shown
    assert ("what uses it stops working" in shown) is (which == 2)
    assert asked(slack, "/api/auth.revoke") == 0


def test_a_person_says_that_what_is_removed_is_revoked(opened: Opened, resci: Resci) -> None:
    assert opened.add(resci).code == 0
    typed = [Typed("Revoke, and put into the trash", "y"), Typed("Have you revoked it?", "y")]
    ended, shown = at_terminal(opened, typed, "remove", "resci", "--revoke")
    assert (ended.code, "still works, although" in shown, opened.names) == (5, True, ["resci"]), shown
    resci.api_key = NEXT
    ended, shown = at_terminal(opened, typed, "remove", "resci", "--revoke")
    assert (ended.code, opened.names) == (0, []), shown
