"""The two readers of the command line: what the one without Typer takes, Typer reads the same."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nexcred.cli.actions.help import HELP
from nexcred.cli.app import by_typer
from nexcred.cli.app.command_loader import load_command
from nexcred.cli.app.context import Context
from nexcred.cli.app.global_options import GLOBAL_OPTIONS
from nexcred.cli.app.global_parameters import global_parameters
from nexcred.cli.app.plain_forms import FORMS, Plain, read_plain
from nexcred.cli.terminal.streams import open_streams
from nexcred.errors import NexcredError

GLOBAL = [spelling for option in GLOBAL_OPTIONS for spelling in option.spellings]
OWN = sorted({spelling for form in FORMS.values() for spelling in form.options()})
COMMANDS = [words.split(" ") for words in FORMS]
# What a line may be made of, right or wrong: glued, with `=`, repeated, unknown, ended, empty.
WORDS = [
    *GLOBAL,
    *OWN,
    "--",
    "-",
    "",
    "-h",
    "--help",
    "-V",
    "--version",
    "--jsn",
    "--he",
    "-qq",
    "-cNAME",
    "--env=A=b/c",
]
WORDS += [
    "--vault=v",
    "--json=1",
    "--no-json",
    "-j",
    "name",
    "name/field",
    "A=b/c",
    "get",
    "helper",
    "git",
    "é",
    "true",
]


class Read(NamedTuple):
    """What a command is called with, and what was said for the whole program."""

    command: str
    given: dict[str, object]
    said: dict[str, object]
    own_failure: int | None


@pytest.fixture(scope="module")
def acted() -> Iterator[list[Read]]:
    """What the actions are called with, instead of acting."""
    seen: list[Read] = []
    with pytest.MonkeyPatch.context() as patch:
        for words in FORMS:
            path = words.replace(" ", ".")

            def act(context: Context, *arguments: object, _words: str = words, **options: object) -> int:
                form = FORMS[_words]
                names = [name.strip("[…]") for name in form.arguments.split()]
                positional = dict(zip(names, arguments, strict=True))
                seen.append(Read(_words, {**positional, **options}, _said(context), context.own_failure))
                return 0

            patch.setattr(f"nexcred.cli.commands.{path}.act", act)
        yield seen


def _said(context: Context) -> dict[str, object]:
    return {name: getattr(context.options, name) for name in context.options.__slots__}


def _by_typer(line: list[str], acted: list[Read]) -> Read | None:
    acted.clear()
    try:
        by_typer.run(Context(open_streams()), line)
    except NexcredError:
        return None
    return acted[0] if acted else None


def _as_read(plain: Plain, context: Context) -> Read:
    """Return what its action is called with; Typer names also what is not given."""
    for name, value in plain.said.items():
        setattr(context.options, name, value)
    own_failure = 125 if plain.command == "run" else None
    return Read(plain.command, dict(plain.given), _said(context), own_failure)


def _given(read: Read) -> dict[str, object]:
    left = FORMS[read.command].left.split()
    return {
        name: value
        for name, value in read.given.items()
        if value not in (None, False, [], ()) and f"--{name}" not in left  # of which Typer knows the default
    }


@st.composite
def lines(draw: st.DrawFn) -> list[str]:
    """Return a line that is mostly right: words of a command, its options in some order, and what goes wrong."""
    words = draw(st.sampled_from(COMMANDS))
    known = {**dict.fromkeys(GLOBAL), **dict.fromkeys(FORMS[" ".join(words)].options())}
    right = st.sampled_from([[spelling] for spelling in known] + [[spelling, "value"] for spelling in known])
    piece = st.one_of(right, right, st.just(["name"]), st.sampled_from(WORDS).map(lambda word: [word]))
    before, after = draw(st.lists(right, max_size=1)), draw(st.lists(piece, max_size=4))
    return [word for part in (*before, words, *after) for word in part]


@settings(max_examples=1000)
@given(line=lines())
@example(line=["run", "-c", "a", "true", "--", "-q"])
@example(line=["run", "-c", "a", "--", "--", "true"])
@example(line=["-q", "--", "get", "a/b"])
@example(line=["-q", "get", "a/b", "-q"])
@example(line=["--vault", "v", "get", "a/b", "--vault", "w"])
@example(line=["get", "--", "-a/b"])
@example(line=["get", "--", "--", "a/b"])
def test_what_is_taken_is_what_typer_reads(line: list[str], acted: list[Read]) -> None:
    plain = read_plain(line)
    if plain is None:
        return
    by = _by_typer(line, acted)
    taken = _as_read(plain, Context(open_streams()))
    assert by is not None, "Typer refuses it"
    assert (taken.command, _given(taken), taken.said, taken.own_failure) == (
        by.command,
        _given(by),
        by.said,
        by.own_failure,
    )


@pytest.mark.parametrize("words", FORMS)
def test_a_form_has_the_arguments_and_options_of_its_command_and_no_others(words: str) -> None:
    form, params = FORMS[words], load_command(words, "").params
    anybodys = {param.name for param in global_parameters(shown=False)}
    arguments = [param for param in params if param.param_type_name == "argument"]
    options: list[Any] = [param for param in params if param.param_type_name == "option" and param.name not in anybodys]
    assert [f"{param.name}{'…' if param.nargs != 1 else ''}" for param in arguments] == [
        name.strip("[]") for name in form.arguments.split()
    ]
    read = {spelling: (param.name, not param.is_flag, param.multiple) for param in options for spelling in param.opts}
    assert {spelling: option for spelling, option in read.items() if spelling not in form.left.split()} == {
        spelling: tuple(option) for spelling, option in form.options().items()
    }
    assert set(form.left.split()) <= read.keys()
    assert not any(param.secondary_opts or param.envvar for param in params), "a variable would have to be looked at"


PLAIN: list[list[str]] = [
    [],
    ["--help"],
    ["-h"],
    ["get"],
    ["get", "a/b"],
    ["-q", "get", "a/b"],
    ["get", "--vault", "v", "a/b"],
    ["get", "--", "-a/b"],
    ["add"],
    ["add", "openai"],
    ["add", "openai", "work", "-d", "x", "-t", "prod", "--private", "--no-probe"],
    ["token", "a", "--header"],
    ["token", "--json", "a"],
    ["list", "--json"],
    ["ls", "--tag", "prod", "--status", "failed"],
    ["list", "prod", "eu", "-w", "-L", "5"],
    ["probe", "a", "b", "--json"],
    ["-q", "probe", "--control", "a", "--max-age", "1h"],
    ["request", "a", "/me"],
    ["request", "a", "/me", "-X", "PUT", "-H", "A: b", "-f", "a=b", "-F", "c=1", "-i", "--paginate"],
    ["run", "-c", "a", "--", "true"],
    ["run", "-c", "a", "printf", "%s", "--help"],
    ["run", "--credential", "a", "--env", "A=b/c", "--mask", "--", "true", ""],
    ["helper", "aws", "a"],
    ["helper", "docker", "get"],
    ["helper", "git", "get"],
    ["helper", "git", "a", "get", "--no-color"],
    ["helper", "kube", "a"],
]


@pytest.mark.parametrize("line", PLAIN, ids=" ".join)
def test_plain_forms_are_taken(line: list[str]) -> None:
    assert read_plain(line) is not None


@pytest.mark.parametrize(
    "line",
    [
        ["get", ""],
        ["get", "a/b", "c"],
        ["get", "a/b", "--help"],
        ["get", "a/b", "--jsn"],
        ["get", "--vault=v", "a/b"],
        ["add", "a", "b", "c"],
        ["add", "a", ""],
        ["add", "a", "--set", "b=c"],
        ["get", "a/b", "-q", "-q"],
        ["-q", "get", "a/b", "-q"],
        ["-qq", "get", "a/b"],
        ["list", "--tag", "a", "--tag", "b"],
        ["run", "-ca", "--", "true"],
        ["run", "-c", "a", "-c", "b", "--", "true"],
        ["run", "-c", "a"],
        ["probe"],
        ["probe", "--all"],
        ["probe", "a", "--jobs", "1"],
        ["request", "a"],
        ["request", "a", ""],
        ["request", "a", "/me", "c"],
        ["request", "a", "/me", "--input", "b"],
        ["request", "a", "/me", "-f", "a=b", "-f", "c=d"],
        ["show", "a"],
        ["helper"],
        ["helper", "-q", "aws", "a"],
        ["--help", "--help"],
        ["-q", "--help"],
        ["-q"],
        ["help"],
        ["-V"],
    ],
    ids=" ".join,
)
def test_anything_else_is_left_to_typer(line: list[str]) -> None:
    assert read_plain(line) is None


def test_the_help_that_is_made_ahead_is_the_help() -> None:
    assert HELP.read_text(encoding="utf-8") == by_typer.help_text()
