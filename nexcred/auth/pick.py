"""Pick values out of an answer with JMESPath, whatever a hostile answer holds."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

MOST_CHARACTERS = 512
_NOTHING: tuple[object, ...] = (None, False, "", [], {})


@lru_cache(maxsize=256)
def _compiled(expression: str) -> Any:
    from nexcred.auth.bounded_jmespath import BoundedExpression  # jmespath, which many requests need not wait for

    return BoundedExpression(expression)


def problem_in_expression(expression: str) -> str:
    """Say why this is not JMESPath; "" when it is."""
    if len(expression) > MOST_CHARACTERS:
        return f"is longer than {MOST_CHARACTERS} characters"
    try:
        _compiled(expression)
    except (ValueError, RecursionError) as error:
        return f"is not a JMESPath expression: {str(error).splitlines()[0]}"
    return ""


def pick(expression: str, document: object) -> Any:
    """Return what the expression finds.

    None when it finds nothing, cannot be applied to this document, or would make too much of it.
    """
    if not expression or len(expression) > MOST_CHARACTERS:
        return None
    try:
        return _compiled(expression).search(document)
    except (RecursionError, TypeError, ValueError, AttributeError):
        return None


def pick_text(expression: str, document: object) -> str | None:
    """Return a text or a number found there, as text."""
    found = pick(expression, document)
    if isinstance(found, bool) or not isinstance(found, str | int):
        return None
    try:
        return str(found).strip() or None
    except ValueError:  # an integer of more digits than Python converts
        return None


def pick_texts(expressions: Mapping[str, str], document: object) -> dict[str, str]:
    """Return what each expression finds, without those that find no text."""
    found = ((name, pick_text(expression, document)) for name, expression in expressions.items())
    return {name: text for name, text in found if text is not None}


def is_true(expression: str, document: object) -> bool:
    """JMESPath's own truth: false are null, false, and what is empty; 0 is true."""
    found = pick(expression, document)
    return not any(found is nothing or (found == nothing and type(found) is type(nothing)) for nothing in _NOTHING)
