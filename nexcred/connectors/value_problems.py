"""What is wrong with one value, by its field alone: when it is given, and when it is read out of a vault."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nexcred.connectors.language.kinds import FREE, problem_in_json_type, problem_in_kind

if TYPE_CHECKING:
    from nexcred.connectors.language.checked import CheckedField

# Of these kinds a secret may be bytes that are no text.
HOLDS_BYTES = ("file", FREE)
# What says itself how many characters there are, or is about an address whose end alone is kept.
_LENGTH_OR_URL = r"\b[0-9]+\b|://"


def problem_in_value(field: CheckedField, value: str | int | bytes, *, is_kept: bool = False) -> str:
    """Say why a field does not take this value; "" when it does. A key that `is_kept` is looked at from outside."""
    if value in ("", b"") and field.required:
        return "is empty"
    if isinstance(value, bytes):
        return ""
    if field.choices and value not in field.choices:
        return f"must be one of: {', '.join(field.choices)}"
    if not field.secret and field.pattern and (problem := _problem_in_match(field, str(value))):
        return problem
    if field.secret and field.kind in ("text", *HOLDS_BYTES):
        if field.kind == "text" and "\0" in str(value) and not is_kept:
            return "holds a NUL"
        return _problem_inside(field, str(value), is_kept=is_kept)
    return problem_in_kind(field, value, is_kept=is_kept) or _problem_inside(field, str(value), is_kept=is_kept)


def expected(field: CheckedField, value: str) -> str:
    """Say what a field with a pattern takes; of a secret that is cut short also how long one is, if nothing says so."""
    if not field.expects:
        return f"must match {field.pattern}"
    least = _fewest_if_cut(field.pattern, value) if field.secret and not re.search(_LENGTH_OR_URL, field.expects) else 0
    return f"must be {field.expects}{f', of at least {least} characters' if least else ''}"


def _fewest_if_cut(pattern: str, value: str) -> int:
    from nexcred.connectors.language.pattern import fewest, is_cut_short  # which few values on the way of `get` need

    return fewest(pattern) if pattern and value and is_cut_short(pattern, value) else 0


def _problem_inside(field: CheckedField, value: str, *, is_kept: bool) -> str:
    if field.json_type and (problem := problem_in_json_type(value, field.json_type)):
        return problem
    if field.parts:
        from nexcred.connectors.parts import problem_in_parts  # which few fields have

        problem = problem_in_parts(field, value, is_kept=is_kept)
        return expected(field, value) if problem and field.kind == "text" and field.expects else problem
    return ""


def _problem_in_match(field: CheckedField, value: str) -> str:
    from nexcred.connectors.language.pattern import fits  # which few values on the way of `get` need

    return "" if fits(field.pattern, value) else expected(field, value)
