"""A command that is told reaches the vault that the command line named, when it is pasted as it stands."""

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.support.named_vaults import WITH_SECRETS, two
from tests.support.opened import Opened
from tests.support.program import Program

__all__ = ["two"]

PLACE = "it's a vault.db"


def commands(told: str) -> list[list[str]]:
    """Return the commands at the ends of these lines, as a shell would read them."""
    return [shlex.split(found) for found in re.findall(r": nexcred ([a-z][^;\n]*)$", told, re.MULTILINE)]


@pytest.fixture
def elsewhere(tmp_path: Path) -> Program:
    """The program with one vault, where nobody looks for it, with a credential `prod`."""
    (home := tmp_path / "home").mkdir()
    program = Program(home, NEXCRED_PASSPHRASE="passphrase of EXAMPLE", NEXCRED_NO_INPUT="1")
    assert program("vault", "init", "--vault", PLACE).code == 0
    added = program(
        "add", "resci", "prod", "--vault", PLACE, "--set", "api_key=env:KEY", environment={"KEY": "EXAMPLE"}
    )
    assert added.code == 0, added.err
    return program


def test_what_was_removed_comes_back_by_the_line_that_is_told(elsewhere: Program) -> None:
    removed = elsewhere("remove", "prod", "--yes", "--vault", PLACE)
    assert removed.code == 0, removed.err
    (way,) = [one for one in commands(removed.err) if one[0] == "trash"]
    assert way == ["trash", "restore", "--vault", PLACE, "prod"]
    assert elsewhere(*way).code == 0
    assert elsewhere("get", "prod/api_key", "--vault", PLACE).code == 0


def test_the_board_tells_commands_of_the_vault_that_it_is_of(elsewhere: Program) -> None:
    said = elsewhere("exposure", "add", "prod", "--reason", "in a chat", "--vault", PLACE)
    assert said.code == 0, said.err
    rows = json.loads(elsewhere("status", "--vault", PLACE, "--json").out)["rows"]
    ways = [shlex.split(row["command"])[1:] for row in rows]
    assert ["rotate", "--vault", PLACE, "prod"] in ways
    assert all("--vault" in way for way in ways)


def test_an_error_tells_it_too_also_as_json(elsewhere: Program) -> None:
    missing = ("show", "prd", "--vault", PLACE)
    ran, as_json = elsewhere(*missing), elsewhere(*missing, "--json")
    assert ran.code == as_json.code == 3
    hint = json.loads(as_json.err.splitlines()[-1])["error"]["hint"]
    assert commands(f": {hint}") == commands(ran.err) == [["list", "--vault", PLACE]]
    assert "prod" in elsewhere(*commands(ran.err)[0]).out


def test_a_vault_with_a_name_is_told_by_it_and_one_that_is_meant_anyway_is_not(two: Opened) -> None:
    named, by_variable = (
        two("get", "none", "--vault", "team"),
        two("get", "none", environment={"NEXCRED_VAULT": "team"}),
    )
    assert commands(named.err) == [["list", "--vault", "team"]]
    assert commands(by_variable.err) == [["list"]] == commands(two("get", "none").err)


def test_commands_that_open_no_vault_stand_as_they_are(two: Opened) -> None:
    ran = two("add", "nonesuch", "x", "--vault", "team")
    assert commands(ran.err) == [["connectors", "list"]]
    unknown = two("get", "mine", "--vault", "taem")
    assert "did you mean 'team'?" in unknown.err
    assert "--vault" not in unknown.err


@pytest.mark.parametrize("place", WITH_SECRETS)
def test_no_secret_in_a_place_is_repeated(opened: Opened, place: str) -> None:
    for command in (["get", "none"], ["vault", "verify"], ["remove", "x", "--yes"]):
        for more in ([], ["--json"]):
            ran = opened(*command, "--vault", place, *(more if command[0] != "get" else []))
            assert "canary" not in ran.out + ran.err
