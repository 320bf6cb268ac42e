"""Which line of a TOML text a path stands on. The text is valid TOML: `read_toml` has read it."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from nexcred.connectors.language.toml import read_toml
from nexcred.model.text import make_visible

Lines = dict[str, int]

# All possessive: none goes back over what it has passed, or a file of spaces would keep it busy for hours.
_STRING = r"\"(?:[^\"\\\n]|\\.)*+\"|'[^'\n]*+'"
_HEADER = re.compile(rf"[ \t]*+(\[\[?)[ \t]*+(?P<key>(?:{_STRING}|[^\]\"'\n]++)++)\]\]?")
_KEY = re.compile(rf"[ \t]*+(?P<key>(?:{_STRING}|[A-Za-z0-9_\-. \t]++)++)=")
_TOKEN = re.compile(
    r"\"\"\"(?:[^\"\\]++|\\.|\"(?!\"\"))*+\"{3,5}|'''(?:[^']++|'(?!''))*+'{3,5}"
    rf"|{_STRING}|#[^\n]*+|[\[\]{{}},\n]|[^\"'#\[\]{{}},\n]++",
    re.DOTALL,
)
_PART = re.compile(r"\"((?:[^\"\\]|\\.)*+)\"|'([^']*+)'|([A-Za-z0-9_-]++)")


def lines_by_path(text: str) -> Lines:
    """Map paths such as `method[0].field[2].kind` to their lines, from 1; what a value holds inside maps too."""
    return dict(_Scanner(text).scan())


def line_of(path: str, lines: Lines) -> int:
    """Return the line of a path, or of the nearest thing around it."""
    while path and path not in lines:
        cut = max(path.rfind("."), path.rfind("["))
        path = path[:cut] if cut > 0 else ""
    return lines.get(path, 1)


class _Scanner:
    """Walks statements: table headers and key/value pairs."""

    def __init__(self, text: str) -> None:
        self._text = text.replace("\r\n", "\n")
        self._line_ends = [found.start() for found in re.finditer("\n", self._text)]
        self._at = 0
        self._table = ""
        self._counts: dict[str, int] = {}

    def scan(self) -> Iterator[tuple[str, int]]:
        while self._at < len(self._text):
            header = _HEADER.match(self._text, self._at)
            pair = None if header else _KEY.match(self._text, self._at)
            if header:
                self._table = self._resolve(_parts(header["key"]), is_array=header[1] == "[[")
                yield self._table, self._line(header.start("key"))
                self._skip_line(header.end())
            elif pair:
                path = self._inside(_parts(pair["key"]))
                yield path, self._line(pair.start("key"))
                self._at = pair.end()
                yield from self._value(path)
            else:
                self._skip_line(self._at)

    def _value(self, path: str) -> Iterator[tuple[str, int]]:
        """Walk one value to the end of its statement, placing the items of lists and inline tables."""
        stack: list[tuple[str, int | None]] = []
        expects_item = False
        while self._at < len(self._text):
            if stack and stack[-1][1] is None and (pair := _KEY.match(self._text, self._at)):
                path = _join(stack[-1][0], _parts(pair["key"]))
                yield path, self._line(pair.start("key"))
                self._at = pair.end()
                continue
            token = _TOKEN.match(self._text, self._at)
            if not token:
                return
            if token[0] == "\n" and not stack:
                self._at = token.end()
                return
            is_blank = token[0].isspace() or token[0].startswith("#")
            if expects_item and stack and not is_blank and token[0] not in ("]", "}", ","):
                path = f"{stack[-1][0]}[{stack[-1][1]}]"
                yield path, self._line(self._at)
                expects_item = False
            self._at = token.end()
            expects_item = self._enter(token[0], path, stack, expects_item=expects_item)

    @staticmethod
    def _enter(mark: str, path: str, stack: list[tuple[str, int | None]], *, expects_item: bool) -> bool:
        """Follow brackets and commas; return whether an item of a list comes next."""
        if mark == "[":
            stack.append((path, 0))
            return True
        if mark == "{":
            stack.append((path, None))
            return False
        if mark in ("]", "}") and stack:
            stack.pop()
            return False
        if mark == "," and stack and (index := stack[-1][1]) is not None:
            stack[-1] = (stack[-1][0], index + 1)
            return True
        return expects_item

    def _resolve(self, parts: list[str], *, is_array: bool) -> str:
        """Number the arrays of tables that a header passes through."""
        path = ""
        for position, part in enumerate(parts):
            path = f"{path}.{part}" if path else part
            if is_array and position == len(parts) - 1:
                self._counts[path] = self._counts.get(path, -1) + 1
            if path in self._counts:
                path = f"{path}[{self._counts[path]}]"
        return path

    def _inside(self, parts: list[str]) -> str:
        return _join(self._table, parts)

    def _skip_line(self, at: int) -> None:
        end = self._text.find("\n", at)
        self._at = len(self._text) if end < 0 else end + 1

    def _line(self, at: int) -> int:
        return bisect_left(self._line_ends, at) + 1


def _parts(key: str) -> list[str]:
    """Read the parts of a dotted key, as the paths of problems show them."""
    return [make_visible(_unescaped(match[1]) or match[2] or match[3] or "") for match in _PART.finditer(key)]


def _unescaped(basic: str | None) -> str:
    return str(read_toml(f'key = "{basic}"'.encode(), "")[1]["key"]) if basic else ""


def _join(path: str, parts: list[str]) -> str:
    return ".".join((path, *parts) if path else parts)
