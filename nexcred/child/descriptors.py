"""Descriptors that whoever started nexcred handed over: the program's, and held by nobody else while it runs."""

import os

_LAST_STANDARD = 2
_MOST = 256  # where nothing lists them


def open_descriptors() -> list[int]:
    """Return those that may be open. A process that has become unseen is not told its own."""
    try:
        return [int(name) for name in os.listdir("/dev/fd")]  # noqa: PTH208  Path makes an object of each
    except (OSError, ValueError):
        return list(range(_MOST))


def handed_over() -> list[int]:
    """Return those besides the standard ones that a program inherits, as of a shell's process substitution."""
    return [number for number in open_descriptors() if number > _LAST_STANDARD and is_handed_over(number)]


def is_handed_over(number: int) -> bool:
    """False for one of nexcred's own; also for a standard one that was closed, and only has a stand-in here."""
    try:
        return os.get_inheritable(number)
    except OSError:
        return False


def let_go_of(numbers: list[int]) -> None:
    """Close them: who reads the other end is to see the end when the program closes its own."""
    for number in numbers:
        os.close(number)


def lead_nowhere(*numbers: int) -> None:
    """Let go of standard ones: closed, their numbers would be given to the next files."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in numbers:
        os.dup2(nothing, number, inheritable=False)
    os.close(nothing)
