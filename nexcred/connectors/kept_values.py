"""Values as a vault keeps them, against the fields of their method: whoever may write a record may write anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nexcred.connectors.value_problems import HOLDS_BYTES, problem_in_value
from nexcred.errors import Problem
from nexcred.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nexcred.connectors.language.checked import CheckedField
    from nexcred.model.credential import Value


def problems_in_kept(fields: Iterable[CheckedField], values: Mapping[str, Value]) -> Iterator[Problem]:
    """Yield what no honest program would have kept: unknown names, wrong kinds, choices and patterns.

    What is missing is no problem here: whoever needs it says so.
    """
    known = {field.name: field for field in fields}
    for name, value in values.items():
        field = known.get(name)
        problem = "is no field of its connector" if field is None else _problem_in(field, value)
        if problem:
            yield Problem(name, problem)


def readable(fields: Sequence[CheckedField], values: Mapping[str, Value]) -> dict[str, Value]:
    """Return the values that can be read as these fields, which say otherwise than those they were written by.

    A field may have got another name, become secret, or a number that was a text; what does not fit is left out.
    """
    by_alias = {alias: field for field in fields for alias in field.aliases}
    by_name = by_alias | {field.name: field for field in fields}
    found: dict[str, Value] = {}
    for name, value in values.items():
        field = by_name.get(name)
        fitted = None if field is None or (field.name != name and field.name in values) else _fitted(field, value)
        if field is not None and fitted is not None:
            found[field.name] = fitted
    return found


def _problem_in(field: CheckedField, value: Value) -> str:
    if isinstance(value, Secret) != field.secret:
        return "is kept in the open, and is a secret" if field.secret else "is kept as a secret, and is none"
    plain = value.reveal() if isinstance(value, Secret) else value
    if isinstance(plain, bytes):
        return "" if field.kind in HOLDS_BYTES else "is binary, but text is needed here"
    if isinstance(plain, int) != (field.kind == "int"):
        return "must be a whole number" if field.kind == "int" else "must be a text"
    return problem_in_value(field, plain, is_kept=True)


def _fitted(field: CheckedField, value: Value) -> Value | None:
    """Return the value as this field keeps it; None when it does not take it."""
    plain = value.reveal() if isinstance(value, Secret) else value
    if isinstance(plain, bytes):
        return value if field.secret and field.kind in HOLDS_BYTES else None
    if field.kind != "int":
        plain = str(plain)
    if problem_in_value(field, plain, is_kept=True):
        return None
    if field.secret:
        return Secret(str(plain))
    return int(plain) if field.kind == "int" else plain
