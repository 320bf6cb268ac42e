"""A credential's fields by its whole spec: for connectors of the user's own, and defaults made of other values."""

from collections.abc import Mapping

import msgspec

from nexcred.connectors.effective import with_defaults
from nexcred.connectors.handed import Handed, handed_of
from nexcred.connectors.loader import load_connector
from nexcred.errors import InvalidData
from nexcred.model.credential import Details, Value


def known_fields(details: Details) -> tuple[Handed, Mapping[str, Value]]:
    """Return what is handed over and the values, defaults included; raise UnknownConnector, SpecError, InvalidData."""
    connector = load_connector(details.connector)
    method = connector.method(details.method)
    if method is None:
        raise InvalidData(f"{connector.name} has no method '{details.method}' any more")
    tables = msgspec.to_builtins(method)
    handed = handed_of(tables["field"], tables["file"])
    declared = {field.name for field in handed.fields if field.env}
    whole = with_defaults(method, details.fields)
    return handed, {name: value for name, value in whole.items() if name in declared or name in details.fields}
