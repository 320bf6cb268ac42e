"""Secrets that are made here, of characters that no shell, URL or connection string takes for anything else."""

import secrets
import string

# 190 bits in 32 of them.
_ALPHABET = string.ascii_letters + string.digits
_CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits)


def made_secret(length: int) -> str:
    """Return letters and digits alone."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def made_password() -> str:
    """Return 33 characters with each class that rules about passwords ask for: the other one is a hyphen in the middle.

    Safe in URLs (RFC 3986, 2.3), in .pgpass and in option files too.
    """
    while True:
        made = f"{made_secret(16)}-{made_secret(16)}"
        if all(any(character in made for character in one) for one in _CLASSES):
            return made
