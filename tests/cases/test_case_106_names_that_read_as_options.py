"""Case 106: secrets of a shared store that somebody called as options are called, or as several lines."""

import json
import os
import sys
from collections.abc import Mapping

import pytest

from tests.support.opened import Opened

_STAND_IN = """#!{python}
import json, sys
with open({calls!r}, "a") as calls:
    calls.write(json.dumps(sys.argv[1:]) + "\\n")
sys.stdout.write({answers!r}.get(" ".join(sys.argv[1:]), "p-EXAMPLE\\n"))
"""
GOPASS = {"ls --flat": "good\n--clip\n-o\nodd\x85--revision=1\x0b-u\n"}
SHOW = ("show", "--unsafe", "--noparsing")
OP = {
    "item list --format json": json.dumps(
        [
            {"id": "--reveal", "title": "one"},
            {"id": "abc", "title": "two", "vault": {"id": "--cache", "name": "V"}},
            {"id": "def", "title": "three"},
        ]
    ),
    "item get def --format json": json.dumps(
        {"id": "def", "title": "three", "fields": [{"id": "password", "label": "password", "value": "p-EXAMPLE"}]}
    ),
}


def install(program: Opened, name: str, answers: Mapping[str, str]) -> None:
    folder = program.home / "bin"
    folder.mkdir()
    text = _STAND_IN.format(python=sys.executable, calls=str(folder / "calls"), answers=dict(answers))
    (folder / name).write_text(text)
    (folder / name).chmod(0o755)
    program.environment["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.parametrize(
    ("source", "name", "answers", "asked"),
    [
        ("gopass", "gopass", GOPASS, [["ls", "--flat"], [*SHOW, "good"], [*SHOW, "odd\x85--revision=1\x0b-u"]]),
        ("1password", "op", OP, [one.split() for one in OP]),
    ],
)
def test_case_106_no_name_is_an_option(
    opened: Opened, source: str, name: str, answers: Mapping[str, str], asked: list[list[str]]
) -> None:
    install(opened, name, answers)
    done = opened("import", source, "--partial", "--yes")
    calls = (opened.home / "bin/calls").read_text().splitlines()
    assert (done.code, [json.loads(line) for line in calls]) == (0, asked), done.err
    assert "which reads as an option" in done.err
