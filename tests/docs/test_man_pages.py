"""The manual pages: well-formed, with all that `--help` names, and installed beside the program."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from nexcred.cli.app.command_loader import load_command
from nexcred.cli.app.command_table import COMMANDS, is_group
from scripts.man_pages import FOLDER, man_pages

PAGES = {path.stem: text for path, text in man_pages()}
needs_mandoc = pytest.mark.skipif(not shutil.which("mandoc"), reason="needs mandoc: apt-get install mandoc")


def render(page: str, *options: str) -> str:
    done = subprocess.run(
        ["mandoc", *options], input=page, capture_output=True, text=True, timeout=60, check=False, encoding="utf-8"
    )
    return done.stdout


@needs_mandoc
def test_nothing_is_wrong_with_any_page() -> None:
    """But that none has a date: the same program makes the same pages whenever it is built."""
    found = [
        f"{name}: {line}"
        for name, page in PAGES.items()
        for line in render(page, "-T", "lint", "-W", "warning").splitlines()
        if "missing date" not in line
    ]
    assert found == []


@needs_mandoc
@pytest.mark.parametrize("words", ["get", "add", "run", "request", "vault init"])
def test_a_page_shows_every_option_and_example(words: str) -> None:
    page = render(PAGES[f"nexcred-{words.replace(' ', '-')}"], "-T", "utf8", "-O", "width=200")
    shown = re.sub(r".\x08", "", page)
    command = load_command(words, COMMANDS[words].help)
    shown_options = (param for param in command.params if not getattr(param, "hidden", False))
    options = [param for param in shown_options if param.param_type_name == "option"]
    for option in (name for param in options for name in param.opts):
        assert option in shown, option
    for example in str(command.epilog).splitlines():
        assert " ".join(example.split()) in " ".join(shown.split())


def test_every_command_has_a_page_and_names_its_group() -> None:
    assert PAGES.keys() == {"nexcred", *(f"nexcred-{words.replace(' ', '-')}" for words in COMMANDS)}
    for words in filter(is_group, COMMANDS):
        above, name = (f"nexcred {one}".strip().replace(" ", "-") for one in (words.rpartition(" ")[0], words))
        assert f"{name} (1)" in PAGES[above].replace("\\-", "-")
        assert f"{above} (1)" in PAGES[name].replace("\\-", "-")


def test_no_line_of_text_is_taken_for_a_request() -> None:
    requests = {"TH", "SH", "TP", "PP", "B", "BR", "nf", "fi", '\\"'}
    for page in PAGES.values():
        lines = [line for line in page.splitlines() if line.startswith((".", "'"))]
        assert {line[1:].split(" ")[0] for line in lines} <= requests


def test_the_wheel_brings_them() -> None:
    wheel = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["shared-data"] == {str(FOLDER): "share/man/man1"}
