"""What the word under the cursor is."""

from typing import Any

import pytest

from nexcred.cli.app.command_loader import load_command
from nexcred.cli.app.command_table import COMMANDS, is_command
from nexcred.cli.completion.place import METAVARS, NAMES, CompletionKind, find_place


@pytest.mark.parametrize(
    ("words", "current", "kind", "before"),
    [
        ("", "", CompletionKind.COMMAND, ""),
        ("--quiet", "li", CompletionKind.COMMAND, ""),
        ("--vault", "", CompletionKind.VAULT, ""),
        ("--vault", "./", CompletionKind.FILE, ""),
        ("--vault x get", "", CompletionKind.REFERENCE, ""),
        ("vault", "", CompletionKind.COMMAND, ""),
        ("list", "-", CompletionKind.OPTION, ""),
        ("list --tag", "p", CompletionKind.TAG, ""),
        ("list", "--tag=p", CompletionKind.TAG, "--tag="),
        ("list", "--nothing=p", CompletionKind.FREE, "--nothing="),
        ("list --connector", "", CompletionKind.CONNECTOR, ""),
        ("list", "", CompletionKind.FREE, ""),
        ("add", "", CompletionKind.CONNECTOR, ""),
        ("add aventri", "", CompletionKind.FREE, ""),
        ("add aventri x --set", "", CompletionKind.SETTING, ""),
        ("remove a b", "", CompletionKind.CREDENTIAL, ""),
        ("remove --", "-", CompletionKind.CREDENTIAL, ""),
        ("show a", "", CompletionKind.FREE, ""),
        ("connectors show", "", CompletionKind.CONNECTOR, ""),
        ("nothing", "", CompletionKind.FREE, ""),
        ("nothing", "--", CompletionKind.FREE, ""),
    ],
)
def test_the_words_before_decide(words: str, current: str, kind: CompletionKind, before: str) -> None:
    place = find_place(words.split(), current)
    assert (place.kind, place.before) == (kind, before)


def test_what_was_said_is_kept() -> None:
    place = find_place(["--vault=v", "update", "Prod Events", "--method", "basic", "--set"], "")
    assert place.words == "update"
    assert place.arguments == ("Prod Events",)
    assert place.said == {"--vault": ["v"], "--method": ["basic"]}


@pytest.mark.parametrize("words", [*filter(is_command, COMMANDS)])
def test_every_value_of_every_command_is_of_a_known_kind(words: str) -> None:
    command: Any = load_command(words, "")
    values = [param for param in command.params if not getattr(param, "is_flag", False)]
    assert [param.metavar for param in values if param.metavar not in METAVARS] == []


def test_the_list_of_other_names_holds_no_command_that_is_gone() -> None:
    assert {words for words, _ in NAMES} <= set(COMMANDS)
