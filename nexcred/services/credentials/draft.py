"""From what was given to a credential that could be added: every value checked, nothing sent or saved yet."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from nexcred.auth.flow import Session
from nexcred.connectors.free_fields import with_free_fields
from nexcred.connectors.key_owner import other_owner
from nexcred.connectors.language.spec import Connector, Method
from nexcred.connectors.load.loader import hosts_to_keep, load_connector
from nexcred.connectors.values import check_values, choose_method, warnings_of
from nexcred.model.credential import Details, Value
from nexcred.model.name import normalise_new_name
from nexcred.model.secret import repr_of
from nexcred.services.credentials.free_name import refuse_taken
from nexcred.services.credentials.labels import check_description, check_tags
from nexcred.services.values.hosts import check_hosts, parse_allow_hosts


@dataclass(frozen=True, slots=True)
class NewCredential:
    """A checked credential. `warnings` are sentences about values that are taken but look wrong.

    `session` is what was granted to it already, to be stored with it.
    """

    connector: Connector
    method: Method
    name: str
    description: str
    tags: tuple[str, ...]
    details: Details
    warnings: tuple[str, ...]
    session: Session | None = None

    def __repr__(self) -> str:
        return repr_of(self, "name")


def prepare_new(
    connector_name: str | Connector,
    values: Mapping[str, object],
    *,
    is_taken: Callable[[str], bool],
    method_name: str | None = None,
    name: str | None = None,
    description: str = "",
    tags: Iterable[str] = (),
    allow_hosts: Iterable[str] = (),
    public: Collection[str] = (),
    keep_defaults: bool = True,
) -> NewCredential:
    """Check everything that can be known without the provider; the name defaults to the connector's.

    A source that says nothing of a field says no default of it: then `keep_defaults` is false. `public` are those of
    the fields that the credential names which are no secrets.

    Raises UnknownConnector, MissingField and InvalidData with every problem of the values, NameTaken, HostRefused.
    """
    connector = load_connector(connector_name) if isinstance(connector_name, str) else connector_name
    method = choose_method(connector, values.keys(), method_name)
    method = with_free_fields(method, {name: name not in public for name in values})
    fields = check_values(connector, method, values, keep_defaults=keep_defaults)
    allowed = parse_allow_hosts(allow_hosts)
    chosen = normalise_new_name(connector.name if name is None else name)
    refuse_taken(chosen, is_taken)
    description, checked_tags = check_description(description), check_tags(tags)
    details = Details(connector.name, connector.digest, method.name, allowed, fields, hosts_to_keep(connector, method))
    check_hosts(method, details)
    return NewCredential(
        connector=connector,
        method=method,
        name=chosen,
        description=description,
        tags=checked_tags,
        details=details,
        warnings=value_warnings(connector, method, fields),
    )


def value_warnings(connector: Connector, method: Method, fields: Mapping[str, Value]) -> tuple[str, ...]:
    """Return what looks wrong about values that are taken all the same."""
    known = {field.name: field for field in method.fields}
    found = [text for name, value in fields.items() for text in warnings_of(known[name], value)]
    for name, value in fields.items():
        if owner := other_owner(method, known[name], value, is_own=bool(connector.file)):
            found.append(f"{known[name].label} looks like a key of {owner}")
    return tuple(found)
