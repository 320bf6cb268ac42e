"""Which environment variables a credential becomes: those that its system's tools expect, else names of its own."""

from collections.abc import Mapping

from nexcred.connectors.effective import with_defaults
from nexcred.connectors.spec import Method
from nexcred.model.credential import Value
from nexcred.model.variable_name import derived_name


def declared_variables(method: Method, fields: Mapping[str, Value]) -> dict[str, Value]:
    """Return the variables that the connector declares, each with its value or its default."""
    values = with_defaults(method, fields)
    return {field.env: values[field.name] for field in method.fields if field.env and field.name in values}


def variables_of(name: str, method: Method, fields: Mapping[str, Value]) -> dict[str, Value]:
    """Return the declared variables, and for every other value one named after the credential and its field."""
    declared = {field.name for field in method.fields if field.env}
    derived = {derived_name(name, field): value for field, value in fields.items() if field not in declared}
    return {**declared_variables(method, fields), **derived}
