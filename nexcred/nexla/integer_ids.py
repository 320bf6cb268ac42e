"""The integers by which Nexla's clients name what has an id of many bytes here."""

# As many as JavaScript's numbers hold.
_BITS = 53
_DIGITS = 16  # hexadecimal ones: 64 bits


def integer_id(hex_id: str) -> int:
    """Return the first bits of an id; two ids may have the same ones."""
    return int(hex_id[:_DIGITS], 16) >> (4 * _DIGITS - _BITS)
