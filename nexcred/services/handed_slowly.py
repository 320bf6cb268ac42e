"""A credential's values with the defaults that take its whole spec: those made of a part of another value."""

from collections.abc import Mapping

from nexcred.connectors.filled_values import with_defaults
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.values import choose_method
from nexcred.model.credential import Details, Value


def with_declared_defaults(details: Details) -> Mapping[str, Value]:
    """Return the values, and the defaults of fields that have a variable."""
    method = choose_method(load_connector(details.connector), (), details.method)
    declared = {field.name for field in method.fields if field.env}
    whole = with_defaults(method, details.fields)
    return {name: value for name, value in whole.items() if name in declared or name in details.fields}
