"""`nexcred help`: the same as `--help`, and a few topics."""

import pytest

from nexcred.local.settings import KNOWN_SETTINGS
from tests.support.program import Program
from tests.support.program_fixtures import nexcred

__all__ = ["nexcred"]


@pytest.mark.parametrize("words", [(), ("add",), ("ls",), ("vault",), ("vault", "init"), ("helper", "git"), ("help",)])
def test_it_says_what_help_of_the_command_says(nexcred: Program, words: tuple[str, ...]) -> None:
    asked = nexcred("help", *words)
    assert (asked.code, asked.err) == (0, "")
    assert asked.out == nexcred(*words, "--help").out


def test_topics_are_listed_from_the_program_itself(nexcred: Program) -> None:
    settings = nexcred("help", "settings").out
    assert all(key in settings and one.variable in settings for key, one in KNOWN_SETTINGS.items())
    assert "  6  no identity, or a wrong passphrase\n" in nexcred("help", "exit-codes").out


def test_without_a_home_no_file_of_settings_is_named(nexcred: Program) -> None:
    told = nexcred("help", "settings", environment={"HOME": "here"}).out
    assert "There is no file: HOME is not set to a folder.\n" in told
    assert "None" not in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("ad",), "did you mean: nexcred add"),
        (("vault", "intt"), "did you mean: nexcred vault init"),
        (("get", "NAME"), "'nexcred get' has no commands below it"),
        (("nothing",), "no command has that name"),
    ],
    ids=str,
)
def test_what_is_no_command_is_told(nexcred: Program, words: tuple[str, ...], told: str) -> None:
    ran = nexcred("help", *words)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


def test_inside_a_group_it_stands_before_the_words(nexcred: Program) -> None:
    ran = nexcred("vault", "help")
    assert ran.code == 2
    assert "see: nexcred help vault" in ran.err


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("-v", "list"), "the version: -V; where in the program an error happened: --debug"),
        (("list", "-v"), "the version: -V; where in the program an error happened: --debug"),
        (("vault", "list", "--verbose"), "the version: -V; where in the program an error happened: --debug"),
        (("--reveal", "show", "x"), "an option of one command stands behind it; see: nexcred --help"),
        (("--no-colour", "list"), "did you mean --no-color?"),
        (("list", "--nothing"), "see: nexcred list --help"),
    ],
    ids=str,
)
def test_an_option_that_is_none_leads_to_the_one_that_is_meant(
    nexcred: Program, words: tuple[str, ...], hint: str
) -> None:
    ran = nexcred(*words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[-1] == f"nexcred: hint: {hint}"
