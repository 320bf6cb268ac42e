"""Names of fields that a credential names itself: which it may have, and which of them beside each other."""

from collections.abc import Iterable, Iterator

from nexcred.model.variable_name import own_variable

MOST = 512
_LONGEST = 128
_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")


def problem_in_name(name: str, others: Iterable[str] = ()) -> str:
    """Say why no field may be called so beside the `others`, which are fields; "" when it may.

    The letters are those of ASCII, none of which looks like another, and names differ as variables: to a program those
    of one variable would be one.
    """
    if not is_name(name):
        return f"is no name of a field: up to {_LONGEST} letters, digits, '_', '-' and '.', the first no '-' or '.'"
    known = list(others)
    twin = next((other for other in known if other != name and _folded(other) == _folded(name)), "")
    if twin:
        return f"would be the same variable as '{twin}'"
    return f"is one more than the {MOST} fields that there may be" if len(known) >= MOST else ""


def fitting_names(names: Iterable[str], declared: Iterable[str]) -> Iterator[str]:
    """Yield those that may stand beside each other and what is declared, up to as many as make sense."""
    known = set(declared)
    folded = {_folded(name) for name in known}
    room = MOST
    for name in names:
        if name not in known and room and is_name(name) and _folded(name) not in folded:
            folded.add(_folded(name))
            room -= 1
            yield name


def is_name(name: str) -> bool:
    """True for what one field may be called."""
    is_spelt_so = 0 < len(name) <= _LONGEST and _CHARACTERS.issuperset(name) and name[0] not in ".-"
    return is_spelt_so and bool(_folded(name))


def _folded(name: str) -> str:
    return own_variable(name).upper().strip("_")
