"""When a credential ends, as far as it says so itself."""

from collections.abc import Mapping
from datetime import datetime

from nexcred.auth.jwt import jwt_expiry
from nexcred.connectors.language.spec import Method
from nexcred.model.credential import Value
from nexcred.model.secret import Secret


def own_expiry(method: Method, fields: Mapping[str, Value]) -> datetime | None:
    """Return the earliest `exp` among the fields that the spec calls JWTs."""
    found: list[datetime] = []
    for field in method.fields:
        value = fields.get(field.name)
        token = value.reveal() if field.jwt and isinstance(value, Secret) else None
        expiry = jwt_expiry(token) if isinstance(token, str) else None
        if expiry is not None:
            found.append(expiry)
    return min(found, default=None)
