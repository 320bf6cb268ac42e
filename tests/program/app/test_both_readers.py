"""Whole processes: a line in its plain form does what it does when Typer reads it."""

import json
import shutil
from pathlib import Path

import pytest

from tests.support.opened import Opened

# Given twice it says no more, and only Typer reads what is given twice.
ONCE, TWICE = ("--no-input",), ("--no-input", "--no-input")
GIT = b"protocol=https\nhost=github.com\n\n"
LINES: list[tuple[tuple[str, ...], bytes]] = [
    (("get", "github/access_token"), b""),
    (("get", "--", "github/access_token"), b""),
    (("get", "github/acces_token"), b""),
    (("get", "githbu/access_token"), b""),
    (("get", "no reference"), b""),
    (("get", "github"), b""),
    (("get", "keys/"), b""),
    (("get", "a\x1b/b"), b""),
    (("token", "github"), b""),
    (("token", "github", "--header", "--json"), b""),
    (("list",), b""),
    (("list", "--json"), b""),
    (("list", "--connector", "github", "--status", "unprobed"), b""),
    (("list", "--status", "acepted"), b""),
    (("list", "--fail"), b""),
    (("list", "--due", "--exposed", "--superseded", "--fail"), b""),
    (("list", "--fail", "--expiring-within", "900000d", "--tag", "none"), b""),
    (("list", "--expiring-within", "soon"), b""),
    (("helper", "aws", "keys"), b""),
    (("helper", "aws", "github"), b""),
    (("helper", "docker", "get"), b"ghcr.io\n"),
    (("helper", "docker", "get"), b"example.com\n"),
    (("helper", "docker", "store"), b"{}"),
    (("helper", "docker", "take"), b""),
    (("helper", "git", "get"), GIT),
    (("helper", "git", "keys", "get"), GIT),
    (("helper", "git", "github", "keys", "get"), GIT),
    (("helper", "git", "get"), b"\0\n"),
    (("helper", "kube", "github"), b""),
    (("run", "-c", "github", "--", "printenv", "GITHUB_TOKEN"), b""),
    (("run", "-c", "github", "--mask", "--", "printenv", "GITHUB_TOKEN"), b""),
    (("run", "-c", "github", "--env", "KEY=keys/secret_key", "sh", "-c", "echo $KEY; exit 3"), b""),
    (("run", "--env", "KEY", "--", "true"), b""),
    (("run", "-c", "githbu", "--", "true"), b""),
    (("run", "-c", "github", "--", "no-such-command"), b""),
    (("run", "--profile", "prod", "--", "true"), b""),
    (("run", "--project", "missing.toml", "--", "true"), b""),
    (("run", "--", "true"), b""),
]
OPTIONS: list[tuple[str, ...]] = [(), ("-q", "--no-color", "--accept-rollback"), ("--vault", "missing.db")]
VARIABLES: list[dict[str, str]] = [
    {},
    {"NEXCRED_IDENTITY": ""},
    {"NEXCRED_IDENTITY_FILE": "missing"},
    {"NEXCRED_VAULT": "keyrin:"},
    {"NEXCRED_PROFILE": "prod", "NEXCRED_AUDIT": "off", "NEXCRED_UNKNOWN": "1"},
    {"_NEXCRED_COMPLETE": "complete_bash", "COMP_WORDS": "nexcred g", "COMP_CWORD": "1"},
    {"FORCE_COLOR": "1", "NEXCRED_CHECKPOINT": "no checkpoint"},
]


@pytest.fixture
def stocked(opened: Opened) -> Opened:
    held = {"HELD": "github_pat_EXAMPLE"}
    assert opened("add", "github", "--set", "access_token=env:HELD", "--no-probe", environment=held).code == 0
    keys = ("--set", "access_key_id=AKIAIOSFODNN7EXAMPLE", "--set", "secret_key=env:HELD")
    assert opened("add", "s3", "keys", *keys, "--no-probe", environment=held).code == 0
    return opened


def _differences(program: Opened, options: tuple[str, ...], variables: dict[str, str]) -> list[object]:
    differing: list[object] = []
    for line, stdin in LINES:
        plain, by_typer = (
            program(*given, *options, *line, stdin=stdin, environment=variables) for given in (ONCE, TWICE)
        )
        if plain != by_typer:
            differing.append((line, plain, by_typer))
    return differing


@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
def test_options_make_no_difference_between_the_readers(stocked: Opened, options: tuple[str, ...]) -> None:
    assert _differences(stocked, options, {}) == []


@pytest.mark.parametrize("variables", VARIABLES, ids=" ".join)
def test_variables_make_no_difference_between_the_readers(stocked: Opened, variables: dict[str, str]) -> None:
    assert _differences(stocked, (), variables) == []


@pytest.mark.parametrize("line", [(), ("-h",), ("--help",)], ids=" ".join)
@pytest.mark.parametrize("variables", [{}, {"COLUMNS": "30", "FORCE_COLOR": "1", "TERM": "dumb"}], ids=" ".join)
def test_help_is_the_same_from_both(opened: Opened, line: tuple[str, ...], variables: dict[str, str]) -> None:
    by_typer = opened("--no-input", *line, environment=variables)
    assert opened(*line, environment=variables) == by_typer
    assert by_typer.code == 0
    assert by_typer.out.endswith("\n")


def test_both_note_the_same_uses(stocked: Opened, tmp_path: Path) -> None:
    noted = []
    for number, given in enumerate((ONCE, TWICE)):
        home = shutil.copytree(stocked.home, tmp_path / str(number))
        program = Opened(home, **{**stocked.environment, "HOME": str(home)})
        for line, stdin in LINES:
            program(*given, *line, stdin=stdin)
        events = json.loads(program("audit", "--json").out)
        noted.append([{name: value for name, value in event.items() if name != "at"} for event in events])
    assert noted[0] == noted[1]
    assert {"get", "token", "run", "helper git"} <= {event["action"] for event in noted[0]}
