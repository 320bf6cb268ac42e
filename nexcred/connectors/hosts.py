"""Which hosts a credential may be sent to, by its spec."""

from collections.abc import Iterable, Mapping

from nexcred.auth.server_login import USUAL_CA, USUAL_TLS, LoginAuth
from nexcred.auth.sigv4 import SigV4
from nexcred.connectors.filled_hosts import LOGIN, filled_hosts
from nexcred.connectors.language.spec import Method
from nexcred.model.credential import Value
from nexcred.model.sha256 import sha256
from nexcred.model.template import names_in

_ADDRESS = f"{LOGIN}at "


def hosts_of(method: Method, fields: Mapping[str, Value]) -> tuple[str, ...]:
    """Return host names, exact or `*.example.com`; `host:port` where the user's own URL names a port.

    They come from the spec's URLs and `hosts`, never from a `base_url` that was given, unless the spec
    says by `own_host` that the user names the host himself.
    """
    return filled_hosts(declared_hosts(method), method, fields)


def declared_hosts(method: Method) -> tuple[str, ...]:
    """Return what the spec declares, its placeholders unfilled; `{base_url}` is the host of that field's own URL.

    Where that is a store's, its buckets may stand before it: `*.{base_url}`. A login without HTTP is declared as a
    whole, with its TLS: `login {host}:{port} tls {sslmode}`; beside it the address that it goes to instead of the
    host's own, and the digest of what else the spec says of where it goes and whom it trusts.
    """
    own = tuple(f"{{{name}}}" for name in method.own_hosts)
    auth = method.auth
    buckets = tuple(f"*.{name}" for name in own if isinstance(auth, SigV4) and auth.buckets_at == name)
    if not isinstance(auth, LoginAuth):
        return (*host_templates(method), *own, *buckets)
    address = (f"{_ADDRESS}{auth.address}",) if auth.address else ()
    login = f"{LOGIN}{auth.host}:{auth.port} tls {auth.tls}"
    return (*host_templates(method), *own, login, *address, *_said_of_login(method, auth))


def _said_of_login(method: Method, auth: LoginAuth) -> tuple[str, ...]:
    """Return the digest of what no user says: an authority of the spec's own, and defaults that are not the usual."""
    said = [] if auth.ca == USUAL_CA else [auth.ca]
    names = {name for template in (auth.host, auth.tls, auth.ca, auth.address) for name in names_in(template)}
    fields = (field for field in method.fields if field.name in names)
    said += [f"{field.name}={field.default}" for field in fields if field.default not in (None, USUAL_TLS)]
    return (f"{LOGIN}with {sha256(chr(0).join(said).encode()).hex()}",) if said else ()


def declared_logins(declared: Iterable[str], *, with_address: bool) -> set[str]:
    """Return those that are logins without HTTP, and with it the addresses that they go to."""
    return {one for one in declared if one.startswith(LOGIN) and (with_address or not one.startswith(_ADDRESS))}


def host_templates(method: Method) -> tuple[str, ...]:
    """Return the host names of the spec as declared, their placeholders unfilled."""
    urls = [request.url for request in method.requests()]
    for field in method.fields:
        if field.kind == "url" and isinstance(field.default, str):
            urls += [field.default, *field.defaults.values()]
    found = (url.removeprefix("https://").partition("/")[0] for url in urls if url.startswith("https://"))
    return tuple(dict.fromkeys((*found, *method.hosts)))
