"""Make a credential one of another connector: the same record, history and holders, its values where they belong."""

from collections.abc import Mapping
from dataclasses import replace

from nexcred.connectors.free_fields import secrecy_of, with_free_fields
from nexcred.connectors.language.spec import Connector, Field, Method
from nexcred.connectors.load.loader import hosts_to_keep, load_connector
from nexcred.connectors.values import check_values, choose_method
from nexcred.errors import InvalidData, MissingField, Problem, UsageError
from nexcred.model.credential import Credential, Details, Value
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.text import make_visible
from nexcred.model.variable_name import own_variable
from nexcred.services.credentials.draft import value_warnings
from nexcred.services.credentials.merged_values import NewValues, UpdateInput
from nexcred.services.credentials.update import Prepared, prepare_update
from nexcred.services.values.decoded import open_details
from nexcred.services.values.hosts import check_hosts, parse_allow_hosts
from nexcred.vault.changes import changed_fields
from nexcred.vault.vault import Vault


class Retyped(NamedTuple):
    """The connector that it is to be of; `fields` has those of its names by the present ones, where they differ."""

    connector: str
    fields: Mapping[str, str]

    def __repr__(self) -> str:
        return repr_of(self, "connector")


def method_for(present: Mapping[str, Value], wanted: UpdateInput, retyped: Retyped) -> tuple[Connector, Method]:
    """Return the connector, and the method that is named or takes most of the values.

    Raises UnknownConnector, InvalidData.
    """
    connector = load_connector(retyped.connector)
    if wanted.method is not None:
        return connector, choose_method(connector, (), wanted.method)

    def taken(method: Method) -> int:
        placed = (place_of(name, method, retyped.fields) for name in present if name not in wanted.unset)
        return len({field.name for field in placed if field} | {*filter(method.find, wanted.values)})

    return connector, max(connector.methods, key=taken)


def prepare_retype(vault: Vault, credential: Credential, wanted: UpdateInput, retyped: Retyped) -> Prepared:
    """Check the change; no value is lost but those that are unset.

    Raises MissingField and InvalidData with every problem, UsageError where it is of this connector already,
    HostRefused, NotPermitted, and what open_details does.
    """
    labels = prepare_update(vault, credential, replace(wanted, values={}, unset=(), method=None, allow_hosts=()))
    vault.require_writer(credential)
    present = open_details(vault, credential).details
    connector, method = method_for(present.fields, wanted, retyped)
    if connector.name == present.connector:
        raise UsageError(f"'{credential.name}' is of {connector.name} already", hint="change its method with --method")
    method = with_free_fields(
        method, {**dict.fromkeys(wanted.values, True), **secrecy_of(present.fields), **wanted.secrecy}
    )
    placed, problems = _placed(present, method, wanted, retyped.fields)
    try:
        fields = check_values(connector, method, {**placed, **wanted.values})
    except (MissingField, InvalidData) as error:
        raise _all_of(problems, error) from None
    if problems:
        raise _all_of(problems, None)
    details = Details(
        connector.name,
        connector.digest,
        method.name,
        parse_allow_hosts(wanted.allow_hosts),  # those of before were allowed to another system's values
        fields,
        hosts_to_keep(connector, method),
    )
    check_hosts(method, details)
    changed = changed_fields(present, details)
    return replace(
        labels, values=NewValues(connector, method, details, changed, value_warnings(connector, method, fields))
    )


def _placed(
    present: Details, method: Method, wanted: UpdateInput, mapped: Mapping[str, str]
) -> tuple[dict[str, Value], list[Problem]]:
    """Return the present values under the names that they get, and what has no place."""
    problems = [
        Problem(make_visible(old), "is no field of it", "--map …") for old in mapped if old not in present.fields
    ]
    placed: dict[str, Value] = {}
    for name, value in present.fields.items():
        if name in wanted.unset:
            continue
        field = place_of(name, method, mapped)
        if field is None:
            flag = f"--map {name}=FIELD or --unset {name}"
            problems.append(Problem(name, "has no place in the other connector", flag))
        elif field.name in placed:
            problems.append(Problem(name, f"would be {field.name}, as another is", f"--unset {name}"))
        elif field.name not in wanted.values:
            placed[field.name] = value
    return placed, problems


def place_of(name: str, method: Method, mapped: Mapping[str, str]) -> Field | None:
    """Return the field of that name, alias or variable, in whatever letters; the one that it is mapped to, if it is."""
    if name in mapped:
        return method.find(mapped[name])
    variable = own_variable(name).upper()
    found = method.find(name) or method.find(variable.lower())
    return found or next((field for field in method.fields if variable in (field.env, *field.env_also)), None)


def _all_of(problems: list[Problem], error: MissingField | InvalidData | None) -> MissingField | InvalidData:
    """Make one failure of all; of values that are only missing, the one that asks for them."""
    if error is not None and not problems:
        return error
    found = (*problems, *(error.problems if error is not None else ()))
    hint = f"pass {found[0].flag}" if found[0].flag else ""
    told = f"{found[0].field} {found[0].problem}" if len(found) == 1 else f"{len(found)} values are missing or bad"
    return InvalidData(told, hint, found)
