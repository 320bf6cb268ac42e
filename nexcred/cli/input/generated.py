"""`generate` and `generate:LENGTH` in place of a secret: made here, and shown to nobody who does not ask for it."""

from collections.abc import Callable

from nexcred.errors import InvalidData
from nexcred.model.made_secret import made_secret

GENERATE = "generate"
_USUAL, _SHORTEST, _LONGEST = 32, 12, 4096


def generated(text: str, bad: Callable[[str], InvalidData]) -> bytes:
    """Make a secret of the length that the text asks for; raise what `bad` makes of a clause for another text."""
    _, has_length, length = text.partition(":")
    if has_length and not (length.isascii() and length.isdecimal() and len(length) <= len(str(_LONGEST))):
        raise bad(f"is made with a length from {_SHORTEST} to {_LONGEST}: generate:32")
    wanted = int(length) if has_length else _USUAL
    if not _SHORTEST <= wanted <= _LONGEST:
        raise bad(f"is made with a length from {_SHORTEST} to {_LONGEST}: generate:32")
    return made_secret(wanted).encode()
