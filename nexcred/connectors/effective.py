"""What a method makes of a credential's values: a flow that authenticates, or a login."""

from collections.abc import Mapping
from datetime import datetime

from nexcred.auth.database_login import Connect
from nexcred.auth.flow import AuthFlow, Session
from nexcred.auth.server_login import LoginAuth
from nexcred.connectors.filled_values import is_templated, text_values
from nexcred.connectors.language.spec import Field, Method
from nexcred.model.credential import Value


def authenticate(
    method: Method, fields: Mapping[str, Value], now: datetime, session: Session | None = None
) -> AuthFlow:
    """Return the flow that ends in a Grant; it raises Refused, or TemplateError for values that cannot be sent."""
    return method.auth.flow(text_values(method, fields), now, session)


def login_of(method: Method, fields: Mapping[str, Value]) -> Connect | None:
    """Return the login that a method makes without HTTP, None for what speaks HTTP; raise TemplateError."""
    return method.auth.connect(text_values(method, fields)) if isinstance(method.auth, LoginAuth) else None


def is_stored_default(field: Field) -> bool:
    """True when the default is written into the credential.

    An advanced field follows its spec instead, and a setting is whatever its user has set elsewhere: what nobody said
    is not kept as if somebody had.
    """
    return field.default is not None and not (field.advanced or field.setting or is_templated(field))
