"""What a credential's fields amount to: the values that were given, and the spec's defaults for the rest."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from nexcred.auth.database import Connect, DatabaseAuth
from nexcred.auth.flow import AuthFlow, Session
from nexcred.connectors.language.spec import Field, Method
from nexcred.connectors.language.templated_url import filled_url
from nexcred.connectors.parts import parts_of, public_parts
from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from nexcred.model.template import TemplateError, TextValues, names_in


def authenticate(
    method: Method, fields: Mapping[str, Value], now: datetime, session: Session | None = None
) -> AuthFlow:
    """Return the flow that ends in a Grant; it raises Refused, or TemplateError for values that cannot be sent."""
    return method.auth.flow(text_values(method, fields), now, session)


def login_of(method: Method, fields: Mapping[str, Value]) -> Connect | None:
    """Return the login of a database's credential, None for what speaks HTTP; raise TemplateError."""
    return method.auth.connect(text_values(method, fields)) if isinstance(method.auth, DatabaseAuth) else None


def text_values(method: Method, fields: Mapping[str, Value]) -> dict[str, str | bytes]:
    """Reveal every value as a template takes it, defaults and the parts of values included."""
    values: dict[str, str | bytes] = {}
    for name, value in with_defaults(method, fields).items():
        values[name] = value.reveal() if isinstance(value, Secret) else str(value)
    for name, part in parts_of(method, fields).items():
        values[name] = part.reveal() if isinstance(part, Secret) else str(part)
    return values


def with_defaults(method: Method, fields: Mapping[str, Value]) -> dict[str, Value]:
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
                values[field.name] = filled_url(str(field.default), texts)
    known = [field.name for field in method.fields if field.name in values]
    return {name: values[name] for name in (*known, *(set(values) - set(known)))}


def is_templated(field: Field) -> bool:
    """True for the default of a url field that names others, such as https://{tenant_id}.example.com, or is a part."""
    return field.kind == "url" and isinstance(field.default, str) and "{" in field.default


def is_stored_default(field: Field) -> bool:
    """True when the default is written into the credential; an advanced field follows its spec instead."""
    return field.default is not None and not field.advanced and not is_templated(field)
