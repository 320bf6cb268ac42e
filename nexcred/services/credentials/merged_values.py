"""The values that an update asks for, merged with those that are there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from nexcred.auth.flow import Session
from nexcred.connectors.free_fields import secrecy_of, with_free_fields
from nexcred.connectors.language.spec import Connector, Method
from nexcred.connectors.load.loader import hosts_to_keep
from nexcred.connectors.values import check_values, choose_method
from nexcred.errors import InvalidData, Problem, UsageError
from nexcred.model.credential import Details
from nexcred.model.secret import repr_of
from nexcred.model.suggest import suggest
from nexcred.model.text import make_visible
from nexcred.services.credentials.draft import value_warnings
from nexcred.services.credentials.entered import NOTHING_ENTERED, Entered
from nexcred.services.grants.login import needs_login
from nexcred.services.values.decoded import Decoded
from nexcred.services.values.hosts import check_hosts, parse_allow_hosts, without_defaults
from nexcred.vault.changes import changed_fields


@dataclass(frozen=True, slots=True)
class UpdateInput:
    """What was asked for. None and empty keep what is there; `secrecy` is that of fields which the credential names."""

    values: Mapping[str, object]
    unset: tuple[str, ...] = ()
    method: str | None = None
    description: str | None = None
    tags: tuple[str, ...] = ()
    untag: tuple[str, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    secrecy: Mapping[str, bool] = field(default_factory=dict)
    entered: Entered = NOTHING_ENTERED
    name: str | None = None

    @property
    def touches_values(self) -> bool:
        return bool(self.values or self.unset or self.method is not None or self.allow_hosts)

    def __repr__(self) -> str:
        return repr_of(self, "unset", "method")


@dataclass(frozen=True, slots=True)
class NewValues:
    """Changed values, checked; `changed` names them. `session` is what was granted to them already.

    `knows_names` says that this person knows how the fields are called, where the credential names them.
    """

    connector: Connector
    method: Method
    details: Details
    changed: tuple[str, ...]
    warnings: tuple[str, ...]
    session: Session | None = None
    knows_names: bool = False

    @property
    def ends_login(self) -> bool:
        """True when somebody has to log in with them first, in a browser."""
        return self.session is None and needs_login(self.method.auth)

    def __repr__(self) -> str:
        return repr_of(self, "changed")


def merge_values(decoded: Decoded, wanted: UpdateInput) -> NewValues:
    """Return the values that there are then, checked; raise UsageError, MissingField, InvalidData, HostRefused."""
    connector, present = decoded.connector, decoded.details
    method = choose_method(connector, (), wanted.method or present.method)
    method = with_free_fields(method, _secrecy(present, wanted))
    given = _by_own_name(method, wanted.values)
    unset = _unset(connector, method, present, wanted.unset)
    both = unset & set(given)
    if both:
        raise UsageError(f"{', '.join(sorted(both))} cannot be set and unset at once")
    known = {field.name for field in method.fields}
    kept = {name: value for name, value in present.fields.items() if name in known and name not in unset}
    fields = check_values(connector, method, {**kept, **given})
    allowed = tuple(dict.fromkeys((*present.allowed_hosts, *parse_allow_hosts(wanted.allow_hosts))))
    digest, hosts = _hosts_to_keep(connector, method, present)
    details = Details(connector.name, digest, method.name, allowed, fields, hosts)
    check_hosts(method, details)
    if present.digest != connector.digest:
        check_hosts(method, without_defaults(details, {*kept, *given}))
    changed = tuple(dict.fromkeys((*changed_fields(present, details), *decoded.left_out)))
    return NewValues(connector, method, details, changed, value_warnings(connector, method, fields))


def _secrecy(present: Details, wanted: UpdateInput) -> dict[str, bool]:
    """Say of each field whether it is to be a secret: as it is now, where nothing is said; a new one is."""
    kept = {name: secret for name, secret in secrecy_of(present.fields).items() if name not in wanted.unset}
    return {**dict.fromkeys(wanted.values, True), **kept, **wanted.secrecy}


def _hosts_to_keep(connector: Connector, method: Method, present: Details) -> tuple[str, tuple[str, ...]]:
    """Return the connector's digest and hosts; those of before when it was changed since to go elsewhere too."""
    hosts = hosts_to_keep(connector, method)
    if present.hosts is None or present.digest == connector.digest or set(hosts) <= set(present.hosts):
        return connector.digest, hosts
    return present.digest, present.hosts


def _by_own_name(method: Method, values: Mapping[str, object]) -> dict[str, object]:
    """A value given by an alias replaces the one that is there; a name given twice is left for the check to refuse."""
    given: dict[str, object] = {}
    for name, value in values.items():
        field = method.find(name)
        own = field.name if field is not None else name
        is_second = own in given or (own != name and own in values)
        given[name if is_second else own] = value
    return given


def _unset(connector: Connector, method: Method, present: Details, names: Iterable[str]) -> set[str]:
    """Return the own names of the fields to unset; raise InvalidData for what is no field."""
    found = set()
    for name in names:
        field = method.find(name)
        if field is not None:
            found.add(field.name)
        elif name not in present.fields:
            meant = suggest(name, [field.name for field in method.fields])
            problem = f"is no field of {connector.name}" + (f"; did you mean '{meant}'?" if meant else "")
            shown = make_visible(name[:64])
            raise InvalidData(f"{shown} {problem}", problems=(Problem(shown, problem, "--unset …"),))
    return found
