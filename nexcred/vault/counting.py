"""The largest number that can be written: no honest counter comes near it."""

from nexcred.errors import Tampered
from nexcred.vault.primitives import COUNT_LIMIT


def require_countable(number: int, what: str) -> None:
    """Raise Tampered for a number that could not be read back: somebody has driven it there."""
    if number >= COUNT_LIMIT:
        raise Tampered(
            f"{what} was counted to its end, as no program does: nothing can be written after it",
            hint="see who wrote last with: nexcred audit; remove and add what it concerns, or restore a backup:"
            " nexcred vault restore-backup FILE",
        )
