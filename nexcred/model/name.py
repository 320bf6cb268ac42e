"""Names of credentials: free text, but nothing that can deceive an eye, a shell or a path."""

import re
import unicodedata
from functools import cache

from nexcred.errors import InvalidData, Problem
from nexcred.model.text import is_unsafe, make_visible

MAX_CHARACTERS = 255
# What makes a pattern, and what no new name may hold.
_OF_PATTERNS, _NOT_NEW = "*?[", "*?[]"


def normalise_name(name: str) -> str:
    """Return the name in NFC, or raise InvalidData that says what is wrong with it."""
    normal = unicodedata.normalize("NFC", name)
    problem = _problem_of(normal)
    if problem:
        shown = make_visible(name[:40]) + ("…" if len(name) > 40 else "")
        raise InvalidData(f"'{shown}' is not a name: {problem}", problems=(Problem("name", problem),))
    return normal


def normalise_new_name(name: str) -> str:
    """Return a name that is given now, as `normalise_name`: none that a pattern could be taken for.

    Names from before that was refused stay, and are found by them.
    """
    normal = normalise_name(name)
    if any(sign in normal for sign in _NOT_NEW):
        problem = "it holds *, ?, [ or ], by which patterns of names are written"
        raise InvalidData(f"'{make_visible(name[:40])}' is not a name: {problem}", problems=(Problem("name", problem),))
    return normal


def nameable(text: str) -> str:
    """Return a name that a source gives without what no new name may hold."""
    return text.translate(dict.fromkeys(map(ord, _NOT_NEW), "_"))


def is_pattern(text: str) -> bool:
    """True for what may be a pattern of names: whether it is one, the names that there are decide."""
    return any(sign in text for sign in _OF_PATTERNS)


def fits(name: str, pattern: str) -> bool:
    """True for a name that a pattern takes (`*`, `?`, `[…]`), in any case of letters."""
    from fnmatch import fnmatchcase  # and with it `re`, which a whole name has no use for

    return fnmatchcase(fold_name(name), fold_name(pattern))


def fold_name(name: str) -> str:
    """Return the form under which two names are the same name."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def name_order(name: str) -> str:
    """Return what names are sorted by: in any case of letters, and numbers by how much they are."""
    folded = fold_name(name)
    ordered = _number().sub(_after_its_length, folded)
    return folded if ordered == folded else f"{ordered}\0{folded}"


@cache  # few commands sort, and those that do sort thousands
def _number() -> re.Pattern[str]:
    return re.compile(r"0*(\d+)")


def _after_its_length(number: re.Match[str]) -> str:
    """A number stands where its digits would, after how many it has: a longer one is more."""
    return f"0{len(number[1]):03}{number[1]}"


def _problem_of(name: str) -> str:
    if not name:
        return "it is empty"
    if len(name) > MAX_CHARACTERS:
        return f"it is longer than {MAX_CHARACTERS} characters"
    if name.startswith("-"):
        return "it begins with '-', which reads as an option"
    if name != name.strip():
        return "it begins or ends with a space"
    if "/" in name:
        return "it holds '/', which parts a name from a field"
    if name.isascii() and name.isprintable():
        return ""
    for character in name:
        if is_unsafe(character):
            return f"it holds the invisible or unassigned character {make_visible(character)}"
        if character != " " and unicodedata.category(character) == "Zs":
            return f"it holds U+{ord(character):04X}, which looks like a space"
    return ""
