"""Names of credentials: free text, but nothing that can deceive an eye, a shell or a path."""

import unicodedata

from nexcred.errors import InvalidData, Problem
from nexcred.model.text import is_unsafe, make_visible

MAX_CHARACTERS = 255


def normalise_name(name: str) -> str:
    """Return the name in NFC, or raise InvalidData that says what is wrong with it."""
    normal = unicodedata.normalize("NFC", name)
    problem = _problem_of(normal)
    if problem:
        shown = make_visible(name[:40]) + ("…" if len(name) > 40 else "")
        raise InvalidData(f"'{shown}' is not a name: {problem}", problems=(Problem("name", problem),))
    return normal


def fold_name(name: str) -> str:
    """Return the form under which two names are the same name."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _problem_of(name: str) -> str:
    if not name:
        return "it is empty"
    if len(name) > MAX_CHARACTERS:
        return f"it is longer than {MAX_CHARACTERS} characters"
    if name.startswith("-"):
        return "it begins with '-', which reads as an option"
    if name != name.strip():
        return "it begins or ends with a space"
    for character in name:
        if character == "/":
            return "it holds '/', which parts a name from a field"
        if is_unsafe(character):
            return f"it holds the invisible or unassigned character {make_visible(character)}"
        if character != " " and unicodedata.category(character) == "Zs":
            return f"it holds U+{ord(character):04X}, which looks like a space"
    return ""
