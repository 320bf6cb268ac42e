"""Whether a credential may go where its own values would send it, decided before anything is sent or saved."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from nexcred.connectors.effective import with_defaults
from nexcred.connectors.hosts import hosts_of
from nexcred.connectors.spec import Method
from nexcred.http.policy import HostPolicy, parse_allow_host
from nexcred.model.credential import Value
from nexcred.model.secret import Secret


def policy_for(method: Method, fields: Mapping[str, Value], allowed_hosts: tuple[str, ...]) -> HostPolicy:
    """Return where this credential may be sent: the connector's hosts, and those that the user allowed it."""
    return HostPolicy(hosts_of(method, fields), allowed_hosts)


def check_hosts(method: Method, fields: Mapping[str, Value], allowed_hosts: tuple[str, ...]) -> None:
    """Raise HostRefused, with the `--allow-host` that would mend it, for a URL that the credential may not go to."""
    policy = policy_for(method, fields, allowed_hosts)
    for url in _urls(method, fields):
        policy.check(url)


def parse_allow_hosts(hosts: Iterable[str]) -> tuple[str, ...]:
    """Normalise the hosts given by `--allow-host`, each once; raise InvalidData."""
    return tuple(dict.fromkeys(parse_allow_host(host) for host in hosts))


def place_of(method: Method, fields: Mapping[str, Value]) -> str:
    """Return the host to which most requests of this credential go, for limits that are per host."""
    for url in _urls(method, fields):
        return urlsplit(url).netloc.lower()
    return next(iter(hosts_of(method, fields)), "")


def _urls(method: Method, fields: Mapping[str, Value]) -> list[str]:
    values = with_defaults(method, fields)
    kinds = {field.name for field in method.fields if field.kind == "url"}
    return [
        str(value.reveal() if isinstance(value, Secret) else value) for name, value in values.items() if name in kinds
    ]
