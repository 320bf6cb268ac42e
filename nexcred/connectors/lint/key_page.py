"""Find a page for keys that is not the provider's own, or that a value could move to another host."""

from collections.abc import Iterator

from nexcred.auth.request import parts_or_whole
from nexcred.connectors.key_page import page_template, provider_domains
from nexcred.connectors.language.inherit import with_shared
from nexcred.connectors.language.spec import Connector, Method
from nexcred.connectors.lint.structure import Found
from nexcred.connectors.lint.templates import problems_in_host, problems_in_place
from nexcred.connectors.parts import parts_as_fields
from nexcred.model.host_domain import domain_of
from nexcred.model.template import Placeholder, TemplateContext, names_in


def problems_in_key_page(connector: Connector, method: Method, at: str) -> Iterator[Found]:
    """Yield what is wrong with the page of a method, its own or the connector's."""
    page = page_template(connector, method)
    if page:
        yield from problems_in_page(connector, method, page, f"{at}.page" if method.page else "page")


def problems_in_page(connector: Connector, method: Method, page: str, path: str) -> Iterator[Found]:
    """Yield what is wrong with a page about the keys of a method."""
    whole = with_shared(connector, method)
    fields = {field.name: field for field in whole.fields} | parts_as_fields(whole.fields)
    for template, context in parts_or_whole(page):
        found = list(problems_in_place(Placeholder(path, template, context), fields))
        yield from found
        if found:
            continue
        if any(fields[name].secret for name in names_in(template)):
            yield path, "shows a secret, which would stay in the browser's history"
        if context is TemplateContext.HOST:
            host = template.removeprefix("https://")
            yield from problems_in_host(path, host, fields)
            if domain_of(host) not in provider_domains(connector):
                yield path, "must be at a host of the provider: of its 'docs_url', its requests or 'hosts'"
        if context is TemplateContext.BASE and not whole.hosts:
            yield path, "begins with a url field, and 'hosts' does not say where that may lead"
