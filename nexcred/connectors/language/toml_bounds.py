"""What of a TOML file is looked at before the parser, which takes the square of a key's parts and of a number's digits.

The scan takes time in proportion to the file. Where the file is no TOML it may see strings where the parser sees none;
by then the parser has given up.
"""

import re
from collections.abc import Iterable

from nexcred.model.named_tuple import NamedTuple

MOST_BYTES = 256 * 1024
MOST_KEY_BYTES = 512
MOST_DOTS = 8
MOST_LEVELS = 16
MOST_DIGITS = 19

# Strings and comments. Possessive, and never failing once begun: what is not closed goes on to the end.
_QUIET = re.compile(
    rb'"""(?:[^"\\]++|\\.?|"(?!""))*+(?:"{3,5})?'
    rb"|'''(?:[^']++|'(?!''))*+(?:'{3,5})?"
    rb'|"(?:[^"\\\n]++|\\[^\n]?)*+"?'
    rb"|'[^'\n]*+'?"
    rb"|\#[^\n]*+",
    re.DOTALL,
)
# In what is left a key goes from one of these to the next; strings are as long there as they were.
_KEY = rb"[^\n=,\[\]{}]{%d,}+" % (MOST_KEY_BYTES + 1)
_HEADER = rb"(?:^|\n)[ \t]*+\[\[?%s\]\]?[ \t\r]*+(?:\n|\Z)" % _KEY
_BRACKET = re.compile(rb"[\[\]{}]")
_OF_LONG_LINES = (
    re.compile(rb"(?:^|[\n=,\[\]{}])%s=|%s" % (_KEY, _HEADER)),
    f"has a key of more than {MOST_KEY_BYTES} bytes",
)
_OF_ANY_LINE = (
    (re.compile(rb"(?:\.[^.\n=,\[\]{}]*+){%d}" % (MOST_DOTS + 1)), f"has a key of more than {MOST_DOTS} dots"),
    (
        re.compile(rb"(?<![0-9A-Za-z_])[0-9](?:_?[0-9A-Za-z]){%d}" % MOST_DIGITS),
        f"has a number of more than {MOST_DIGITS} digits",
    ),
)


class Excess(NamedTuple):
    """More of something than is read; `line` counts from 1, and is 0 where the whole is too large."""

    line: int
    problem: str


def find_excess(data: bytes) -> Excess | None:
    """Return why the text is not handed to the parser; None when it is."""
    if len(data) > MOST_BYTES:
        return Excess(0, f"is larger than {MOST_BYTES // 1024} KiB")
    has_long_line = any(len(line) > MOST_KEY_BYTES for line in data.split(b"\n"))
    if not has_long_line and _excess_in(_QUIET.sub(b"s", data), _OF_ANY_LINE) is None:
        return None  # as nearly always, in a quarter of the time
    return _excess_in(_QUIET.sub(_quiet, data), (_OF_LONG_LINES, *_OF_ANY_LINE))


def _excess_in(code: bytes, patterns: Iterable[tuple[re.Pattern[bytes], str]]) -> Excess | None:
    for pattern, problem in patterns:
        if found := pattern.search(code):
            return Excess(_line(code, found), problem)
    depth = 0
    for bracket in _BRACKET.finditer(code):
        depth = depth + 1 if bracket[0] in b"[{" else max(0, depth - 1)
        if depth > MOST_LEVELS:
            return Excess(_line(code, bracket), f"has more than {MOST_LEVELS} levels of brackets")
    return None


def _quiet(match: re.Match[bytes]) -> bytes:
    """Keep what counts of a string or comment: how long it is as a key, and how many lines it has."""
    found = match[0]
    if found.startswith(b"#"):
        return b""
    return b"s" * min(len(found), MOST_KEY_BYTES + 1) + b"\n" * found.count(b"\n")


def _line(code: bytes, found: re.Match[bytes]) -> int:
    """Return the line where it ends: it may begin with the end of the line before."""
    return code.count(b"\n", 0, found.end() - 1) + 1
