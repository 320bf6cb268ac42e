"""The recovery key as it stands on paper: 13 groups of five characters, each with a check of its own.

The 256 bits of the key and 4 of their SHA-256 are 52 characters of 5 bits, in an alphabet without I, L, O and U. Four
of them and a check character make a group: (3a + 5b + 7c + 9d + number of the group) mod 32. Odd weights are
invertible, so that no single wrong character passes; the number makes exchanged groups fail.
"""

import os

from nexcred.errors import Locked
from nexcred.vault.primitives import KEY_BYTES, digest

GROUPS = 13
GROUP_CHARACTERS = 5

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_IGNORED = frozenset(" -–—_.,\t\r\n\N{NO-BREAK SPACE}")
_WEIGHTS = (3, 5, 7, 9)
_CHECK_BITS = 4


def new_recovery_key() -> bytes:
    return os.urandom(KEY_BYTES)


def write_recovery_key(key: bytes) -> str:
    """Return the groups, joined by dashes."""
    number = int.from_bytes(key) << _CHECK_BITS | _overall_check(key)
    values = [number >> shift & 31 for shift in range(5 * (len(_WEIGHTS) * GROUPS - 1), -1, -5)]
    groups = [values[start : start + len(_WEIGHTS)] for start in range(0, len(values), len(_WEIGHTS))]
    return "-".join(_written(index, group) for index, group in enumerate(groups))


def read_recovery_key(text: str) -> bytes:
    """Read what somebody typed, in any case, with or without dashes; raise Locked, naming the first wrong group."""
    typed = [character for character in text.upper() if character not in _IGNORED]
    values = [_VALUES.get(character, -1) for character in typed]
    groups = [values[start : start + GROUP_CHARACTERS] for start in range(0, len(values), GROUP_CHARACTERS)]
    for index, group in enumerate(groups[:GROUPS]):
        if len(group) == GROUP_CHARACTERS and (min(group) < 0 or _check(index, group[:-1]) != group[-1]):
            raise Locked(f"group {index + 1} of the recovery key is mistyped")
    if len(values) != GROUPS * GROUP_CHARACTERS:
        raise Locked(f"a recovery key has {GROUPS} groups of {GROUP_CHARACTERS} characters")
    number = 0
    for group in groups:
        for value in group[:-1]:
            number = number << 5 | value
    key = (number >> _CHECK_BITS).to_bytes(KEY_BYTES)
    if number & ((1 << _CHECK_BITS) - 1) != _overall_check(key):
        raise Locked("the recovery key is mistyped")
    return key


def _written(index: int, group: list[int]) -> str:
    return "".join(_ALPHABET[value] for value in (*group, _check(index, group)))


def _check(index: int, group: list[int]) -> int:
    return (sum(weight * value for weight, value in zip(_WEIGHTS, group, strict=True)) + index) % 32


def _overall_check(key: bytes) -> int:
    return digest(key)[0] >> 8 - _CHECK_BITS
