"""A new secret that is made here."""

import secrets
import string

from nexcred.model.secret import Secret

# Letters and digits need no quoting anywhere: 5.95 bits each.
_KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
_ALPHABET = "".join(_KINDS)


def make_secret(length: int) -> Secret:
    """Return one of that many characters, 16 or more; it has each kind of them, as many servers demand."""
    while True:
        made = "".join(secrets.choice(_ALPHABET) for _ in range(length))
        if all(set(made) & set(kind) for kind in _KINDS):
            return Secret(made)
