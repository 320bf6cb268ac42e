"""Tags and descriptions: free text, within reason."""

from collections.abc import Iterable

from nexcred.errors import InvalidData, Problem
from nexcred.model.text import is_unsafe, make_visible

MAX_DESCRIPTION_CHARACTERS = 4096
MAX_TAGS = 64
_MAX_TAG_CHARACTERS = 64
_LINE_BREAKS = "\n\t"


def check_description(text: str) -> str:
    """Return the description without space around it; raise InvalidData."""
    text = text.strip()
    problem = ""
    if len(text) > MAX_DESCRIPTION_CHARACTERS:
        problem = f"is longer than {MAX_DESCRIPTION_CHARACTERS} characters"
    elif bad := next((c for c in text if is_unsafe(c) and c not in _LINE_BREAKS and not _joins(c)), ""):
        problem = f"holds the control or invisible character {make_visible(bad)}"
    if problem:
        found = (Problem("description", problem, "--description …"),)
        raise InvalidData(f"the description {problem}", problems=found)
    return text


def check_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Return each tag once, in the order given; raise InvalidData."""
    found = tuple(dict.fromkeys(tag.strip() for tag in tags))
    for tag in found:
        problem = _problem_of(tag)
        if problem:
            raise InvalidData(
                f"'{make_visible(tag[:40])}' is not a tag: {problem}", problems=(Problem("tag", problem, "--tag …"),)
            )
    if len(found) > MAX_TAGS:
        problems = (Problem("tags", f"are more than {MAX_TAGS}", "--tag …"),)
        raise InvalidData(f"a credential has at most {MAX_TAGS} tags", problems=problems)
    return found


def merge_tags(present: Iterable[str], add: Iterable[str], drop: Iterable[str]) -> tuple[str, ...]:
    """Return the tags with some added and some taken away; raise InvalidData."""
    dropped = set(check_tags(drop))
    return check_tags(tag for tag in (*present, *check_tags(add)) if tag not in dropped)


def _problem_of(tag: str) -> str:
    if not tag:
        return "it is empty"
    if len(tag) > _MAX_TAG_CHARACTERS:
        return f"it is longer than {_MAX_TAG_CHARACTERS} characters"
    bad = next((character for character in tag if is_unsafe(character) or character == ","), "")
    return f"it holds {make_visible(bad) if bad != ',' else 'a comma'}" if bad else ""


def _joins(character: str) -> bool:
    """Joiners make one sign of several, in emoji and in Persian and Indic scripts."""
    return character in "\u200c\u200d\ufe0f"
