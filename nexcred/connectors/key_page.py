"""The provider's page on which a key is made, seen and revoked."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from nexcred.auth.request import url_parts
from nexcred.connectors.filled_hosts import filled_hosts, is_covered
from nexcred.connectors.filled_values import with_defaults
from nexcred.connectors.hosts import host_templates
from nexcred.connectors.language.inherit import with_shared
from nexcred.connectors.language.spec import Connector, Method
from nexcred.connectors.parts import public_parts
from nexcred.model.credential import Value
from nexcred.model.host_domain import domain_of
from nexcred.model.secret import Secret
from nexcred.model.template import TemplateContext, TemplateError, render


def page_template(connector: Connector, method: Method) -> str:
    """Return the page as the spec says it, "" where it names none."""
    return method.page or connector.page


def page_for(connector: Connector, method: Method, fields: Mapping[str, Value], template: str | None = None) -> str:
    """Return the page for these values; "" where none is known, or where they would lead beyond the provider.

    `template` is another page of theirs than the one where keys are made.

    Anybody who may write the record chose the values, so the host that comes of them is looked at again.
    """
    values = with_defaults(method, fields)
    texts = {name: str(value) for name, value in values.items() if not isinstance(value, Secret)}
    texts |= public_parts(method, fields)
    template = page_template(connector, method) if template is None else template
    try:
        parts = url_parts(template) if template else ()
        url = "".join(render(part, texts, context) for part, context in parts)
        host, given = _host_of(url), _given_hosts(method, fields)
    except (TemplateError, ValueError):
        return ""
    if parts and parts[0][1] is TemplateContext.BASE:
        return url if is_covered(host, filled_hosts(host_templates(method), method, fields)) else ""
    known = provider_domains(connector)
    is_elsewhere = any(domain_of(other) not in known for other in given)
    return "" if is_elsewhere or domain_of(host) not in known else url


def provider_domains(connector: Connector) -> set[str]:
    """Return the domains of its documentation, and of the hosts that it sends to."""
    hosts = [_host_of(connector.docs_url)]
    for method in connector.methods:
        hosts += host_templates(with_shared(connector, method))
    domains = {domain_of(host.partition(":")[0]) for host in hosts}
    return {domain for domain in domains if domain and "{" not in domain}


def _given_hosts(method: Method, fields: Mapping[str, Value]) -> list[str]:
    """Return the hosts of the addresses that the credential names itself, such as that of a GitHub of its own."""
    given = [str(fields[field.name]) for field in method.fields if field.kind == "url" and field.name in fields]
    return [urlsplit(url).hostname or "" for url in given]


def _host_of(url: str) -> str:
    """Return the host of an address that is plain enough to be opened; "" for any other."""
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.netloc != parts.hostname:
        return ""
    return parts.netloc
