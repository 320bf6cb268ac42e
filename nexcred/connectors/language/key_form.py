"""The forms of a provider's keys: patterns by which a value is known, wherever it is found."""

_SPECIAL = frozenset("\\.^$*+?{}[]()|")
_REPEATS = frozenset("*?{")
LEAST_BEGINNING = 3


def literal_beginning(pattern: str) -> str:
    """Return the characters that every value of this form begins with; "" where it has several beginnings."""
    if _has_alternatives(pattern):
        return ""
    found, place = "", 0
    while place < len(pattern):
        is_escaped = pattern[place] == "\\" and place + 1 < len(pattern) and not pattern[place + 1].isalnum()
        if not is_escaped and pattern[place] in _SPECIAL:
            break
        place += 1 + is_escaped
        if place < len(pattern) and pattern[place] in _REPEATS:
            break
        found += pattern[place - 1]
    return found


def problem_in_key_form(pattern: str) -> str:
    """Say why values cannot be looked for by this form; "" when they can."""
    if len(literal_beginning(pattern)) < LEAST_BEGINNING:
        return f"must begin with at least {LEAST_BEGINNING} characters that every key has"
    return ""


def _has_alternatives(pattern: str) -> bool:
    """True for a bar outside of all parentheses and brackets."""
    depth, in_set, is_escaped = 0, False, False
    for character in pattern:
        if is_escaped:
            is_escaped = False
        elif character == "\\":
            is_escaped = True
        elif in_set:
            in_set = character != "]"
        elif character == "[":
            in_set = True
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "|" and depth == 0:
            return True
    return False
