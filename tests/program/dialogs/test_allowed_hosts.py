"""A host that no connector names: every command that may send a credential there asks in the same way."""

import pyte
import pytest

from tests.support.opened import Opened
from tests.support.terminal import Typed, lines_of, play

ELSEWHERE = ("--set", "base_url=https://elsewhere.test")
NEW = ("aventri", "--set", "account_id=4711", "--set", "api_key=env:KEY", *ELSEWHERE)
COMMANDS = {
    "add": ("add", *NEW, "--no-probe"),
    "update": ("update", "kept", *ELSEWHERE, "--no-probe"),
    "connectors check": ("connectors", "check", *NEW),
}
QUESTION = "Allow elsewhere.test for this credential?"


@pytest.fixture
def kept(opened: Opened) -> Opened:
    values = ("--set", "account_id=4711", "--set", "api_key=env:KEY")
    added = opened("add", "aventri", "kept", *values, "--no-probe", environment={"KEY": "k-EXAMPLE"})
    assert added.code == 0, added.err
    return opened


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("answer", ["y", "n"])
def test_at_a_terminal_it_takes_a_yes(kept: Opened, command: str, answer: str) -> None:
    environment = {**kept.environment, "KEY": "k-EXAMPLE", "HTTPS_PROXY": "http://127.0.0.1:1", "TERM": "xterm"}
    del environment["NEXCRED_NO_INPUT"]
    screen = pyte.Screen(200, 40)
    words = kept.command(*COMMANDS[command])
    ended = play(words, [Typed(QUESTION, answer)], screen, environment=environment, folder=kept.home)
    shown = "\n".join(lines_of(screen))
    assert (ended.code == 2, "--allow-host elsewhere.test" in shown) == (answer == "n", answer == "n"), shown
    assert shown.count(QUESTION) == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_elsewhere_it_is_refused_with_the_flag_that_allows_it(kept: Opened, command: str) -> None:
    refused = kept(*COMMANDS[command], environment={"KEY": "k-EXAMPLE"})
    assert refused.code == 2
    assert "--allow-host elsewhere.test" in refused.err
    assert kept.names == ["kept"]
