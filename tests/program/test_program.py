"""The program as a whole: help, options, and errors in front of every command."""

import json
import subprocess
import sys
from itertools import filterfalse
from pathlib import Path

import pytest

from nexcred import __version__
from nexcred.cli.app.command_table import COMMANDS, is_command
from nexcred.cli.app.other_words import ALIASES, MEANT
from tests.support.opened import Opened
from tests.support.program import Program
from tests.support.program_fixtures import vaulted

__all__ = ["vaulted"]

SLOW = ("requests", "keyring", "rich", "questionary", "msgspec", "cryptography", "asyncio", "email")


@pytest.fixture
def nexcred(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_help_names_every_command_and_imports_none(nexcred: Program) -> None:
    ran = nexcred("--help", environment={"PYTHONPROFILEIMPORTTIME": "1"})
    assert ran.code == 0
    imported = {line.rpartition("|")[2].strip() for line in ran.err.splitlines()}
    assert not [name for name in imported if name.partition(".")[0] in SLOW or "cli.commands" in name]
    for words in COMMANDS:
        if " " not in words:
            assert f"\n  {words}  " in ran.out


@pytest.mark.parametrize("words", COMMANDS)
def test_every_help_opens_with_examples(nexcred: Program, words: str) -> None:
    ran = nexcred(*words.split(), "-h")
    assert ran.code == 0
    examples = ran.out.split("\n\n")[0].splitlines()
    assert 2 <= len(examples) <= 3
    assert all("nexcred " in example for example in examples)
    assert f"nexcred {words.split()[0]}" in ran.out


def test_alone_it_names_its_commands_on_one_screen(nexcred: Program) -> None:
    lines = nexcred().out.splitlines()
    assert len(lines) < 24
    assert max(map(len, lines)) <= 88
    assert {words for words in COMMANDS if " " not in words} <= set(" ".join(lines).split())
    # Typer is asked where an option stands there.
    assert nexcred("--no-color").out.splitlines() == lines


def test_a_group_alone_shows_its_help(nexcred: Program) -> None:
    for words in filterfalse(is_command, COMMANDS):
        assert nexcred(words).out == nexcred(words, "--help").out


def test_version_stands_before_or_after_a_command(nexcred: Program) -> None:
    assert nexcred("-V") == nexcred("vault", "--version") == (0, f"nexcred {__version__}\n", "")


def test_a_mistyped_command_gets_a_suggestion(nexcred: Program) -> None:
    ran = nexcred("lst")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "nexcred: error: there is no command 'lst'\nnexcred: hint: did you mean: nexcred list\n"


@pytest.mark.parametrize(("alias", "word"), ALIASES.items())
def test_a_short_name_is_the_command(nexcred: Program, alias: str, word: str) -> None:
    assert nexcred(alias, "--help") == nexcred(word, "--help")


def test_a_short_name_reads_what_the_command_reads(vaulted: Program) -> None:
    added = vaulted("add", "aventri", "a", "--set", "account_id=1", "--set", "api_key=-", "--no-probe", stdin=b"k")
    assert added.code == 0, added.err
    assert vaulted("mv", "a", "b").out == "renamed a to b\n"
    assert vaulted("ls", "--json") == vaulted("list", "--json")
    assert vaulted("ls", "--connector", "aventri") == vaulted("--quiet", "ls", "--connector=aventri")
    assert vaulted("rm", "b", "--yes").out == "removed b\n"


@pytest.mark.parametrize(("word", "meant"), MEANT.items())
def test_a_word_of_another_tool_leads_to_the_command(nexcred: Program, word: str, meant: str) -> None:
    ran = nexcred(word, "x")
    assert (ran.code, ran.out) == (2, "")
    assert (
        ran.err
        == f"nexcred: error: there is no command '{word}'\nnexcred: hint: the command for that is: nexcred {meant}\n"
    )
    assert " ".join(part for part in meant.split() if part.islower()) in COMMANDS


def test_run_says_where_the_name_of_a_credential_goes(nexcred: Program) -> None:
    ran = nexcred("run", "aventri", "--", "env")
    assert ran.code == 127
    assert ran.err.endswith("hint: to run a command with a credential: nexcred run -c 'aventri' -- COMMAND\n")


def test_an_unknown_system_leads_to_those_that_take_any(nexcred: Program) -> None:
    ran = nexcred("add", "frobnicate")
    assert ran.code == 3
    assert "nexcred add rest" in ran.err
    assert "nexcred connectors new frobnicate" in ran.err


def test_what_is_no_near_miss_is_not_repeated(nexcred: Program) -> None:
    for arguments in (("k-EXAMPLE-4711",), ("get", "a/b", "k-EXAMPLE-4711"), ("vault", "k-EXAMPLE-4711")):
        ran = nexcred(*arguments, "--debug")
        assert ran.code == 2
        assert "EXAMPLE" not in ran.out + ran.err


def test_a_bad_option_value_is_not_repeated(nexcred: Program) -> None:
    ran = nexcred("probe", "--jobs", "k-EXAMPLE-4711")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("nexcred: error: --jobs does not take that value\n")


def test_usage_errors_are_json_when_json_is_asked_for(nexcred: Program) -> None:
    ran = nexcred("list", "--jsn", "--json")
    assert (ran.code, ran.out) == (2, "")
    error = json.loads(ran.err.splitlines()[-1])["error"]
    assert error["code"] == "usage"
    assert error["message"] == "there is no option --jsn"
    assert error["hint"] == "did you mean --json?"
    assert error["fields"] == []


def test_after_two_dashes_nothing_is_an_option(nexcred: Program) -> None:
    ran = nexcred("show", "--", "--json")
    assert ran.code == 2
    assert ran.err.startswith("nexcred: error: '--json' is not a name")


def test_options_of_every_command_stand_anywhere(nexcred: Program) -> None:
    for arguments in (
        ("--vault", "a.db", "list"),
        ("list", "--vault", "a.db"),
        ("list", "--vault=a.db"),
        ("vault", "--vault", "a.db", "status"),
    ):
        ran = nexcred(*arguments, environment={"NEXCRED_VAULT": "c.db"})
        assert ran.code == 3
        assert ran.err.startswith(f"nexcred: error: there is no vault at {nexcred.home}/a.db\n")
    assert "/c.db" in nexcred("list", environment={"NEXCRED_VAULT": "c.db"}).err


def test_quiet_keeps_results_and_errors(nexcred: Program) -> None:
    made = nexcred("vault", "init", "--quiet", environment={"NEXCRED_PASSPHRASE": "correct horse EXAMPLE"})
    assert (made.code, made.out, made.err) == (0, "", "")
    assert nexcred("-q", "list").err.startswith("nexcred: error: the vault is locked")


def test_colour_is_for_terminals_unless_it_is_forced(nexcred: Program) -> None:
    plain, forced = nexcred("lst"), nexcred("lst", environment={"FORCE_COLOR": "1"})
    assert "\x1b" not in plain.err
    assert forced.err.startswith("nexcred: \x1b[1;31merror: \x1b[0m")
    assert "\x1b" not in nexcred("lst", "--no-color", environment={"FORCE_COLOR": "1"}).err


@pytest.mark.parametrize("flag", ["--json", "--debug", "--no-color"])
def test_what_is_said_to_the_program_that_runs_is_not_said_to_nexcred(opened: Opened, flag: str) -> None:
    ran = opened("run", "-c", "nobody", "tool", flag)
    assert (ran.code, ran.out) == (125, "")
    assert ran.err == opened("run", "-c", "nobody", "tool").err
    assert ran.err.startswith("nexcred: error: no credential named 'nobody'\n")


@pytest.mark.parametrize("name", ["forbid_core_dumps", "open_streams", "Context"])
def test_control_c_while_it_starts_prints_nothing(name: str) -> None:
    lines = (
        "import nexcred.__main__ as start, nexcred.cli.app.main as main",
        "def interrupted(*_): raise KeyboardInterrupt",
        f"main.{name} = interrupted",
        "start.main()",
    )
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")
