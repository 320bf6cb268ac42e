"""The lines of PostgreSQL's password file, and which of them libpq takes: the first that fits."""

import re
from collections.abc import Iterable, Iterator
from itertools import product

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.text_lines import lines_of, text_of

ANY = "*"
_PART = re.compile(r"((?:[^:\\]|\\.?)*)(?::|\Z)")
# A colon that nothing escapes.
_OPEN_END = re.compile(r"(?<!\\)(?:\\\\)*:\Z")
_ESCAPE = re.compile(r"\\(.)")
# What a line is for: host, port, database and user.
Key = tuple[str, str, str, str]


class PasswordLine(NamedTuple):
    """A line whose parts have no escapes any more; a part of `key` is None for any. `problem` says what is wrong."""

    number: int
    key: tuple[str | None, ...] = ()
    password: str = ""
    problem: str = ""

    def __repr__(self) -> str:
        return repr_of(self, "number", "problem")


def password_lines(data: bytes) -> Iterator[PasswordLine]:
    """Yield every line of a file but comments; raise InvalidData for what is no text."""
    for number, line in enumerate(lines_of(text_of(data)), start=1):
        if line and not line.startswith("#"):
            yield password_line(number, line)


def password_line(number: int, line: str) -> PasswordLine:
    """Read a line, whatever is wrong with it."""
    parts = _PART.findall(line)
    if parts and parts[-1] == "" and not _OPEN_END.search(line):
        parts.pop()  # where nothing is left, the end is found once more
    if len(parts) < 5 or not parts[4]:
        return PasswordLine(number, problem="is not host:port:database:username:password")
    if len(parts) > 5:
        return PasswordLine(number, problem="has a ':' in the password, where libpq ends it: write it '\\:'")
    key = tuple(None if part == ANY else _plain(part) for part in parts[:4])
    return PasswordLine(number, key, _plain(parts[4]))


class PasswordFile:
    """Lines in their order, to be asked for the first that fits."""

    def __init__(self, lines: Iterable[PasswordLine] = ()) -> None:
        self._first: dict[tuple[str | None, ...], PasswordLine] = {}
        for line in lines:
            self.add(line)

    def add(self, line: PasswordLine) -> None:
        """Add a line behind the others."""
        if line.key:
            self._first.setdefault(line.key, line)

    def find(self, key: tuple[str | None, ...]) -> PasswordLine | None:
        """Return the first line for this key, or for more than it: a part that is any is covered by any alone."""
        patterns = product(*((part, None) if part is not None else (None,) for part in key))
        fitting = (self._first[pattern] for pattern in patterns if pattern in self._first)
        return min(fitting, key=lambda line: line.number, default=None)


def _plain(part: str) -> str:
    return _ESCAPE.sub(r"\1", part)
