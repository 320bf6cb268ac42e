"""Secrets that could be credentials of a system, by what their fields are called: no value is opened for that."""

from collections.abc import Iterable, Iterator, Sequence

from nexcred.connectors.language.spec import Connector, Method
from nexcred.errors import NexcredError
from nexcred.model.credential import Credential
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.model.variable_name import own_variable
from nexcred.services.credentials.retype import place_of
from nexcred.services.doctor.check import Check, Status
from nexcred.services.values.kept_details import quick_method

NAME = "secrets"
_MOST = 20


def check_candidates(credentials: Iterable[Credential], connectors: Sequence[Connector]) -> Iterator[Check]:
    """Name each, with the command that makes it one; nothing where there is none."""
    found = [(one, fits) for one in credentials if names_its_fields(one) and (fits := fitting(one, connectors))]
    for credential, names in found[:_MOST]:
        detail = f"'{make_visible(credential.name)}' has what {' or '.join(names)} takes, and could be proved"
        yield Check(
            NAME, Status.WARNING, detail, f"run: nexcred update {shell_word(credential.name)} --connector {names[0]}"
        )
    if len(found) > _MOST:
        yield Check(NAME, Status.WARNING, f"and {len(found) - _MOST} more could be proved")


def names_its_fields(credential: Credential) -> bool:
    """True for what no connector knows the fields of."""
    try:
        method = quick_method(credential.connector, credential.method)
    except NexcredError:  # its connector is gone, or wrong: that is told elsewhere
        return False
    return method is not None and method.free_fields


def fitting(credential: Credential, connectors: Sequence[Connector]) -> list[str]:
    """Return the connectors that all of its fields fit, and that something of it names."""
    return [one.name for one in connectors if any(_fits(credential, one, method) for method in one.methods)]


def _fits(credential: Credential, connector: Connector, method: Method) -> bool:
    names = (*credential.public, *credential.secret_fields)
    placed = [field for name in names if (field := place_of(name, method, {}))]
    taken = {field.name for field in placed}
    if method.free_fields or len(taken) != len(names) or not any(field.secret for field in placed):
        return False
    needed = {field.name for field in method.fields if field.required and field.default is None and field.when is None}
    # A field called api_key fits half the catalogue: something has to say whose it is.
    variables = {variable for field in placed for variable in (field.env, *field.env_also)}
    is_named = any(own_variable(name).upper() in variables for name in names) or any(
        connector.name in text.casefold() for text in (credential.name, *names)
    )
    return needed <= taken and is_named
