"""The bodies that go to Nexla: a type of its own for a credential, or `rest`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from nexcred.connectors.language.spec import Connector, Method
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.parts import with_secret_parts
from nexcred.errors import InvalidData, NexcredError, Problem
from nexcred.model.credential import Credential, Value
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.template import TemplateError
from nexcred.model.text import make_visible
from nexcred.nexla.as_rest import REST, is_login, to_rest, why_no_rest
from nexcred.nexla.lookup import type_of
from nexcred.nexla.translate import to_nexla
from nexcred.nexla.types import TYPES
from nexcred.services.exporting.export import gather
from nexcred.services.exporting.exported import Exported
from nexcred.services.nexla.account import NEXLA
from nexcred.vault.vault import Vault

_OWN_KEY = "it is a key to Nexla itself"


class Outgoing(NamedTuple):
    """What is sent of a credential. `secrets` are its values, of which no answer is to show the secret ones.

    `is_as_here` is true where the names are the connector's, for want of Nexla's.
    """

    credential: Credential
    credentials_type: str
    values: Mapping[str, object]
    secrets: Mapping[str, Value]
    is_as_here: bool

    @property
    def body(self) -> dict[str, object]:
        """What replaces a credential of Nexla's."""
        said: dict[str, object] = {"name": self.credential.name, "description": self.credential.description}
        return said | {"credentials": dict(self.values)}

    @property
    def new_body(self) -> dict[str, object]:
        """What makes a new one."""
        return self.body | {"credentials_type": self.credentials_type}

    def __repr__(self) -> str:
        return repr_of(self, "credential")


def outgoing(vault: Vault, credentials: Sequence[Credential], now: datetime) -> list[Outgoing]:
    """Return all of them; raise InvalidData that names each that Nexla has no place for, and what `gather` does."""
    made: list[Outgoing] = []
    problems: list[Problem] = []
    for exported in gather(vault, credentials):
        try:
            made.append(_outgoing(exported, now))
        except InvalidData as error:
            problems.append(Problem(exported.name, error.message))
    if problems:
        raise unfit_for_nexla(problems)
    return made


def type_at_nexla(credential: Credential) -> str:
    """Return the type that a credential has at Nexla, by its method alone; raise InvalidData with why it has none."""
    try:
        connector = load_connector(credential.connector)
    except NexcredError as error:
        raise InvalidData(error.message) from None
    method = connector.method(credential.method)
    if method is None:
        raise InvalidData(f"{connector.name} no longer has its method")
    return _type_of(connector, method)


def unfit_for_nexla(problems: Iterable[Problem]) -> InvalidData:
    """Return the failure of what cannot go, each with its reason."""
    told = tuple(problems)
    said = [make_visible(f"'{one.field}' cannot go to Nexla: {one.problem}") for one in told]
    message = said[0] if len(said) == 1 else f"{len(said)} cannot go to Nexla, and nothing was sent"
    return InvalidData(message, hint="leave out what cannot go", problems=told)


def _outgoing(exported: Exported, now: datetime) -> Outgoing:
    method = exported.method
    kind = _type_of(exported.connector, method)
    if unknown := [name for name in exported.fields if method.find(name) is None]:  # it could be a key of Nexla's own
        raise InvalidData(f"{unknown[0]} is no field of {exported.connector.name}")
    try:
        if kind == REST and method.nexla is None:
            values = to_rest(method, exported.fields, now)
        else:
            values = to_nexla(method, exported.fields)
    except TemplateError as error:
        raise InvalidData(f"{error.name} {error.problem}") from None
    is_as_here = kind != REST and method.nexla is None
    return Outgoing(exported.credential, kind, values, with_secret_parts(method, exported.fields), is_as_here)


def _type_of(connector: Connector, method: Method) -> str:
    if connector.name == NEXLA:
        raise InvalidData(_OWN_KEY)
    kind = type_of(connector)
    if method.nexla is not None or (kind in TYPES and kind != REST and not is_login(method)):
        return kind
    if why := why_no_rest(method):
        raise InvalidData(why)
    return REST
