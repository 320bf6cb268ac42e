"""Read the plain forms of the commands that are started again and again, and of what asks, without Typer.

Only what is known for certain is taken: the words of the command, its arguments, and its options and those of every
command, each once and spelled out. Anything else is left to Typer, which also words what is wrong with it. Variables
change nothing here, since no option is read from one. A test holds the two readers together.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module

from nexcred.cli.app.context import Context
from nexcred.cli.app.global_options import GLOBAL_OPTIONS, GlobalOptions
from nexcred.cli.app.other_words import ALIASES
from nexcred.model.named_tuple import NamedTuple


class Option(NamedTuple):
    """An option: its name in the action, whether a value follows it, and whether it can be repeated."""

    name: str
    takes_value: bool = False
    may_repeat: bool = False


class Form(NamedTuple):
    """A command's arguments, by their names in its action (with `…`: all that are left), and its options.

    An argument in brackets may be left out. Spellings of the same option are joined by `/`; the first names it. `left`
    are those left to Typer.
    """

    arguments: str = ""
    flags: str = ""
    values: str = ""
    lists: str = ""
    left: str = ""
    # What follows the first argument is another program's.
    argument_ends_options: bool = False

    def options(self) -> dict[str, Option]:
        """Return its options by their spellings."""
        kinds = ((self.flags, False, False), (self.values, True, False), (self.lists, True, True))
        return {
            spelling: Option(_name_of(option), takes_value, may_repeat)
            for options, takes_value, may_repeat in kinds
            for option in options.split()
            for spelling in option.split("/")
        }


FORMS = {
    "add": Form(
        "[connector] [name]",
        flags="--no-probe --save-unverified --private --json",
        values="--method/-m --description/-d",
        lists="--tag/-t --allow-host",
        left="--set --from --expires --rotate-every --if-missing --replace --share-with",
    ),
    "get": Form("[reference]", flags="--clip/-c", left="--revision"),
    "token": Form("name", flags="--header --json"),
    "list": Form(
        "[words…]",
        flags="--due --exposed --superseded --fail --wide/-w --json",
        values="--expiring-within --sort --limit/-L",
        lists="--connector --status --tag/-t",
    ),
    "probe": Form(
        "names…",
        flags="--control --json",
        values="--max-age",
        lists="--connector --tag/-t",
        left="--all --jobs --timeout --junit --revision --notify --no-names",
    ),
    "request": Form(
        "name path",
        flags="--include/-i --paginate",
        values="--method/-X",
        lists="--header/-H --field/-f --json-field/-F",
        left="--input",
    ),
    "run": Form(
        "words…",
        "--mask --dry-run --json",
        "--profile --project",
        "--credential/-c --env --keep",
        argument_ends_options=True,
    ),
    "connectors list": Form("[words…]", flags="--json", values="--category"),
    "helper aws": Form("name"),
    "helper docker": Form("operation"),
    "helper git": Form("words…"),
    "helper kube": Form("name"),
}
_NEED_NO_SETTINGS = ("help", "overview")
_FOR_HELP: tuple[list[str], ...] = (["--help"], ["-h"])


class Plain(NamedTuple):
    """A line that was read: the command's words, what it was given, and what was said for the whole program."""

    command: str
    given: Mapping[str, object]
    said: Mapping[str, object]

    def __repr__(self) -> str:
        return "Plain(…)"

    def run(self, context: Context) -> int:
        """Do what the command does; return its exit code."""
        for name, value in self.said.items():
            setattr(context.options, name, value)
        action = import_module(f"nexcred.cli.actions.{self.command.replace(' ', '.')}")
        context.own_failure = getattr(action, "OWN_FAILURE", None)
        if self.command in _NEED_NO_SETTINGS:
            context.excuse_settings()
        context.apply_options()
        return action.act(context, **self.given) or 0


class _Doubt(Exception):
    """Typer is to read this."""


def read_plain(arguments: Sequence[str]) -> Plain | None:
    """Return what a line asks for; None where Typer must read it."""
    if not arguments:
        return Plain("overview", {}, {})
    if list(arguments) in _FOR_HELP:
        return Plain("help", {}, {})
    try:
        return _read(arguments)
    except _Doubt:
        return None


def own_words(arguments: Sequence[str]) -> list[str]:
    """Return the words that are for nexcred, also of a line that no reader takes: others are the program's it runs."""
    known, own, words = _global_options(), list[str](), iter(arguments)
    form: Form | None = None
    for word in words:
        is_option = word.startswith("-")
        if word == "--" or (not is_option and form is not None and form.argument_ends_options):
            break
        own.append(word)
        if is_option and word in known and known[word].takes_value:
            own.append(next(words, ""))
        elif not is_option and form is None:
            form = FORMS.get(ALIASES.get(word, word), Form())
            known |= form.options()
    return own


def _read(arguments: Sequence[str]) -> Plain:
    known = _global_options()
    said, rest = _take_options(arguments, known, stops=True)
    words = 2 if rest[:1] in (["helper"], ["connectors"]) else 1
    command, rest = " ".join(rest[:words]), rest[words:]
    command = ALIASES.get(command, command)
    if command not in FORMS:
        raise _Doubt
    form = FORMS[command]
    given, rest = _take_options(rest, known | form.options(), stops=form.argument_ends_options)
    more = {name: given.pop(name) for name in GlobalOptions.__slots__ if name in given}
    if said.keys() & more.keys():
        raise _Doubt
    return Plain(command, {**_arguments(form.arguments.split(), rest), **given}, {**said, **more})


def _take_options(
    words: Sequence[str], known: Mapping[str, Option], *, stops: bool
) -> tuple[dict[str, object], list[str]]:
    """Part the options, with their values, from the other words; the first of those `stops` it, as `--` does."""
    taken: dict[str, object] = {}
    others: list[str] = []
    left = iter(words)
    for word in left:
        if word == "--":
            others += left
        elif not word.startswith("-"):
            others.append(word)
            others += left if stops else ()
        elif word in known and known[word].name not in taken:
            taken[known[word].name] = _value(known[word], left)
        else:
            raise _Doubt
    return taken, others


def _value(option: Option, left: Iterator[str]) -> object:
    if not option.takes_value:
        return True
    value = next(left, "")
    if not value or value.startswith("-"):
        raise _Doubt
    return [value] if option.may_repeat else value


def _arguments(names: list[str], words: list[str]) -> dict[str, object]:
    if words and len(names) == 1 and names[0].strip("[]").endswith("…"):
        return {names[0].strip("[…]"): words}
    least = sum(not name.startswith("[") for name in names)
    if not least <= len(words) <= len(names) or not all(words):
        raise _Doubt
    return {name.strip("[…]"): word for name, word in zip(names, words, strict=False)}


def _global_options() -> dict[str, Option]:
    return {
        spelling: Option(_name_of(option.spellings[-1]), bool(option.metavar))
        for option in GLOBAL_OPTIONS
        for spelling in option.spellings
    }


def _name_of(option: str) -> str:
    return option.partition("/")[0].lstrip("-").replace("-", "_")
