"""Which characters a terminal would hide or obey, and how to make them visible."""

import unicodedata

# Default_Ignorable_Code_Point (Unicode 15, DerivedCoreProperties.txt) outside category Cf, and blank letters.
_INVISIBLE = frozenset(
    [
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
        *range(0x180B, 0x1810),
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
    ]
)
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def is_unsafe(character: str) -> bool:
    """True for control, bidi, invisible, surrogate, private and unassigned code points."""
    return unicodedata.category(character) in _UNSAFE_CATEGORIES or ord(character) in _INVISIBLE


def make_visible(text: str, *, keep: str = "") -> str:
    r"""Write unsafe characters as \xNN, \uNNNN or \UNNNNNNNN, so that a terminal shows and never obeys them.

    `keep` names characters to leave alone, such as a newline in a block of text.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(c) if is_unsafe(c) and c not in keep else c for c in text)


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
