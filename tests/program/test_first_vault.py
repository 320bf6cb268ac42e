"""A new vault says then and there how it opens tomorrow, and offers what opens it when the passphrase is lost."""

import json
import re

import pyte
import pytest

from tests.support.program import Program
from tests.support.program_fixtures import PASSPHRASE, nexcred
from tests.support.terminal import Ended, Typed, lines_of, play

__all__ = ["nexcred"]
MADE = [Typed("New passphrase", f"{PASSPHRASE}\r"), Typed("The same again", f"{PASSPHRASE}\r")]
ADDED = [*MADE, Typed("Name", "\r"), Typed("Description", "\r"), Typed("Key Value", "key-EXAMPLE\r")]
FLOWS = {
    "init": (("vault", "init", "--passphrase"), MADE),
    "add": (("add", "resci", "--no-probe"), ADDED),
}
OFFER = "Make a recovery key now?"
GIVEN = {"NEXCRED_PASSPHRASE": PASSPHRASE}
GROUP = re.compile(rb"\b[0-9A-Z]{5}\b")


def at_terminal(program: Program, words: tuple[str, ...], typed: list[Typed]) -> tuple[Ended, list[str]]:
    screen = pyte.Screen(100, 60)
    environment = {**program.environment, "TERM": "xterm"}
    ended = play(program.command(*words), typed, screen, environment=environment, folder=program.home)
    return ended, lines_of(screen)


@pytest.mark.parametrize("flow", FLOWS)
def test_three_lines_tell_of_tomorrow(nexcred: Program, flow: str) -> None:
    words, typed = FLOWS[flow]
    ended, shown = at_terminal(nexcred, words, [*typed, Typed(OFFER, "n")])
    assert ended.code == 0, shown
    assert "nexcred vault recovery" in " ".join(shown)
    last = shown[-3:]
    assert "asks for the passphrase" in last[0]
    assert "nexcred vault unlock --for 8h" in last[1]
    assert "nexcred vault backup FILE" in last[2]
    assert nexcred("vault", "recovery", "--use", stdin=b"x", environment=GIVEN).code == 6


@pytest.mark.parametrize("flow", FLOWS)
def test_a_recovery_key_is_made_there_and_then(nexcred: Program, flow: str) -> None:
    words, typed = FLOWS[flow]
    wrong = "00000-" * 12 + "00000"
    keys = [*typed, Typed(OFFER, "y"), Typed("Type it back", f"{wrong}\r"), Typed("Type it back", "\x03")]
    ended, shown = at_terminal(nexcred, words, keys)
    assert ended.code == 130, shown
    assert len(GROUP.findall(ended.seen)) >= 13
    # What was typed before is kept: the vault, and what was added to it.
    assert nexcred("list", environment=GIVEN).code == 0
    if flow == "add":
        assert nexcred("get", "resci/api_key", environment=GIVEN).out == "key-EXAMPLE"


def test_what_gives_the_passphrase_is_asked_nothing_at_a_terminal_too(nexcred: Program) -> None:
    nexcred.environment.update(GIVEN)
    ended, shown = at_terminal(nexcred, ("vault", "init"), [])
    assert ended.code == 0, shown
    assert "opens by what NEXCRED_PASSPHRASE gives" in " ".join(shown)


def test_where_nobody_watches_nothing_is_offered(nexcred: Program) -> None:
    made = nexcred("vault", "init", environment=GIVEN)
    assert (made.code, "vault backup" in made.err, "recovery key" in made.err) == (0, False, False)


def test_a_result_that_goes_elsewhere_gets_no_recovery_key(nexcred: Program) -> None:
    screen = pyte.Screen(100, 60)
    environment = {**nexcred.environment, "TERM": "xterm"}
    command = ["sh", "-c", '"$@" --json > added.json', "sh", *nexcred.command("add", "resci", "--no-probe")]
    ended = play(command, ADDED, screen, environment=environment, folder=nexcred.home)
    assert ended.code == 0, lines_of(screen)
    assert json.loads((nexcred.home / "added.json").read_text())["name"] == "resci"


def test_a_second_credential_is_told_nothing_of_it(nexcred: Program) -> None:
    assert nexcred("vault", "init", environment=GIVEN).code == 0
    typed = [Typed("Passphrase", f"{PASSPHRASE}\r"), *ADDED[2:]]
    ended, shown = at_terminal(nexcred, ("add", "resci", "--no-probe"), typed)
    assert (ended.code, "vault backup" in " ".join(shown)) == (0, False)
