"""Which hosts a credential may be sent to, by its spec."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from nexcred.connectors.effective import with_defaults
from nexcred.connectors.spec import Method
from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from nexcred.model.template import Context, TemplateError, render


def hosts_of(method: Method, fields: Mapping[str, Value]) -> tuple[str, ...]:
    """Return host names, exact or `*.example.com`; `host:port` where the user's own URL names a port.

    They come from the spec's URLs and `hosts`, never from a `base_url` that was given, unless the spec
    says by `own_host` that the user names the host himself.
    """
    return tuple(dict.fromkeys(host.lower() for host in _hosts(method, fields)))


def host_templates(method: Method) -> tuple[str, ...]:
    """Return the host names of the spec as declared, their placeholders unfilled."""
    urls = [request.url for request in method.requests()]
    urls += [field.default for field in method.fields if field.kind == "url" and isinstance(field.default, str)]
    found = (url.removeprefix("https://").partition("/")[0] for url in urls if url.startswith("https://"))
    return tuple(dict.fromkeys((*found, *method.hosts)))


def _hosts(method: Method, fields: Mapping[str, Value]) -> Iterator[str]:
    values = with_defaults(method, fields)
    texts = {name: str(value) for name, value in values.items() if not isinstance(value, Secret)}
    for template in host_templates(method):
        try:
            yield render(template, texts, Context.HOST)
        except TemplateError:  # a value that can be no host name names no host
            continue
    if method.own_host in texts:
        yield _own_host(texts[method.own_host])


def _own_host(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if ":" in host:
        host = f"[{host}]"
    return f"{host}:{port}" if port is not None else host
