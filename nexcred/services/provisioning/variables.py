"""Which environment variables a credential becomes: those that its system's tools expect, else names of its own."""

from collections.abc import Mapping

from nexcred.connectors.effective import is_stored_default
from nexcred.connectors.language.spec import Field, Method
from nexcred.errors import InvalidData, Problem
from nexcred.model.credential import Credential, Value
from nexcred.services.provisioning.variable_for import variable_for

# Of these kinds the declared variable holds the path of a file, which only `run` makes.
_IN_A_FILE = ("file", "json")


def takes_value(field: Field) -> bool:
    """True when a variable is declared that holds the value itself."""
    return bool(field.env) and field.kind not in _IN_A_FILE


def kept_values(method: Method, fields: Mapping[str, Value]) -> dict[str, Value]:
    """Add the defaults that are kept with new credentials, for one that is older than the field.

    Those of advanced fields are for nexcred's own requests: a tool that is told an endpoint takes it for another's.
    """
    defaults = {field.name: field.default for field in method.fields if is_stored_default(field)}
    return {**{name: value for name, value in defaults.items() if value is not None}, **fields}


def variables_of(credential: Credential, method: Method, fields: Mapping[str, Value]) -> dict[str, Value]:
    """Return the declared variables, and for every other value one named after the credential and its field.

    A declared variable has the value that is kept, else what the connector says for one that is absent. Raises
    InvalidData for two values that would have one variable.
    """
    values = kept_values(method, fields)
    declared: dict[str, Value] = {}
    for field in method.fields:
        if field.name in values and takes_value(field):
            declared[variable_for(credential, field.name, field.env)] = values[field.name]
        elif field.name not in values and field.env_absent:
            declared[variable_for(credential, field.name, field.env)] = field.env_absent
    named = {field.name for field in method.fields if takes_value(field)}
    found = dict(declared)
    for free, value in fields.items():
        if free in named:
            continue
        variable = variable_for(credential, free, "")
        if variable in found:
            problem = f"would be {variable}, which another field is"
            raise InvalidData(f"{free} of '{credential.name}' {problem}", problems=(Problem(free, problem),))
        found[variable] = value
    return found
