"""Case 26: links, pipes and folders that somebody planted among what this machine remembers."""

import os
from pathlib import Path

import pytest

from tests.support.opened import Opened
from tests.support.parcels import keep
from tests.support.people import keep as keep_others
from tests.support.people import said_no
from tests.support.standins import faults
from tests.support.standins.exchange import json_answer
from tests.support.standins.parcels import Parcels


@pytest.fixture
def state(opened: Opened) -> Path:
    keep_others(opened, "prod")
    return opened.home / ".local/state/nexcred"


@pytest.mark.parametrize("kind", ["a symbolic link", "a named pipe", "a folder"])
def test_case_26_what_is_no_plain_file_is_named_and_neither_read_nor_written(
    opened: Opened, state: Path, tmp_path: Path, kind: str
) -> None:
    anchors, victim = state / "anchors.json", tmp_path / "victim"
    anchors.unlink()
    victim.write_text("precious")
    if kind == "a symbolic link":
        anchors.symlink_to(victim)
    elif kind == "a named pipe":
        os.mkfifo(anchors)
    else:
        anchors.mkdir()
    for words in (("list",), ("update", "prod", "--tag", "x")):
        assert said_no(opened(*words), 1, f"'{anchors}' is {kind}, not a plain file")
    assert victim.read_text() == "precious"


@pytest.mark.parametrize("name", ["rotation", "backed-up", "notices"])
def test_case_26_nothing_is_written_through_a_link_in_place_of_a_folder(
    opened: Opened, state: Path, tmp_path: Path, parcels: Parcels, name: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (state / name).symlink_to(elsewhere)
    keep(opened, parcels)
    place = ("--set", f"base_url={parcels.url}", "--allow-host", parcels.host)
    assert opened("add", "webhook", "hook", *place).code == 0
    assert opened("vault", "backup", "backup.db").code == 0
    rotated = opened("rotate", "parcels", "--grace", "0")
    if name == "rotation":
        assert said_no(rotated, 1, f"'{state / name}' is a symbolic link, not a folder")
    else:
        assert rotated.code == 0, rotated.err
    parcels.fault = faults.always(json_answer({"message": "no"}, 401))  # so that a message waits
    assert opened("probe", "parcels", "--notify", "hook").code == 4
    assert list(elsewhere.iterdir()) == []
