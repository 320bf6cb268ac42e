"""The regular expressions of `pattern`: Python's (re, "Regular Expression Syntax") without what needs going back.

Not taken: references to groups, looking ahead but for what the whole value must not begin with, looking behind, `\\b`.
"""

from nexcred.model.named_tuple import NamedTuple

MOST_CHARACTERS = 1_024
_MOST_LEVELS = 50
_KINDS = "dDwWsS"
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_HEX_DIGITS = {"x": 2, "u": 4}


class BadPattern(ValueError):
    """A text is no such expression; the problem follows the name of the key."""

    def __init__(self, problem: str = "is not a regular expression") -> None:
        super().__init__(problem)


class Chars(NamedTuple):
    """One character: in one of the ranges, or of one of the kinds (letters of `\\d` and its like); or else negated."""

    ranges: tuple[tuple[str, str], ...] = ()
    kinds: str = ""
    negated: bool = False
    ignores_case: bool = False

    def holds(self, character: str) -> bool:
        variants = {character, character.lower(), character.upper()} if self.ignores_case else {character}
        return self.negated is not any(self._is_in(variant) for variant in variants if len(variant) == 1)

    def _is_in(self, character: str) -> bool:
        return any(low <= character <= high for low, high in self.ranges) or any(
            _is_of_kind(kind, character) for kind in self.kinds
        )


class Ends(NamedTuple):
    """No character, but the beginning or the end of the value."""

    at_start: bool


class Either(NamedTuple):
    parts: "tuple[Node, ...]"


class InARow(NamedTuple):
    parts: "tuple[Node, ...]"


class Repeated(NamedTuple):
    """`most` is None where there may be any number."""

    part: "Node"
    least: int
    most: int | None


Node = Chars | Ends | Either | InARow | Repeated


class Parsed(NamedTuple):
    """`forbidden` is what no beginning of the value may be."""

    forbidden: tuple[Node, ...]
    whole: Node


def parse_pattern(text: str) -> Parsed:
    """Raise BadPattern."""
    if len(text) > MOST_CHARACTERS:
        raise BadPattern(f"is longer than {MOST_CHARACTERS:,} characters")
    return _Parser(text).parse()


def _is_of_kind(kind: str, character: str) -> bool:
    return {
        "d": character.isdecimal(),
        "w": character.isalnum() or character == "_",
        "s": character.isspace(),
    }[kind.lower()] is kind.islower()


class _Parser:
    """Takes characters from the front. `flags` are those of the group that it is in: i, s, or both."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._flags = ""
        self._level = 0

    def parse(self) -> Parsed:
        if self._text.startswith(("(?i)", "(?s)", "(?is)", "(?si)")):
            self._flags = self._text[2 : self._text.index(")")]
            self._at = len(self._flags) + 3
        forbidden = []
        while self._took("(?!"):
            forbidden.append(self._group(self._flags))
        whole = self._either()
        if self._at < len(self._text):  # a bracket that closes nothing
            raise BadPattern
        if forbidden and isinstance(whole, Either):  # Python would look ahead before the first of them alone
            raise BadPattern("must have what can stand after (?! ) in a group")
        return Parsed(tuple(forbidden), whole)

    def _either(self) -> Node:
        parts = [self._row()]
        while self._took("|"):
            parts.append(self._row())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _row(self) -> Node:
        parts = []
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            parts.append(self._repeated(self._atom()))
        return InARow(tuple(parts))

    def _repeated(self, part: Node) -> Node:
        bounds = self._bounds()
        if bounds is None:
            return part
        least, most = bounds
        self._took("?")  # lazy or not: of the whole value it is the same
        if isinstance(part, Ends) or (most is not None and least > most) or self._bounds() is not None:
            raise BadPattern
        return Repeated(part, least, most)

    def _bounds(self) -> tuple[int, int | None] | None:
        for mark, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._took(mark):
                return bounds
        end = self._text.find("}", self._at)
        if self._next != "{" or end < 0:
            return None
        least, comma, most = self._text[self._at + 1 : end].partition(",")
        if not (least or comma) or set(least + most) - set("0123456789"):
            return None  # and so is itself
        self._at = end + 1
        if not comma:
            return int(least), int(least)
        return int(least or 0), int(most) if most else None

    def _atom(self) -> Node:
        if self._bounds() is not None:  # of nothing
            raise BadPattern
        character = self._take()
        if character == "(":
            return self._group(self._group_flags())
        if character == "[":
            return self._set()
        if character == ".":
            return Chars(() if "s" in self._flags else (("\n", "\n"),), negated=True)
        if character in "^$":
            return Ends(character == "^")
        kind, literal = self._escaped() if character == "\\" else ("", character)
        return self._chars(((literal, literal),) if literal else (), kind)

    def _group_flags(self) -> str:
        if not self._took("?"):
            return self._flags
        said, colon, _ = self._text[self._at :].partition(":")
        if not colon or not set(said) <= set("is"):
            raise BadPattern(
                "uses a group of a kind that is not taken; those are ( ), (?: ), (?i: ), and (?! ) at the beginning"
            )
        self._at += len(said) + 1
        return self._flags + said

    def _group(self, flags: str) -> Node:
        before, self._flags = self._flags, flags
        self._level += 1
        if self._level > _MOST_LEVELS:
            raise BadPattern("has too many groups in each other")
        inside = self._either()
        if not self._took(")"):
            raise BadPattern
        self._level -= 1
        self._flags = before
        return inside

    def _set(self) -> Node:
        negated = self._took("^")
        ranges = [self._range()]  # a bracket that stands first closes nothing
        while not self._took("]"):
            ranges.append(self._range())
        kinds = "".join(low for low, high in ranges if not high)
        return self._chars(tuple(one for one in ranges if one[1]), kinds)._replace(negated=negated)

    def _range(self) -> tuple[str, str]:
        """Return the ends of a range, the same for one character; for a kind its letter and nothing."""
        kind, low = self._member()
        if self._next != "-" or self._text[self._at + 1 : self._at + 2] in ("", "]"):
            return (kind, "") if kind else (low, low)
        self._take()
        _, high = self._member()
        if kind or high < low:  # nor does a range end with a kind
            raise BadPattern
        return low, high

    def _member(self) -> tuple[str, str]:
        character = self._take()
        return self._escaped() if character == "\\" else ("", character)

    def _escaped(self) -> tuple[str, str]:
        """Return a kind, or a character, after a backslash."""
        letter = self._take()
        if letter in _KINDS:
            return letter, ""
        if letter in _CONTROLS:
            return "", _CONTROLS[letter]
        if letter in _HEX_DIGITS:
            digits = "".join(self._take() for _ in range(_HEX_DIGITS[letter]))
            if not all(digit in "0123456789abcdefABCDEF" for digit in digits):
                raise BadPattern
            return "", chr(int(digits, 16))
        if letter.isascii() and letter.isalnum():
            raise BadPattern(f"uses \\{letter}, which is not taken")
        return "", letter

    def _chars(self, ranges: tuple[tuple[str, str], ...], kinds: str) -> Chars:
        return Chars(ranges, kinds, ignores_case="i" in self._flags)

    @property
    def _next(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self) -> str:
        if self._at >= len(self._text):
            raise BadPattern
        self._at += 1
        return self._text[self._at - 1]

    def _took(self, wanted: str) -> bool:
        if not self._text.startswith(wanted, self._at):
            return False
        self._at += len(wanted)
        return True
