"""When a credential ends, as far as it says so itself."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from nexcred.auth.certificate_end import certificate_end
from nexcred.auth.jwt import jwt_expiry
from nexcred.connectors.language.kinds import FREE
from nexcred.connectors.language.spec import Method
from nexcred.model.credential import Value
from nexcred.model.secret import Secret


def own_expiry(method: Method, fields: Mapping[str, Value]) -> datetime | None:
    """Return the earliest `exp` among the fields that the spec calls JWTs.

    What a credential names itself may be a JWT, or a certificate in PEM, which ends too.
    """
    return min(_ends(method, fields), default=None)


def _ends(method: Method, fields: Mapping[str, Value]) -> Iterator[datetime]:
    for field in method.fields:
        value = fields.get(field.name)
        text = value.reveal() if isinstance(value, Secret) else value
        if not isinstance(text, str):
            continue
        if (field.jwt or field.kind == FREE) and (end := jwt_expiry(text)) is not None:
            yield end
        if field.kind == FREE and (end := certificate_end(text)) is not None:
            yield end
