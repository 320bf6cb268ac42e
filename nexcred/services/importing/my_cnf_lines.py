"""The lines of MySQL's option files, and of those that they include, as its client programs read them."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from nexcred.errors import InvalidData
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.text import make_visible
from nexcred.model.text_lines import BLANKS, lines_of, text_of
from nexcred.services.importing.files import NamedFiles, NotRead, SourceFile
from nexcred.services.importing.found import Unreadable

_DEEPEST = 10  # as MySQL's own limit
_MOST_FILES = 1_000
_DIRECTIVE = re.compile(r"!\s*(?P<what>includedir|include)\s+(?P<path>.*)")
# The beginnings of an option's name do too, as long as no other begins so.
_SHORT = ("pass", "passw", "passwo", "passwor")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "s": " ", '"': '"', "'": "'", "\\": "\\"}


class OptionLine(NamedTuple):
    """One option of a group, whose name is in lower case; `value` is None where it has none, `number` counts all."""

    group: str
    name: str
    value: str | None
    number: int

    def __repr__(self) -> str:
        return repr_of(self, "name")


def option_lines(texts: Sequence[SourceFile], files: NamedFiles) -> Iterator[OptionLine | Unreadable]:
    """Yield the options of all files in order, and what MySQL's clients would stop at, or pass over."""
    reader = _OptionReader(files)
    for one in texts:
        yield from reader.read(one.data, f" of {one.shown}" if len(texts) > 1 else "", depth=0)


class _OptionReader:
    def __init__(self, files: NamedFiles) -> None:
        self._files = files
        self._included = 0
        self._count = 0

    def read(self, data: bytes, of_file: str, depth: int) -> Iterator[OptionLine | Unreadable]:
        group: str | None = None
        for number, line in enumerate(lines_of(text_of(data)), start=1):
            where, text = f"line {number}{of_file}", line.lstrip(BLANKS)
            if not text or text[0] in "#;":
                continue
            if text[0] == "!":
                yield from self._follow(text, where, depth)
            elif text[0] == "[":
                name, end, _ = text[1:].partition("]")
                group = name.rstrip(BLANKS).lower() if end else None
                if not end:
                    yield Unreadable(where, "begins a group and does not end its name", connector="mysql")
            elif group is None:
                yield Unreadable(where, "comes before the first [group]", connector="mysql")
            else:
                self._count += 1
                yield _option(text, group, self._count)

    def _follow(self, text: str, where: str, depth: int) -> Iterator[OptionLine | Unreadable]:
        """Read what a line includes; other words after a '!' say nothing to MySQL either."""
        directive = _DIRECTIVE.match(text)
        if directive is None:
            return
        path = directive["path"].rstrip(BLANKS)
        try:
            for one in self._paths(path) if directive["what"] == "includedir" else [path]:
                self._included += 1
                if depth >= _DEEPEST or self._included > _MOST_FILES:
                    raise NotRead("too many files are included")
                yield from self.read(self._files.read(one), f" of {make_visible(one)}", depth + 1)
        except NotRead as error:
            yield _missing(where, f"includes {make_visible(path)}, which cannot be read: {error}")
        except InvalidData as error:
            yield _missing(where, f"includes {make_visible(path)}: {error.message}")

    def _paths(self, folder: str) -> list[str]:
        return [str(Path(folder, name)) for name in self._files.names_in(folder) if name.endswith(".cnf")]


def _missing(where: str, problem: str) -> Unreadable:
    return Unreadable(where, problem, connector="mysql", concerns_all=True)


def _option(text: str, group: str, number: int) -> OptionLine:
    name, equals, value = _without_comment(text).partition("=")
    name = name.rstrip(BLANKS).replace("_", "-").removeprefix("loose-")
    if name in _SHORT:
        name = "password"
    return OptionLine(group, name, _plain(value.strip(BLANKS)) if equals else None, number)


def _without_comment(text: str) -> str:
    """Drop what follows a '#' that is in no quotes; a quote may begin anywhere."""
    if "#" not in text:
        return text
    quote, is_escaped = "", False
    for place, character in enumerate(text):
        if character in "\"'" and not is_escaped:
            quote = "" if quote == character else quote or character
        if not quote and character == "#":
            return text[:place]
        is_escaped = bool(quote) and character == "\\" and not is_escaped
    return text


def _plain(value: str) -> str:
    """Take the quotes around it away, and escapes; a backslash before another letter stays, and one at the end."""
    if len(value) > 1 and value[0] in "\"'" and value[0] == value[-1]:
        value = value[1:-1]
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[0]), value)
