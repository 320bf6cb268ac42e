"""The parts of a value, as a service account key in JSON has them: templates name each as if it were a field."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nexcred.auth.pick import pick_text
from nexcred.connectors.language.json_text import json_text
from nexcred.connectors.language.kinds import problem_in_outside_of_key, problem_in_private_key, problem_in_url
from nexcred.model import strict_json
from nexcred.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from nexcred.connectors.language.checked import CheckedField, CheckedPart, ValuedField, ValuedMethod
    from nexcred.connectors.language.spec import Field
    from nexcred.model.credential import Value

_CHECKS: dict[str, Callable[[str], str]] = {
    "text": lambda _: "",
    "url": problem_in_url,
    "private_key": problem_in_private_key,
}
_KEPT_CHECKS = {**_CHECKS, "private_key": problem_in_outside_of_key}


def parts_of(method: ValuedMethod, fields: Mapping[str, Value]) -> dict[str, Value]:
    """Return every part that is there by its name, the public ones as text."""
    found: dict[str, Value] = {}
    for field, value in _holders(method, fields):
        for part, text in parts_in(field, value):
            if text is not None:
                found[part.name] = text if part.public else Secret(text)
    return found


def public_parts(method: ValuedMethod, fields: Mapping[str, Value]) -> dict[str, str]:
    """Return the parts that may be shown, and may stand in a URL."""
    return {name: value for name, value in parts_of(method, fields).items() if isinstance(value, str)}


def with_secret_parts(method: ValuedMethod, fields: Mapping[str, Value]) -> dict[str, Value]:
    """Return the fields with each JSON value that has parts replaced by those of them that are secret."""
    held = {field.name for field, _ in _holders(method, fields) if field.kind == "json"}
    secret = {name: part for name, part in parts_of(method, fields).items() if isinstance(part, Secret)}
    return {name: value for name, value in fields.items() if name not in held} | secret


def replace_secret_parts(field: Field, value: str, change: Callable[[CheckedPart, str], str]) -> str:
    """Return the JSON with each secret part changed, wherever it stands in it; the rest as it was."""
    changed = {
        text: change(part, text) for part, text in parts_in(field, value) if text is not None and not part.public
    }
    return json.dumps(_with_texts(strict_json.loads(json_text(value)), changed))


def problem_in_parts(field: CheckedField, value: str, *, is_kept: bool = False) -> str:
    """Say which parts a value lacks, or what is wrong with one of them; "" when all is well. Never holds a secret."""
    checks = _KEPT_CHECKS if is_kept else _CHECKS
    if not field.parts:
        return ""
    found = list(parts_in(field, value))
    lacking = [part.name for part, text in found if part.required and text is None]
    if lacking:
        return f"lacks {_listed(lacking)}"
    problems = ((part.name, checks[part.kind](text) or _misfit(part, text)) for part, text in found if text is not None)
    return next((f"holds a {name} that {problem}" for name, problem in problems if problem), "")


def parts_as_fields(fields: Iterable[Field]) -> dict[str, Field]:
    """Return all parts by name, as the checks of a spec's templates see fields."""
    from nexcred.connectors.language.spec import Field

    return {
        part.name: Field(
            name=part.name,
            label=part.name,
            kind="url" if part.kind == "url" else "text",
            secret=not part.public,
            required=part.required and field.required,
            pattern=part.pattern,
        )
        for field in fields
        for part in field.parts
    }


def parts_in(field: CheckedField, value: str) -> Iterator[tuple[CheckedPart, str | None]]:
    """Yield each part of a value with its text, None for one that is not there."""
    document = _document(value) if field.kind == "json" else None
    for part in field.parts:
        yield part, _after(part.after, value) if part.after else pick_text(part.pick, document)


def public_end(field: CheckedField, value: str) -> str:
    """Return the end of a text that its public parts are in; "" where it has none."""
    ends = (text for part, text in parts_in(field, value) if part.after and part.public and text)
    return max(ends, key=len, default="")


def _document(value: str) -> object:
    try:
        return strict_json.loads(json_text(value))
    except ValueError:
        return None


def _after(mark: str, value: str) -> str | None:
    """Return what stands after the last mark."""
    return value.rpartition(mark)[2] or None if mark in value else None


def _misfit(part: CheckedPart, text: str) -> str:
    from nexcred.connectors.language.pattern import fits  # an engine of its own, which few parts need

    return f"does not match {part.pattern}" if part.pattern and not fits(part.pattern, text) else ""


def _holders(method: ValuedMethod, fields: Mapping[str, Value]) -> Iterator[tuple[ValuedField, str]]:
    for field in method.fields:
        value = fields.get(field.name) if field.parts else None
        text = value.reveal() if isinstance(value, Secret) else value
        if isinstance(text, str):
            yield field, text


def _with_texts(node: object, changed: Mapping[str, str]) -> object:
    if isinstance(node, dict):
        return {key: _with_texts(value, changed) for key, value in node.items()}
    if isinstance(node, list):
        return [_with_texts(value, changed) for value in node]
    return changed.get(node.strip(), node) if isinstance(node, str) else node


def _listed(names: list[str]) -> str:
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
