"""The words of a netrc line, and where curl and Python's netrc would part or unescape them differently."""

import re
from collections.abc import Iterator

from nexcred.model.named_tuple import NamedTuple

# The blanks of both readers. What else Unicode calls a blank may be in a password.
_WORD = re.compile(r'"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<unclosed>".*)|(?P<bare>[^ \t\r\n]+)', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_BARE_BACKSLASH = "Python's netrc drops a '\\' and curl keeps it: put the value in double quotes and write '\\\\'"
_LETTER_ESCAPE = "curl takes \\n, \\r and \\t for control characters and Python's netrc for letters"
_CONTROL = "it holds a control character, where curl ends a word and Python's netrc does not"


class Word(NamedTuple):
    """One word of a line, which may be a secret. `doubt` says why its readers differ."""

    text: str
    line: int
    start: int
    is_first: bool
    is_bare: bool = True
    is_unclosed: bool = False
    doubt: str = ""

    def __repr__(self) -> str:
        return f"Word({self.line})"


def words_of(line: str, number: int) -> Iterator[Word]:
    """Yield the words in order; one with a quote that is not closed is the last."""
    is_first = True
    for found in _WORD.finditer(line):
        if found["unclosed"] is not None:
            yield Word("", number, found.start(), is_first, is_bare=False, is_unclosed=True)
        else:
            yield _word(found, number, is_first=is_first)
        is_first = False


def _word(found: re.Match[str], number: int, *, is_first: bool) -> Word:
    quoted, bare = found["quoted"], found["bare"]
    is_bare = quoted is None
    text = bare if is_bare else _ESCAPE.sub(r"\1", quoted)
    doubt = ""
    if is_bare and "\\" in text:
        doubt = _BARE_BACKSLASH
    elif not is_bare and any(escape in "nrt" for escape in _ESCAPE.findall(quoted)):
        doubt = _LETTER_ESCAPE
    elif any(character < " " for character in text):
        doubt = _CONTROL
    return Word(text, number, found.start(), is_first, is_bare=is_bare, doubt=doubt)
