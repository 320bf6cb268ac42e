"""What every format is given: credentials with their values, and what it gives back."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from nexcred.connectors.effective import is_stored_default
from nexcred.connectors.language.spec import Connector, Method
from nexcred.connectors.load.fast_reader import QuickField, QuickMethod
from nexcred.connectors.load.quick_by_spec import quick_of_spec
from nexcred.errors import InvalidData, Problem
from nexcred.model.credential import Credential, Value
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import Secret
from nexcred.services.provisioning.own_variables import with_own_variables
from nexcred.services.provisioning.variable_for import variable_for
from nexcred.services.provisioning.variables import variables_of


class Exported(NamedTuple):
    """A credential and its values. `placed` has the paths of its files, by the variables that name them to tools.

    `sets_own` says that fields which the credential names are variables of those names.
    """

    credential: Credential
    connector: Connector
    method: Method
    fields: Mapping[str, Value]
    placed: Mapping[str, str] = MappingProxyType({})
    sets_own: bool = False

    @property
    def name(self) -> str:
        return self.credential.name

    @property
    def quick_method(self) -> QuickMethod:
        method = quick_of_spec(self.method)
        return with_own_variables(method) if self.sets_own else method

    def __repr__(self) -> str:
        return f"Exported({self.name!r})"


class Variable(NamedTuple):
    """An environment variable of a credential; `is_secret` where its value may show nowhere."""

    name: str
    value: str
    is_secret: bool
    of: Exported

    def __repr__(self) -> str:
        return f"Variable({self.name!r})"


class Format(NamedTuple):
    """One way to write credentials. `about` says what reads it; `write` raises InvalidData for what it cannot hold.

    What `names_files` tells its reader where they are; what `only_sets` variables cannot unset any.
    """

    about: str
    write: Callable[[Sequence[Exported]], str]
    names_files: bool = False
    only_sets: bool = False


def variables(exported: Sequence[Exported]) -> list[Variable]:
    """Return all variables; raise InvalidData for one that two want, or that holds a NUL."""
    found: dict[str, Variable] = {}
    owners: dict[str, str] = {}
    for one in exported:
        for name, value in variables_of(one.credential, one.quick_method, one.fields, one.placed).items():
            if name in found:
                raise _wanted_twice(name, owners[name], one.name)
            text = text_of(value, one, name)
            if "\0" in text:
                raise unfit(one, name, "holds a NUL, which no variable can")
            found[name], owners[name] = Variable(name, text, isinstance(value, Secret), one), one.name
    return list(found.values())


def cleared(exported: Sequence[Exported]) -> list[str]:
    """Return the variables by which tools would log in otherwise, and none that is set here."""
    found = {variable.name for variable in variables(exported)}
    return sorted({name for one in exported for name in one.method.clears} - found)


def path_of(one: Exported, field: str) -> str:
    """Return where the file of a field's value was placed; "" when it was not."""
    known = one.method.find(field)
    return one.placed.get(variable_for(one.credential, QuickField(field), known.env if known else ""), "")


def texts(one: Exported) -> dict[str, str]:
    """Return every value that is kept as text; raise InvalidData for bytes that are none."""
    return {name: text_of(value, one, name) for name, value in _kept_values(one).items()}


def _kept_values(one: Exported) -> dict[str, Value]:
    """Add the defaults that are kept with new credentials, for one that is older than the field."""
    defaults = {field.name: field.default for field in one.method.fields if is_stored_default(field)}
    return {**{name: value for name, value in defaults.items() if value is not None}, **one.fields}


def needed(one: Exported, values: Mapping[str, str], field: str) -> str:
    """Return what `texts` has of a field that the format cannot be without; raise InvalidData where it is missing."""
    if field not in values:
        raise unfit(one, field, "is missing, which this format needs")
    return values[field]


def text_of(value: Value, one: Exported, field: str) -> str:
    """Return one value as text."""
    plain = value.reveal() if isinstance(value, Secret) else str(value)
    if isinstance(plain, bytes):
        raise unfit(one, field, "is binary, but text is needed here")
    return plain


def require(exported: Sequence[Exported], connector: str, what: str) -> None:
    """Raise InvalidData for a credential that this format says nothing of."""
    for one in exported:
        if one.connector.name != connector:
            raise InvalidData(f"{what} is for credentials of {connector}, and '{one.name}' is of {one.connector.name}")


def unfit(one: Exported, field: str, problem: str) -> InvalidData:
    """Make the failure for a value that a format cannot hold."""
    return InvalidData(f"{field} of '{one.name}' {problem}", problems=(Problem(field, problem),))


def _wanted_twice(variable: str, first: str, second: str) -> InvalidData:
    return InvalidData(
        f"'{first}' and '{second}' both set {variable}",
        hint="export them one at a time; or name the variables yourself: nexcred run --env VARIABLE=NAME/FIELD",
    )
