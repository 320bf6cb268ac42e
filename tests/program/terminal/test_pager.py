"""What is longer than the screen goes through the pager that its reader chose; secrets and pipes never do."""

import pyte
import pytest

from tests.support.opened import Opened
from tests.support.terminal import play

PAGER = "sh -c 'echo PAGED ${NEXCRED_IDENTITY:-locked}; cat'"


def shown(program: Opened, *words: str, rows: int = 10, **environment: str) -> str:
    history = pyte.HistoryScreen(100, rows, history=1000)
    variables = {**program.environment, "TERM": "xterm", **environment}
    ended = play(program.command(*words), [], history, environment=variables, folder=program.home)
    assert ended.code == 0
    return ended.seen.decode()


@pytest.mark.parametrize("variable", ["PAGER", "NEXCRED_PAGER"])
@pytest.mark.parametrize("words", [("connectors", "list"), ("connectors", "show", "rest")])
def test_what_is_longer_than_the_screen_is_paged(opened: Opened, variable: str, words: tuple[str, ...]) -> None:
    opened.environment[variable] = PAGER
    seen = shown(opened, *words)
    assert seen.startswith("PAGED locked")
    assert seen.count("\n") > 10


def test_the_own_variable_wins_and_an_empty_one_switches_it_off(opened: Opened) -> None:
    assert "PAGED" not in shown(opened, "connectors", "list", PAGER=PAGER, NEXCRED_PAGER="")
    assert "PAGED" not in shown(opened, "connectors", "list", NEXCRED_PAGER="no-such-pager-EXAMPLE")


def test_what_fits_and_what_no_terminal_reads_is_not(opened: Opened) -> None:
    assert "PAGED" not in shown(opened, "connectors", "list", "aha", rows=200, PAGER=PAGER)
    piped = opened("connectors", "list", environment={"PAGER": PAGER})
    assert piped.out.startswith("NAME")


def test_a_pager_that_is_left_early_is_no_failure(opened: Opened) -> None:
    assert shown(opened, "connectors", "show", "rest", PAGER="head -n 1").count("\n") == 1


def test_a_secret_is_not_paged(opened: Opened) -> None:
    reach = ("--set", "base_url=https://api.example.com", "--set", "api_key=-", "--allow-host", "api.example.com")
    assert opened("add", "rest", *reach, "--no-probe", stdin=b"k-EXAMPLE").code == 0
    for words in (("get", "rest/api_key"), ("show", "rest", "--reveal")):
        assert "PAGED" not in shown(opened, *words, rows=2, PAGER=PAGER)
