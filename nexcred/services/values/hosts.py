"""Whether a credential may go where its own values would send it, decided before anything is sent or saved."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

from nexcred.auth.database_login import Connect
from nexcred.connectors.effective import login_of
from nexcred.connectors.filled_values import text_values, with_defaults
from nexcred.connectors.hosts import declared_hosts, declared_logins, hosts_of
from nexcred.connectors.language.spec import Method
from nexcred.errors import HostRefused, InvalidData
from nexcred.http.policy import HostPolicy, parse_allow_host
from nexcred.model.credential import Details, Value
from nexcred.model.secret import Secret
from nexcred.model.template import TemplateError, sole_name
from nexcred.services.values.policy import policy_of


def policy_for(method: Method, details: Details) -> HostPolicy:
    """Return where this credential may be sent."""
    return policy_of(declared_hosts(method), method, details)


def sending_policy(method: Method, details: Details) -> HostPolicy:
    """Return the same with the certificate that is shown there; raise InvalidData for one that is none.

    Raises HostRefused for a login without HTTP that is made otherwise since the credential was saved.
    """
    policy = policy_for(method, details)
    check_login(method, details)
    if method.client_certificate is None:
        return policy
    try:
        shown = method.client_certificate.filled(text_values(method, details.fields))
    except TemplateError as error:
        raise InvalidData(f"{error.name} {error.problem}") from None
    return policy._replace(shown=shown)


def check_hosts(method: Method, details: Details) -> None:
    """Raise HostRefused, with the `--allow-host` that would mend it, for a URL that the credential may not go to."""
    policy = policy_for(method, details)
    for name, url in _urls(method, details.fields):
        try:
            policy.check(url)
        except HostRefused as refused:
            raise _with_origin(refused, method, details.fields, name) from None
    for host in policy.later:
        if not host.startswith("*."):
            policy.check(f"https://{host}/")
    check_login(method, details)


def without_defaults(details: Details, said: Collection[str]) -> Details:
    """Return the details with what somebody said alone: a default of a changed connector is no host that he named."""
    return details._replace(fields={name: value for name, value in details.fields.items() if name in said})


def check_login(method: Method, details: Details) -> None:
    """Raise HostRefused for a login without HTTP that is made otherwise since the credential was saved."""
    if details.hosts is None:
        return
    with suppress(TemplateError):  # what has no value to log in with is told when it is used
        login = login_of(method, details.fields)
        if login is None or _is_declared(login, declared_hosts(method), details.hosts):
            return
        place = login.address or login.host
        authority = f"{place}:{login.port}"
        if not {place, authority} & set(details.allowed_hosts):
            raise HostRefused(
                f"this credential may not log in to '{authority}': its connector was changed in how it logs in",
                hint=f"if you trust that, add: --allow-host {authority}",
                authority=authority,
            )


def _is_declared(login: Connect, now: Sequence[str], then: Sequence[str]) -> bool:
    """True when it is made as it was; an address counts where there is one."""
    goes_elsewhere = bool(login.address)
    return declared_logins(now, with_address=goes_elsewhere) <= declared_logins(then, with_address=goes_elsewhere)


def places_of(method: Method, details: Details) -> frozenset[tuple[str, ...]]:
    """Return every place that these values may be sent to, or are: hosts, addresses, and a login with its TLS.

    Where only programs know what is sent where, each public value may be the place.
    """
    policy = policy_for(method, details)
    found: set[tuple[str, ...]] = {("host", host) for host in (*policy.hosts, *policy.allowed)}
    found |= {("url", *urlsplit(url)[:2]) for _, url in _urls(method, details.fields)}
    with suppress(TemplateError):
        login = login_of(method, details.fields)
        if login is not None:
            found.add(("login", login.host, str(login.port), login.address, login.tls, login.ca))
    return frozenset(found or {("value", name, str(value)) for name, value in details.public.items()})


def parse_allow_hosts(hosts: Iterable[str]) -> tuple[str, ...]:
    """Normalise the hosts given by `--allow-host`, each once; raise InvalidData."""
    return tuple(dict.fromkeys(parse_allow_host(host) for host in hosts))


def rate_limit_key(method: Method, fields: Mapping[str, Value]) -> str:
    """Return the host to which most requests of this credential go, for limits that are per host."""
    with suppress(TemplateError):  # of a login that cannot be tried, and so needs no limit
        login = login_of(method, fields)
        if login is not None:
            return f"{login.host.lower()}:{login.port}"
    for _, url in _urls(method, fields):
        return urlsplit(url).netloc.lower()
    return next(iter(hosts_of(method, fields)), "")


def _with_origin(refused: HostRefused, method: Method, fields: Mapping[str, Value], name: str) -> HostRefused:
    """Say where a URL came from that nobody typed: it stands in another value, as token_uri in a key file."""
    field = method.find(name)
    part = sole_name(str(field.default)) if field else ""
    if name in fields or not part:
        return refused
    return HostRefused(f"{part} leads elsewhere: {refused.message}", refused.hint, authority=refused.authority)


def _urls(method: Method, fields: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    values = with_defaults(method, fields)
    kinds = {field.name for field in method.fields if field.kind == "url"}
    for name, value in values.items():
        if name in kinds:
            yield name, str(value.reveal() if isinstance(value, Secret) else value)
