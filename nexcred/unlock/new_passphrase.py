"""Whether a text will do as a new passphrase: it can be typed again at any prompt, and it is not easily guessed."""

import unicodedata

from nexcred.errors import InvalidData
from nexcred.model.text import is_unsafe
from nexcred.vault.slot import encode_passphrase

# Where zxcvbn begins to call a password strong against whoever guesses offline, which a copy of the vault allows.
_STRONG_LOG10_GUESSES = 10
_LIKELY_WORDS = ["nexcred", "vault"]
_KNOWN = {
    "\ufeff": "a byte order mark (U+FEFF)",
    "\t": "a tab",
    "\u00a0": "a no-break space (U+00A0)",
    "\u200b": "a zero-width space (U+200B)",
}


def check_new(passphrase: str) -> None:
    """Raise InvalidData, which says what is there, for what no prompt would take again as it is."""
    encode_passphrase(passphrase)
    problem = _untypeable_in(passphrase)
    if problem:
        raise InvalidData(f"the passphrase {problem}, which nobody would type at a prompt: leave it out")


def is_weak(passphrase: str) -> bool:
    """True for what can be guessed by whoever has a copy of the vault."""
    from zxcvbn_rs_py import zxcvbn  # whose dictionaries are wanted only where a passphrase is made

    return zxcvbn(passphrase, _LIKELY_WORDS).guesses_log10 < _STRONG_LOG10_GUESSES


def _untypeable_in(passphrase: str) -> str:
    lines = len(passphrase.splitlines())
    if lines > 1:
        return f"has {lines} lines"
    if passphrase.endswith(("\n", "\r")):
        return "ends with a line break"
    for character in passphrase:
        if character in _KNOWN or is_unsafe(character) or (character.isspace() and character != " "):
            return f"holds {_named(character)}"
    if passphrase != passphrase.strip():
        return "ends with a space" if passphrase.endswith(" ") else "begins with a space"
    return ""


def _named(character: str) -> str:
    name = unicodedata.name(character, "").lower()
    told = f"{name} (U+{ord(character):04X})" if name else f"the control character U+{ord(character):04X}"
    return _KNOWN.get(character, told)
