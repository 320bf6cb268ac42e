"""Keys that were pressed before a question stood there do not answer it."""

import sys
from pathlib import Path

import pyte
import pytest

from tests.support.first_add import PROMPTS
from tests.support.opened import Opened
from tests.support.people import KEY, invite, keep
from tests.support.standins.aventri import Aventri
from tests.support.terminal import Ended, Typed, play
from tests.transcripts.parts import Step
from tests.transcripts.player import Player

# Begins the program once something was typed, and reads none of it.
_ONCE_TYPED = "import os, select, sys; select.select([0], [], []); os.execv(sys.argv[1], sys.argv[1:])"


def get_at_terminal(program: Opened, typed: list[Typed], term: str) -> Ended:
    environment = {**program.environment, "TERM": term, "PYTHONUTF8": "1"}
    environment.pop("NEXCRED_NO_INPUT")
    command = program.command("get", "prod/api_key")
    if not typed[0].after:
        command = [sys.executable, "-c", _ONCE_TYPED, *command]
    return play(command, typed, pyte.Screen(200, 40), environment=environment, folder=program.home)


@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_a_yes_from_before_the_question_decides_nothing(opened: Opened, term: str) -> None:
    keep(opened, "prod")
    bob = invite(opened, "bob", "--role", "member")
    assert bob("remove", "prod", "--yes").code == 0
    keep(bob, "prod")
    (ada,) = [line.split("  ")[0] for line in opened("member", "list").out.splitlines() if "owner" in line]
    assert bob("share", "prod", "--with", ada).code == 0
    before = Typed("", "y\r")  # before the program has begun
    refused = get_at_terminal(opened, [before, Typed("the one that you mean", "n\r")], term)
    assert refused.code == 9, refused.seen
    assert KEY.format("prod").encode() not in refused.seen
    allowed = get_at_terminal(opened, [Typed("the one that you mean", "y\r")], term)
    assert (allowed.code, KEY.format("prod").encode() in allowed.seen) == (0, True)


@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_what_was_typed_behind_an_answer_is_none_to_the_next_question(
    tmp_path: Path, aventri: Aventri, term: str
) -> None:
    (tmp_path / "home").mkdir()
    words = {"PASSPHRASE": "correct horse EXAMPLE", "WRONG": "wrong-key-EXAMPLE"}
    player = Player(tmp_path / "home", {"AVENTRI": aventri.host}, words)
    before = len(PROMPTS) - 3
    waited, key = (PROMPTS[before][0], PROMPTS[before][1]) if term == "xterm" else ("Region", "⏎")
    keys = [*PROMPTS[:before], (waited, f"{key}y⏎"), ("Allow", "n⏎")]
    played = player.play(Step(f"TERM={term} nexcred add aventri --set base_url=http://$AVENTRI", True, [], keys))
    assert played.code == 2, played.lines
    assert "Allow" in "\n".join(played.lines)
    assert aventri.received == []
