"""Secrets longer than a terminal's line buffer, and pasted in several lines."""

from pathlib import Path

import pytest

from tests.support.program_fixtures import PASSPHRASE
from tests.transcripts.parts import Step
from tests.transcripts.player import Player

LONG = "EXAMPLE-" + "0123456789abcdef" * 375
HALVES = f"{LONG[:3000]}␤{LONG[3000:]}␤"


@pytest.fixture
def player(tmp_path: Path) -> Player:
    home = tmp_path / "home"
    home.mkdir()
    return Player(home, {}, {"NEXCRED_PASSPHRASE": PASSPHRASE, "LONG": LONG})


def add(player: Player, term: str, secret: str) -> Step:
    keys = [("Name", "⏎"), ("Description", "⏎"), ("Key Value", f"{secret}⏎")]
    return player.play(Step(f"TERM={term} nexcred add resci --no-probe", True, [], keys))


def kept(player: Player) -> bool:
    compare = 'test "$(nexcred get resci/api_key)" = "$LONG"'
    return player.play(Step(compare, False, [])).code == 0


def test_a_plain_terminal_takes_more_than_4095_characters(player: Player) -> None:
    assert add(player, "dumb", LONG).code == 0
    assert kept(player)


def test_dots_for_a_long_secret_stay_on_one_line(player: Player) -> None:
    played = add(player, "xterm", LONG)
    assert played.code == 0
    assert [line for line in played.lines if "•" in line] == [
        "› API Key Value (? shows where to find it) ••••••••••••••••••••••••••••••••…"
    ]
    assert kept(player)


def test_a_paste_of_several_lines_is_joined_and_said(player: Player) -> None:
    played = add(player, "xterm", f"⟦{HALVES}⟧")
    assert played.code == 0, played.lines
    assert "  joined its lines" in played.lines
    assert kept(player)
