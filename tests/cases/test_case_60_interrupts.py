"""Case 60: Ctrl-C, and the end of input, at every prompt: nothing saved, exit 130."""

from pathlib import Path

import pytest

from tests.support.first_add import PASSPHRASE, PROMPTS
from tests.support.standins.aventri import Aventri
from tests.transcripts.parts import Step
from tests.transcripts.player import Player


@pytest.fixture
def player(tmp_path: Path, aventri: Aventri) -> Player:
    home = tmp_path / "home"
    home.mkdir()
    return Player(home, {"AVENTRI": aventri.host}, {"PASSPHRASE": PASSPHRASE, "WRONG": "wrong-key-EXAMPLE"})


@pytest.mark.parametrize("key", ["^C", "^D"])
@pytest.mark.parametrize("reached", range(len(PROMPTS)), ids=[waited for waited, _ in PROMPTS])
def test_case_60_nothing_is_saved(player: Player, tmp_path: Path, reached: int, key: str) -> None:
    keys = [*PROMPTS[:reached], (PROMPTS[reached][0], key)]
    played = player.play(Step("nexcred add aventri --set base_url=http://$AVENTRI", True, [], keys))
    assert played.code == 130, played.lines
    assert played.lines[-1] == "nexcred: error: interrupted"
    assert not list(tmp_path.rglob("*.db"))


@pytest.mark.parametrize("key", ["^C", "^D"])
def test_case_60_a_dumb_terminal_too(player: Player, tmp_path: Path, key: str) -> None:
    for reached in range(6):
        keys = [*PROMPTS[:reached], (PROMPTS[reached][0], key)]
        played = player.play(Step("TERM=dumb nexcred add aventri --set base_url=http://$AVENTRI", True, [], keys))
        assert played.code == 130, played.lines
    assert not list(tmp_path.rglob("*.db"))
