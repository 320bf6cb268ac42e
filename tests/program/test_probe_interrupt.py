"""Ctrl-C while probing: what is known is shown and kept."""

from pathlib import Path

import pytest

from tests.support.program_fixtures import PASSPHRASE
from tests.support.standins.aventri import Aventri
from tests.support.standins.faults import silence
from tests.support.standins.resci import Resci
from tests.transcripts.parts import Step
from tests.transcripts.player import Player

ADD = "--set base_url=http://$AVENTRI --allow-host $AVENTRI --set account_id=4711 --set api_key=env:KEY --no-probe"


@pytest.fixture
def player(tmp_path: Path, aventri: Aventri, resci: Resci) -> Player:
    home = tmp_path / "home"
    home.mkdir()
    hosts = {"AVENTRI": aventri.host, "RESCI": resci.host}
    return Player(home, hosts, {"NEXCRED_PASSPHRASE": PASSPHRASE, "KEY": aventri.api_key, "RESCI_KEY": resci.api_key})


def run(player: Player, command: str, *keys: tuple[str, str], at_terminal: bool = False) -> Step:
    return player.play(Step(command, at_terminal, [], list(keys)))


def test_what_is_known_is_shown_and_kept(player: Player, resci: Resci) -> None:
    assert run(player, f"nexcred add aventri {ADD}").code == 0
    reach = "--set base_url=http://$RESCI/v3 --allow-host $RESCI --set api_key=env:RESCI_KEY --no-probe"
    assert run(player, f"nexcred add resci {reach}").code == 0
    resci.fault = silence()
    played = run(player, "nexcred probe --all --timeout 60", ("probing", "^C"), at_terminal=True)
    assert played.code == 130
    assert played.lines[1].startswith("aventri  accepted  account 4711")
    assert played.lines[-1] == "nexcred: error: interrupted: 1 of 2 were probed"
    assert [line.split("  ")[2] for line in run(player, "nexcred list").lines[1:]] == ["accepted", "not probed"]


def test_adding_is_interrupted_while_the_provider_is_asked(player: Player, aventri: Aventri) -> None:
    aventri.fault = silence()
    command = f"nexcred add aventri {ADD.removesuffix(' --no-probe')}"
    played = run(player, command, ("asking Aventri …", "^C"), at_terminal=True)
    assert played.code == 130
    assert played.lines[-1].endswith("nexcred: error: interrupted")
    assert run(player, "nexcred list").code == 3
