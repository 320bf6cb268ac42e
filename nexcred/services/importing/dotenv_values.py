r"""The variables of a `.env` file, and which of them its readers would not agree on.

python-dotenv parts the file. Of quotes, escapes and references it knows less than the others: in single quotes
everything is literal, elsewhere `\$` is a dollar, and `${NAME}` is what the file says of NAME above.
"""

import io
import re
from collections.abc import Mapping

from dotenv.parser import Binding, parse_stream

from nexcred.errors import InvalidData
from nexcred.model.credential import MAX_SECRET_BYTES
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.nexla.data_credentials import MAX_BODIES_BYTES
from nexcred.services.importing.found import Unreadable

_RAW = re.compile(
    r"\s*(?:export[^\S\r\n]+)?(?:'[^']+'|[^=\#\s]+)[^\S\r\n]*=[^\S\r\n]*(?P<quote>['\"]?)(?P<rest>.*)", re.DOTALL
)
_SINGLE_DOUBT = re.compile(r"\\[\\']")
_PIECE = re.compile(
    r"\\(?P<escaped>.)|\$\{(?P<inside>[^}]*)\}|\$(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<command>\$\()", re.DOTALL
)
_REFERENCE = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_.]*)(?::?-(?P<default>[^$]*))?")
_LETTERS = {"n": "\n", "r": "\r", "t": "\t"}
# Of all values together: a file without references is no longer than that.
_LARGEST = MAX_BODIES_BYTES
# Where no quotes are, python-dotenv looks from each blank of a row through the rest of it for a comment.
_ROW_OF_BLANKS = re.compile(r"(?<![^\S\r\n])[^\S\r\n]{64,}")
_MOST_LOOKS = 10_000_000
# What python-dotenv alone unescapes in double quotes.
_OF_ONE_READER = "abfv'"


class Doubtful(ValueError):
    """A value that is not to be known from the file; a clause without it."""


class DotenvFile(NamedTuple):
    """Values by name, why some of them are not as the file means them, lines that are no variable, and empty ones."""

    values: Mapping[str, str]
    doubts: Mapping[str, str]
    faults: tuple[Unreadable, ...]
    empty: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return repr_of(self, "faults")


def parse_dotenv(text: str) -> DotenvFile:
    """Read the whole file; raise InvalidData for one that is made to take for ever."""
    if sum(len(row[0]) ** 2 for row in _ROW_OF_BLANKS.finditer(text)) > _MOST_LOOKS:
        raise InvalidData("the file holds longer rows of blanks than a file of variables does")
    values: dict[str, str] = {}
    known: dict[str, str] = {}
    doubts: dict[str, str] = {}
    faults: list[Unreadable] = []
    empty: dict[str, None] = {}
    size = 0
    for binding in parse_stream(io.StringIO(text)):
        if binding.error:
            faults.append(Unreadable(f"line {_line(binding)}", "is not NAME=VALUE"))
        elif binding.key and binding.value:
            values[binding.key] = binding.value
            doubts.pop(binding.key, None)
            try:
                value = _value(binding, known)
                size += len(value)
                if size > _LARGEST:
                    raise Doubtful("is more than is read of a file, with all that the lines above refer to")
                values[binding.key] = known[binding.key] = value
            except Doubtful as doubt:
                known.pop(binding.key, None)
                doubts[binding.key] = f"on line {_line(binding)} {doubt}"
        elif binding.key:
            empty[binding.key] = None
    return DotenvFile(values, doubts, tuple(faults), tuple(name for name in empty if name not in values))


def _line(binding: Binding) -> int:
    """Return the line of the name: blank lines before it count to it in python-dotenv."""
    text = binding.original.string
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")


def _value(binding: Binding, above: Mapping[str, str]) -> str:
    found, value = _RAW.match(binding.original.string), binding.value or ""
    if found is None:
        return value
    quote, rest = found["quote"], found["rest"]
    if not quote:
        if len(value) > 1 and value[0] == value[-1] == "`":
            raise Doubtful("is in backticks, which only some readers take for quotes")
        if "#" in value:
            raise Doubtful("has a '#' outside of quotes, where some readers begin a comment: write it in single quotes")
        return _filled(value, above, is_quoted=False)
    inside = _inside(rest, quote)
    if quote == '"':
        return _filled(inside, above, is_quoted=True)
    if _SINGLE_DOUBT.search(inside):
        raise Doubtful("has an escape in single quotes, where most readers have none: write it in double quotes")
    return inside


def _inside(rest: str, quote: str) -> str:
    """Return what stands before the closing quote, which python-dotenv found to be there."""
    closing = re.match(rf"(?:\\.|[^{quote}\\])*", rest, re.DOTALL)
    return closing[0] if closing else rest


def _filled(text: str, above: Mapping[str, str], *, is_quoted: bool) -> str:
    size = 0

    def piece(found: re.Match[str]) -> str:
        nonlocal size
        made = read(found)
        size += len(made)
        if size > MAX_SECRET_BYTES:  # a few lines, each of the one above twice, would fill all memory
            raise Doubtful("becomes longer than a credential's value can be")
        return made

    def read(found: re.Match[str]) -> str:
        if found["escaped"] is not None:
            return _unescaped(found["escaped"], is_quoted=is_quoted)
        if found["command"]:
            raise Doubtful("runs a command: write what it prints")
        if found["name"]:
            return _bare_reference(found["name"], text, above)
        return _referred(found["inside"], above)

    return _PIECE.sub(piece, text)


def _unescaped(character: str, *, is_quoted: bool) -> str:
    if character == "$":
        return character
    if not is_quoted:
        raise Doubtful("has a '\\' outside of quotes, which some readers drop: write it in single quotes")
    if character in _OF_ONE_READER:
        raise Doubtful(f"has \\{character} in double quotes, which python-dotenv alone takes for something else")
    if character in '\\"`':
        return character
    return _LETTERS.get(character, f"\\{character}")


def _bare_reference(name: str, text: str, above: Mapping[str, str]) -> str:
    """Take `$NAME` as it stands where it can be no reference."""
    if name in above:
        raise Doubtful(f"has ${name}, a reference to some readers only: write ${{{name}}} or \\${name}")
    if text == f"${name}":
        raise Doubtful(f"refers to {name}, which the file does not set above")
    return f"${name}"


def _referred(inside: str, above: Mapping[str, str]) -> str:
    found = _REFERENCE.fullmatch(inside)
    if found is None:
        raise Doubtful("refers to another variable in a way that is not read here: write its value")
    if found["name"] in above:
        return above[found["name"]]
    if found["default"] is None:
        raise Doubtful(f"refers to {found['name']}, which the file does not set above: write its value")
    return found["default"]
