"""A credential's fields by its whole spec: for connectors of the user's own, and defaults made of other values."""

from collections.abc import Mapping

from nexcred.connectors.effective import with_defaults
from nexcred.connectors.handed import HandedField
from nexcred.connectors.loader import load_connector
from nexcred.errors import InvalidData
from nexcred.model.credential import Details, Value


def known_fields(details: Details) -> tuple[tuple[HandedField, ...], Mapping[str, Value]]:
    """Return the fields and the values, defaults included; raise UnknownConnector, SpecError, InvalidData."""
    connector = load_connector(details.connector)
    method = connector.method(details.method)
    if method is None:
        raise InvalidData(f"{connector.name} has no method '{details.method}' any more")
    fields = tuple(HandedField(field.name, field.env, field.kind, None, field.env_absent) for field in method.fields)
    return fields, with_defaults(method, details.fields)
