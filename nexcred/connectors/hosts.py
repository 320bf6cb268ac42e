"""Which hosts a credential may be sent to, by its spec, and by what its spec said when the credential was saved."""

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from nexcred.auth.database import DatabaseAuth
from nexcred.connectors.effective import with_defaults
from nexcred.connectors.language.spec import Method
from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from nexcred.model.template import Context, TemplateError, render

_WILDCARD = "*."
_LOGIN = "login "  # no host name holds a space


def hosts_of(method: Method, fields: Mapping[str, Value]) -> tuple[str, ...]:
    """Return host names, exact or `*.example.com`; `host:port` where the user's own URL names a port.

    They come from the spec's URLs and `hosts`, never from a `base_url` that was given, unless the spec
    says by `own_host` that the user names the host himself.
    """
    return filled_hosts(declared_hosts(method), method, fields)


def declared_hosts(method: Method) -> tuple[str, ...]:
    """Return what the spec declares, its placeholders unfilled; `{base_url}` is the host of that field's own URL.

    A database's login is declared as a whole, with its TLS: `login {host}:{port} tls {sslmode}`.
    """
    own = tuple(f"{{{name}}}" for name in method.own_hosts)
    auth = method.auth
    login = (f"{_LOGIN}{auth.host}:{auth.port} tls {auth.tls}",) if isinstance(auth, DatabaseAuth) else ()
    return (*host_templates(method), *own, *login)


def declared_logins(declared: Iterable[str]) -> set[str]:
    """Return those that are logins to a database."""
    return {one for one in declared if one.startswith(_LOGIN)}


def host_templates(method: Method) -> tuple[str, ...]:
    """Return the host names of the spec as declared, their placeholders unfilled."""
    urls = [request.url for request in method.requests()]
    urls += [field.default for field in method.fields if field.kind == "url" and isinstance(field.default, str)]
    found = (url.removeprefix("https://").partition("/")[0] for url in urls if url.startswith("https://"))
    return tuple(dict.fromkeys((*found, *method.hosts)))


def filled_hosts(declared: Iterable[str], method: Method, fields: Mapping[str, Value]) -> tuple[str, ...]:
    """Fill what was declared with the values; what the values do not fill names no host."""
    values = with_defaults(method, fields)
    texts = {name: str(value) for name, value in values.items() if not isinstance(value, Secret)}
    # Given, not by default: a default that came later would be a host of its own.
    urls = {f"{{{field.name}}}": str(fields.get(field.name, "")) for field in method.fields if field.kind == "url"}
    return tuple(dict.fromkeys(host.lower() for host in _filled(declared, texts, urls) if host))


def is_covered(host: str, by: Iterable[str]) -> bool:
    """True when a host, or every host that a `*.suffix` stands for, is among others."""
    return any(host == other or (other.startswith(_WILDCARD) and host.endswith(other[1:])) for other in by)


def _filled(declared: Iterable[str], texts: Mapping[str, str], urls: Mapping[str, str]) -> Iterator[str]:
    for template in declared:
        if template.startswith(_LOGIN):
            continue
        try:
            yield _own_host(urls[template]) if template in urls else render(template, texts, Context.HOST)
        except (TemplateError, ValueError):  # a value that can be no host name names no host
            continue


def _own_host(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if ":" in host:
        host = f"[{host}]"
    return f"{host}:{port}" if port is not None else host
