"""A netrc file parted into its machines, word by word, as far as curl and Python's netrc agree on them."""

from collections.abc import Iterable, Iterator

from nexcred.services.importing.found import Unreadable
from nexcred.services.importing.netrc_words import Word, words_of

_MACHINE, _DEFAULT, _MACRO = "machine", "default", "macdef"
_BEGINNINGS = (_MACHINE, _DEFAULT, _MACRO)
# Heroku's tools write a method.
_KEYS = {"login": "username", "user": "username", "password": "password", "account": "account", "method": "method"}
_KEYWORDS = {*_BEGINNINGS, *_KEYS}


class NetrcEntry:
    """One machine, or the default one, as far as it is read. `awaited` is what the next word gives."""

    def __init__(self, line: int, *, is_default: bool) -> None:
        self.line = line
        self.is_default = is_default
        self.machine: str | None = None
        self.values: dict[str, str] = {}
        self.problem = ""
        self.awaited = "" if is_default else _MACHINE

    @property
    def is_complete(self) -> bool:
        return bool(self.values.get("username") and self.values.get("password"))

    def refuse(self, problem: str) -> None:
        """Say why it cannot be taken; what was said first stays."""
        self.problem = self.problem or problem

    def take(self, word: Word) -> None:
        """Take a keyword, or the word that one waits for."""
        keyword = word.text.casefold()
        if self.awaited:
            self._take_value(word)
        elif keyword in _KEYS:
            self.awaited = _KEYS[keyword]
        else:
            self.refuse(f"line {word.line} has a word that is no keyword: put a value with a blank in double quotes")

    def take_comment(self, word: Word, comment: str) -> None:
        """Refuse a comment that one of the two readers takes for a value, or reads on behind."""
        if self.awaited:
            self.refuse(f"line {word.line} has a '#' where a value is due, a comment to curl: put it in double quotes")
            self.awaited = ""
        elif not word.is_first and not self.is_complete and _KEYWORDS & set(comment.casefold().split()):
            self.refuse(f"line {word.line} has a '#' after which curl reads on: give the comment a line of its own")

    def _take_value(self, word: Word) -> None:
        key, self.awaited = self.awaited, ""
        if word.doubt:
            self.refuse(f"line {word.line}: {word.doubt}")
        if key == _MACHINE:
            self.machine = word.text
        elif self.values.setdefault(key, word.text) != word.text:
            self.refuse(f"line {word.line} gives another {key}")


class _NetrcReader:
    def __init__(self) -> None:
        self._entry: NetrcEntry | None = None
        self._in_macro = False
        self._default = 0

    def _begin(self, number: int, *, is_default: bool) -> NetrcEntry:
        """Begin a machine, or the default one: for curl that is every machine's which comes behind it."""
        entry = NetrcEntry(number, is_default=is_default)
        if self._default:
            entry.refuse(f"comes after the default of line {self._default}, which curl takes first: put that one last")
        self._default = self._default or (number if is_default else 0)
        return entry

    def read(self, line: str, number: int) -> Iterator[NetrcEntry | Unreadable]:
        if self._in_macro:
            self._in_macro = bool(line.strip())
            return
        for word in words_of(line, number):
            if self._is_comment(word):
                if self._entry is not None:
                    self._entry.take_comment(word, line[word.start :])
                return
            keyword = word.text.casefold()
            if keyword in _BEGINNINGS and not (self._entry and self._entry.awaited):
                yield from self.end()
                self._entry = None if keyword == _MACRO else self._begin(number, is_default=keyword == _DEFAULT)
                self._in_macro = keyword == _MACRO
            elif problem := self._refused(word):
                yield Unreadable(f"line {number}", problem, connector="rest")
            if self._in_macro or word.is_unclosed or self._entry is None:
                return

    def end(self) -> Iterator[NetrcEntry]:
        if self._entry is not None:
            yield self._entry

    def _is_comment(self, word: Word) -> bool:
        return word.is_bare and word.text.startswith("#")

    def _refused(self, word: Word) -> str:
        """Let the machine take a word; say what is wrong with one that belongs to none."""
        unclosed = "has a quote that is not closed"
        if self._entry is None:
            return unclosed if word.is_unclosed else "begins with none of machine, default and macdef"
        if word.is_unclosed:
            self._entry.refuse(f"line {word.line} {unclosed}")
            self._entry.awaited = ""
        else:
            self._entry.take(word)
        return ""


def entries_of(lines: Iterable[str]) -> Iterator[NetrcEntry | Unreadable]:
    """Yield the machines in order, and each line that belongs to none."""
    reader = _NetrcReader()
    for number, line in enumerate(lines, start=1):
        yield from reader.read(line, number)
    yield from reader.end()
