"""JSON from outside, or from the vault: one meaning a document, or none."""

import json
import math
import re
from collections.abc import Mapping
from typing import NoReturn

MAX_DEPTH = 64
_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1

# A string, closed or not, or a bracket. Possessive and never failing, so that no input makes it slow.
_STRING_OR_BRACKET = r'(?s)"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]'
_OPENING = frozenset("{[")
# Where a compact document may hold a number of its own, and not in a string.
_MANY_DIGITS = r"[:,\[]-?[0-9]{19}"
_SURROGATE_ESCAPE = r"\\u[dD][89a-fA-F]"


def loads(data: str | bytes) -> object:
    """Decode one document; raise ValueError, whose message holds nothing of the content, for anything doubtful.

    Refused: duplicate keys, NaN and infinities, more than 64 levels, lone surrogates, integers beyond 64 bits.
    """
    text = _text_of(data)
    _check_depth(text)
    try:
        value = _whole(text)
    except json.JSONDecodeError as error:
        # The decoder's error keeps the whole document: let go of it.
        problem = f"{error.msg[:1].lower()}{error.msg[1:]} at line {error.lineno} column {error.colno}"
    else:
        if "\\u" in text and re.search(_SURROGATE_ESCAPE, text):
            _check_surrogates(value)
        return value
    raise ValueError(problem)


def _whole(text: str) -> object:
    if text[:1] in _OPENING:  # without white space around it, as nearly always
        value, end = _DECODER.raw_decode(text)
        if end == len(text):
            return value
    return _DECODER.decode(text)


def dumps(value: Mapping[str, object]) -> str:
    """Encode compactly; raise ValueError for what `loads` would not take back."""
    text = _COMPACT.encode(value)
    _check_depth(_text_of(text))
    if re.search(_MANY_DIGITS, text):  # perhaps beyond 64 bits, perhaps in a string
        loads(text)
    return text


def _text_of(data: str | bytes) -> str:
    try:
        if isinstance(data, bytes):
            return data.decode()
        data.encode()
    except UnicodeError:
        pass
    else:
        return data
    raise ValueError("the text is not UTF-8")


def _check_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for match in re.finditer(_STRING_OR_BRACKET, text):
        token = match[0]
        if token in ("[", "{"):
            depth += 1
            if depth > MAX_DEPTH:
                raise ValueError(f"more than {MAX_DEPTH} levels deep")
        elif token in ("]", "}"):
            depth -= 1


def _check_surrogates(value: object) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        pass
    else:
        return
    raise ValueError("a string holds half of a surrogate pair")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key is given twice in one object")
    return value


def _integer(digits: str) -> int:
    if len(digits) <= 20 and _INT_MIN <= (value := int(digits)) <= _INT_MAX:
        return value
    raise ValueError("an integer is beyond 64 bits")


def _number(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError("a number is too large")
    return value


def _constant(_name: str) -> NoReturn:
    raise ValueError("NaN and infinity are not JSON")


_COMPACT = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_number, parse_constant=_constant
)
