"""What a credential's fields amount to: the values that were given, and the spec's defaults for the rest.

The spec's types are unknown here, which take longer to import than most of what is done with the values.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from nexcred.connectors.language.templated_url import filled_url
from nexcred.connectors.parts import parts_of, public_parts
from nexcred.model.secret import Secret
from nexcred.model.template import TemplateError, names_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nexcred.connectors.language.checked import ValuedField, ValuedMethod
    from nexcred.model.credential import Value
    from nexcred.model.template import TextValues


def text_values(method: ValuedMethod, fields: Mapping[str, Value]) -> dict[str, str | bytes]:
    """Reveal every value as a template takes it, defaults and the parts of values included."""
    values: dict[str, str | bytes] = {}
    for name, value in with_defaults(method, fields).items():
        values[name] = value.reveal() if isinstance(value, Secret) else str(value)
    for name, part in parts_of(method, fields).items():
        values[name] = part.reveal() if isinstance(part, Secret) else str(part)
    return values


def with_defaults(method: ValuedMethod, fields: Mapping[str, Value]) -> dict[str, Value]:
    """Add the defaults that are not stored, in the spec's order: of advanced fields, and those made of other fields."""
    values = dict(fields)
    for field in method.fields:
        if field.name not in values and field.default is not None and not is_templated(field):
            values[field.name] = field.default
    texts: TextValues = {name: str(value) for name, value in values.items() if not isinstance(value, Secret)}
    texts = {**texts, **public_parts(method, fields)}
    for field in method.fields:
        if field.name not in values and is_templated(field) and set(names_in(str(field.default))) <= set(texts):
            with suppress(TemplateError):  # a bad value elsewhere leaves this one without a value
                default = dict(field.defaults).get(str(texts.get(field.default_by)), str(field.default))
                values[field.name] = filled_url(default, texts)
    known = [field.name for field in method.fields if field.name in values]
    return {name: values[name] for name in (*known, *(set(values) - set(known)))}


def is_templated(field: ValuedField) -> bool:
    """True for the default of a url field that others decide: it names them, is a part, or differs by a value."""
    return field.kind == "url" and isinstance(field.default, str) and ("{" in field.default or bool(field.defaults))
