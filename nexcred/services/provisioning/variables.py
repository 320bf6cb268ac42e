"""Which environment variables a credential becomes, and their values: the same for `run`, `export` and Python."""

from collections.abc import Iterator, Mapping

from nexcred.connectors.filled_values import with_defaults
from nexcred.connectors.language.stand_ins import CERTIFICATES
from nexcred.connectors.load.fast_reader import QuickField, QuickMethod
from nexcred.errors import InvalidData, Problem
from nexcred.local.trusted_authorities import trusted_authorities
from nexcred.model.credential import Credential, Value
from nexcred.model.secret import Secret
from nexcred.services.provisioning.variable_for import variable_for


def values_to_set(method: QuickMethod, fields: Mapping[str, Value]) -> Iterator[tuple[QuickField, Value]]:
    """Pair each field with its value, else with the default that its tools are to know, or the word for having none.

    What stands for a value is there only where one would have been asked for. A value of no declared field is one of a
    field without a variable of its own.
    """
    whole = with_defaults(method, fields)
    for field in method.fields:
        value, is_due = fields.get(field.name), field.when is None or field.when.holds(whole)
        if value is None and is_due and field.env and field.env_default and not field.setting:
            value = whole.get(field.name)
        if value is not None:
            yield _in_a_file(field) if field.free and _is_binary(value) else field, value
        elif field.absent and is_due:
            yield field._replace(kind="text"), _stand_in(field)
    declared = {field.name for field in method.fields}
    for name, free in fields.items():
        if name not in declared:
            yield QuickField(name), free


def _in_a_file(field: QuickField) -> QuickField:
    return field._replace(kind="file")


def _is_binary(value: Value) -> bool:
    """True for what no variable can hold, or no program expects there: its path does."""
    return isinstance(value, Secret) and (isinstance(value.reveal(), bytes) or b"\0" in value.reveal_bytes())


def _stand_in(field: QuickField) -> str:
    return trusted_authorities() if field.absent == CERTIFICATES else field.absent


def variables_of(
    credential: Credential, method: QuickMethod, fields: Mapping[str, Value], placed: Mapping[str, str]
) -> dict[str, Value]:
    """Return the declared variables, then for every other value one named after the credential and its field.

    `placed` has the paths of its files by the variables that tools look for them in. Where there is none, the value has
    a name of its own. Raises InvalidData for two values that would have one variable.
    """
    found: dict[str, Value] = {**placed}
    values = list(values_to_set(method, fields))
    declared = [
        (env, field, value)
        for field, value in values
        if field.env and not field.wants_file
        for env in (field.env, *field.env_also)
    ]
    others = [
        ("", field, value)
        for field, value in values
        if (field.wants_file and variable_for(credential, field, field.env) not in placed)
        or not (field.env or field.wants_file)
    ]
    for env, field, value in (*declared, *others):
        variable = variable_for(credential, field, env)
        if variable in found:
            problem = f"would be {variable}, which another field is"
            raise InvalidData(
                f"{field.name} of '{credential.name}' {problem}", problems=(Problem(field.name, problem),)
            )
        found[variable] = value
    return found
