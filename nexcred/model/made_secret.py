"""Secrets that are made here, of characters that no shell, URL or connection string takes for anything else."""

import secrets
import string
from collections.abc import Callable

# 190 bits in 32 of them.
_ALPHABET = string.ascii_letters + string.digits
_CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits)


def made_secret(length: int) -> str:
    """Return letters and digits alone."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def made_mixed(length: int) -> str:
    """Return 16 or more, with small and capital letters and digits among them, as many servers demand."""
    return _with_each_class(lambda: made_secret(length))


def made_password() -> str:
    """Return 33 characters with each class that rules about passwords ask for: the other one is a hyphen in the middle.

    Safe in URLs (RFC 3986, 2.3), in .pgpass and in option files too.
    """
    return _with_each_class(lambda: f"{made_secret(16)}-{made_secret(16)}")


def _with_each_class(make: Callable[[], str]) -> str:
    while True:
        made = make()
        if all(any(character in made for character in one) for one in _CLASSES):
            return made
