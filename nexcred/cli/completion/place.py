"""Find out if the word under the cursor is an option, a command, or a value, and of which kind."""

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from types import MappingProxyType
from typing import Any

from nexcred.cli.app.command_loader import Group
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of


class CompletionKind(Enum):
    """The kind of word that a place on the command line takes."""

    COMMAND = auto()
    OPTION = auto()
    CREDENTIAL = auto()
    REMOVED = auto()
    REFERENCE = auto()
    CONNECTOR = auto()
    METHOD = auto()
    FIELD = auto()
    SETTING = auto()
    TAG = auto()
    STATUS = auto()
    MEMBER = auto()
    TEAM = auto()
    RECIPIENT = auto()
    ROLE = auto()
    SHELL = auto()
    OUTPUT = auto()
    KEY = auto()
    SOURCE = auto()
    FORMAT = auto()
    FILE = auto()
    PROFILE = auto()
    CATEGORY = auto()
    VAULT = auto()
    PROGRAM = auto()
    FREE = auto()  # nothing that could be guessed


# By what help calls a value. A name is a credential's, unless it is listed below.
METAVARS = {
    "NAME": CompletionKind.CREDENTIAL,
    "OLD": CompletionKind.CREDENTIAL,
    "CREDENTIAL": CompletionKind.CREDENTIAL,
    "[NAME] get|store|erase": CompletionKind.CREDENTIAL,
    "NAME[/FIELD]": CompletionKind.REFERENCE,
    "CONNECTOR": CompletionKind.CONNECTOR,
    "METHOD": CompletionKind.METHOD,
    "FIELD": CompletionKind.FIELD,
    "FIELD=VALUE": CompletionKind.SETTING,
    "FIELD=FIELD": CompletionKind.SETTING,
    "TAG": CompletionKind.TAG,
    "STATUS": CompletionKind.STATUS,
    "MEMBER": CompletionKind.MEMBER,
    "GUEST": CompletionKind.MEMBER,
    "TEAM": CompletionKind.TEAM,
    "WHO": CompletionKind.RECIPIENT,
    "ROLE": CompletionKind.ROLE,
    "SHELL": CompletionKind.SHELL,
    "OUTPUT": CompletionKind.OUTPUT,
    "SETTING": CompletionKind.KEY,
    "SOURCE": CompletionKind.SOURCE,
    "FORMAT": CompletionKind.FORMAT,
    "NAMES": CompletionKind.FREE,
    "FILE": CompletionKind.FILE,
    "FILE|-": CompletionKind.FILE,
    "COMMAND": CompletionKind.PROGRAM,
    "PROFILE": CompletionKind.PROFILE,
    "CATEGORY": CompletionKind.CATEGORY,
    "VAULT": CompletionKind.VAULT,
    "PATTERN": CompletionKind.CREDENTIAL,
    "PATH": CompletionKind.FILE,
    "FOLDER": CompletionKind.FILE,
    **dict.fromkeys(
        (
            "NEW",
            "TEXT",
            "WORD",
            "VAR",
            "BY",
            "HOST[:PORT]",
            "N",
            "SECONDS",
            "SPAN",
            "1h",
            "24h",
            "14d",
            "PUBLIC-ID",
            "CONNECTOR=SPAN",
            "ADDRESS",
            "LINE",
            "ID",
            "URL",
            "VAULT:NAME",
            "VALUE",
            "WORDS",
            "DATE",
            "get|list|store|erase",
            "VERB:PATTERN",
            "VAR=NAME/FIELD",
            "VAR",
            "'K: V'",
            "k=v",
            "k=json",
        ),
        CompletionKind.FREE,
    ),
}
NAMES = {
    ("add", "NAME"): CompletionKind.FREE,
    ("connectors show", "NAME"): CompletionKind.CONNECTOR,
    ("connectors new", "NAME"): CompletionKind.FREE,
    ("identity new", "NAME"): CompletionKind.FREE,
    ("import", "PATTERN"): CompletionKind.FREE,  # of what is not kept yet
    ("member add", "NAME"): CompletionKind.FREE,
    ("member remove", "NAME"): CompletionKind.MEMBER,
    ("member role", "NAME"): CompletionKind.MEMBER,
    ("serve token new", "NAME"): CompletionKind.FREE,
    ("serve token revoke", "NAME"): CompletionKind.FREE,
    ("team add", "NAME"): CompletionKind.TEAM,
    ("team remove", "NAME"): CompletionKind.TEAM,
    ("trash empty", "PATTERN"): CompletionKind.REMOVED,
    ("trash restore", "NAME"): CompletionKind.REMOVED,
    ("vault add", "NAME"): CompletionKind.FREE,
    ("vault forget", "NAME"): CompletionKind.VAULT,
    ("vault init", "NAME"): CompletionKind.FREE,
    ("vault join", "NAME"): CompletionKind.FREE,
    ("vault move", "URL"): CompletionKind.VAULT,
    ("vault use", "NAME"): CompletionKind.VAULT,
    ("request", "PATH"): CompletionKind.FREE,
    ("request", "METHOD"): CompletionKind.FREE,
}
_CONNECTOR_OPTION = "--connector"
# A vault with one of these is no name.
_IN_A_PATH = frozenset("/\\.~")


class LinePosition(NamedTuple):
    """The cursor's place. `before` is the part of the word before the value, such as `--tag=`.

    `command` is what the words lead to, `words` its name; `arguments` and `said` are what it was given so far.
    """

    kind: CompletionKind
    command: Any
    words: str = ""
    before: str = ""
    arguments: tuple[str, ...] = ()
    said: Mapping[str, Sequence[str]] = MappingProxyType({})

    def __repr__(self) -> str:
        return repr_of(self, "kind")


def find_place(words: Sequence[str], current: str) -> LinePosition:
    """Follow the words that stand before the current one; what makes no sense is a place where nothing may stand."""
    walk = _OptionWalk()
    for word in words:
        walk.take(word)
    place = walk.place_of(current)
    is_path = place.kind is CompletionKind.VAULT and not _IN_A_PATH.isdisjoint(current.removeprefix(place.before))
    return place._replace(kind=CompletionKind.FILE) if is_path else place


class _OptionWalk:
    def __init__(self) -> None:
        self._command: Any = Group("", help="")
        self._words: list[str] = []
        self._arguments: list[str] = []
        self._said: dict[str, list[str]] = {}
        self._awaiting: Any = None
        self._is_lost = False
        self._takes_options = True

    def take(self, word: str) -> None:
        if self._awaiting is not None:
            self._say(self._awaiting, word)
            self._awaiting = None
        elif self._takes_options and word == "--":
            self._takes_options = False
        elif self._takes_options and word.startswith("-") and word != "-":
            self._take_option(word)
        elif isinstance(self._command, Group):
            self._command = self._command.get_command(None, word)
            self._words.append(word if self._command is None else self._command.name)
            self._is_lost = self._is_lost or self._command is None
        else:
            self._arguments.append(word)
            # What follows the command that is run is that command's.
            self._takes_options = self._takes_options and self._mixes_arguments

    def place_of(self, current: str) -> LinePosition:
        if self._is_lost:
            return self._at(CompletionKind.FREE)
        if self._awaiting is not None:
            return self._at(self._kind_of(self._awaiting))
        if self._takes_options and current.startswith("-"):
            name, equals, _ = current.partition("=")
            if not equals:
                return self._at(CompletionKind.OPTION)
            option = self._option(name)
            return self._at(self._kind_of(option) if option else CompletionKind.FREE, f"{name}=")
        if isinstance(self._command, Group):
            return self._at(CompletionKind.COMMAND)
        kind = self._kind_of_argument()
        if kind is CompletionKind.PROGRAM and (self._arguments or "/" in current):
            kind = CompletionKind.FILE
        return self._at(kind)

    @property
    def _mixes_arguments(self) -> bool:
        return self._command is None or bool(self._command.context_settings.get("allow_interspersed_args", True))

    def _take_option(self, word: str) -> None:
        name, equals, value = word.partition("=")
        option = self._option(name)
        if option is None or option.is_flag:
            return
        if equals:
            self._say(option, value)
        else:
            self._awaiting = option

    def _say(self, option: Any, value: str) -> None:
        self._said.setdefault(option.opts[0], []).append(value)

    def _option(self, name: str) -> Any:
        params = self._command.params if self._command is not None else ()
        return next((one for one in params if one.param_type_name == "option" and name in one.opts), None)

    def _kind_of_argument(self) -> CompletionKind:
        arguments = [one for one in self._command.params if one.param_type_name == "argument"]
        given = len(self._arguments)
        if given < len(arguments):
            return self._kind_of(arguments[given])
        return self._kind_of(arguments[-1]) if arguments and arguments[-1].nargs == -1 else CompletionKind.FREE

    def _kind_of(self, param: Any) -> CompletionKind:
        if _CONNECTOR_OPTION in param.opts:
            return CompletionKind.CONNECTOR
        metavar = param.metavar or ""
        return NAMES.get((" ".join(self._words), metavar)) or METAVARS.get(metavar, CompletionKind.FREE)

    def _at(self, kind: CompletionKind, before: str = "") -> LinePosition:
        return LinePosition(kind, self._command, " ".join(self._words), before, tuple(self._arguments), self._said)
