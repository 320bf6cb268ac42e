"""How many of something there are, in words."""


def number_of(count: int, noun: str) -> str:
    """Return the number with its noun, which takes an s unless it is one."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
