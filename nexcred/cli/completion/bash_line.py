"""The line that is typed in bash: its words without their quotes, and a value written as it goes on from there.

Bash replaces only what stands after the last opening quote or word break (COMP_WORDBREAKS, `=` and `:` among them).
"""

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of

_BARE, _SINGLE, _DOUBLE = "", "'", '"'
_BLANK = " \t\n"
_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./,+-%=:@")


class BashLine(NamedTuple):
    """`words` before the current one, and that one: its text so far, the quote it stands in, and how much bash keeps.

    `kept` counts the characters of the text that are before what bash replaces.
    """

    words: tuple[str, ...]
    current: str
    quote: str
    kept: int

    def written(self, value: str) -> str:
        """Write a value that begins with the current text, in the quotes that are open, from where bash replaces."""
        rest = value[self.kept :]
        if self.quote == _SINGLE:
            return rest.replace("'", "'\\''")
        if self.quote == _DOUBLE:
            return "".join(_in_double_quotes(character) for character in rest)
        return "".join(c if c in _SAFE or not c.isascii() else f"\\{c}" for c in rest)

    def __repr__(self) -> str:
        return repr_of(self, "kept")


def read_line(line: str, breaks: str) -> BashLine:
    """Read a line up to the cursor, which stands at its end. Nothing is expanded."""
    words: list[str] = []
    text, quote, kept = "", _BARE, 0
    in_word = False
    characters = iter(line)
    for character in characters:
        if quote == _SINGLE:
            quote, text, kept = (_BARE, text, len(text)) if character == _SINGLE else (quote, text + character, kept)
        elif character == "\\":
            text += _escaped(next(characters, ""), quote)
            in_word = True
        elif quote == _DOUBLE:
            quote, text, kept = (_BARE, text, len(text)) if character == _DOUBLE else (quote, text + character, kept)
        elif character in (_SINGLE, _DOUBLE):
            quote, kept, in_word = character, len(text), True
        elif character in _BLANK:
            if in_word:
                words.append(text)
            text, kept, in_word = "", 0, False
        else:
            text, in_word = text + character, True
            kept = len(text) if character in breaks else kept
    return BashLine(tuple(words), text, quote, kept)


def _escaped(character: str, quote: str) -> str:
    """Return what a backslash before the character stands for; in double quotes it often stands for itself."""
    return character if quote == _BARE or character in '"\\$`' else f"\\{character}"


def _in_double_quotes(character: str) -> str:
    if character == "!":
        return "\"'!'\""  # which would call up an earlier command, and not even a backslash helps
    return f"\\{character}" if character in '"\\$`' else character
