"""How a spec declares a request, and how the request is built."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal
from urllib.parse import urlencode

import nexcred.model.lean_msgspec  # noqa: F401  before msgspec itself

# isort: split
from msgspec import Struct

from nexcred.auth.flow import Grant, Request
from nexcred.auth.query import as_written, with_query
from nexcred.model.days import day_of, is_day
from nexcred.model.template import (
    Placeholder,
    TemplateContext,
    TextValues,
    names_in,
    render,
    render_all,
    render_optional,
    sole_name,
)

_URL = re.compile(r"(?P<base>\{[a-z0-9_]+\})?(?P<scheme>https://)?(?P<host>(?(scheme)[^/?#]+))(?P<path>(?:/[^?#]*)?)")

_XML = "application/xml; charset=utf-8"


class RequestSpec(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One request of a spec. `url` begins with https:// or a url field; `path` takes a path field as it is.

    Where it is built with the time, its templates may name days too, such as `{today-7d}`.
    """

    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    url: str
    path: str = ""
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    form: dict[str, str] | None = None
    json: dict[str, object] | None = None
    xml: str = ""

    def places(self, at: str) -> Iterator[Placeholder]:
        for template, context in parts_or_whole(self.url):
            yield Placeholder(f"{at}.url", template, context)
        if self.path:
            yield Placeholder(f"{at}.path", self.path, TemplateContext.TAIL)
        yield from mapping_places(f"{at}.headers", self.headers, TemplateContext.HEADER)
        yield from mapping_places(f"{at}.query", self.query, TemplateContext.TEXT)
        yield from mapping_places(f"{at}.form", self.form or {}, TemplateContext.TEXT)
        for template in _texts_in(self.json):
            yield Placeholder(f"{at}.json", template, TemplateContext.TEXT)
        if self.xml:
            yield Placeholder(f"{at}.xml", self.xml, TemplateContext.XML)

    def build(
        self, values: TextValues, now: datetime | None = None, documents: Mapping[str, object] | None = None
    ) -> Request:
        """Fill every template; raise TemplateError for a value that cannot stand in its place.

        Of `documents`, which have texts in `values` too, a JSON body takes one as it is where nothing stands beside it.
        """
        if now:
            named = (name for place in self.places("") for name in names_in(place.template))
            values = {**values, **{name: day_of(name, now) for name in named if is_day(name)}}
        tail = render_optional(self.path, values, TemplateContext.TAIL) or ""
        (begin, context), (rest, _) = url_parts(self.url)
        if context is TemplateContext.BASE and not (rest or tail):
            context = TemplateContext.TEXT  # the whole address, which keeps the slash at its end
        url = render(begin, values, context) + render(rest, values, TemplateContext.PATH)
        path, _, path_query = tail.partition("?")
        headers = {"Accept": "application/json"} | render_all(self.headers, values, TemplateContext.HEADER)
        body = None
        if self.form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(render_all(self.form, values, TemplateContext.TEXT)).encode()
        elif self.json is not None:
            headers = _typed(headers, "application/json")
            body = json.dumps(_filled(self.json, values, documents or {})).encode()
        elif self.xml:
            headers = _typed(headers, _XML)
            body = (render_optional(self.xml, values, TemplateContext.XML) or "").encode()
        query = tuple(render_all(self.query, values, TemplateContext.TEXT).items())
        return Request(self.method, with_query(url + path, as_written(path_query)), headers, query, body)


def _typed(headers: dict[str, str], kind: str) -> dict[str, str]:
    """Add the type of the body, unless the headers tell another."""
    return headers if any(name.lower() == "content-type" for name in headers) else {**headers, "Content-Type": kind}


def url_parts(url: str) -> tuple[tuple[str, TemplateContext], ...]:
    """Cut a URL template into parts of one context each; raise ValueError for one of another form."""
    match = _URL.fullmatch(url)
    if not match or bool(match["base"]) == bool(match["scheme"]):
        raise ValueError("must begin with https:// or with a url field, and hold no '?' or '#'")
    if match["base"]:
        return ((match["base"], TemplateContext.BASE), (match["path"], TemplateContext.PATH))
    return ((f"https://{match['host']}", TemplateContext.HOST), (match["path"], TemplateContext.PATH))


def parts_or_whole(url: str) -> tuple[tuple[str, TemplateContext], ...]:
    """Cut it as `url_parts` does; one of another form stays whole, which nothing may fill."""
    try:
        return url_parts(url)
    except ValueError:
        return ((url, TemplateContext.URL),)


def mapping_places(
    at: str, templates: Mapping[str, str], context: TemplateContext, known: tuple[str, ...] = ()
) -> Iterator[Placeholder]:
    """List the templates of a table, its keys included."""
    for key, template in templates.items():
        key_context = TemplateContext.HEADER_NAME if context is TemplateContext.HEADER else TemplateContext.TEXT
        yield Placeholder(f"{at}.{key}", key, key_context, known)
        yield Placeholder(f"{at}.{key}", template, context, known)


def with_grant(request: Request, grant: Grant) -> Request:
    """Add what authenticates to a request; the grant's headers win, and what it signs is the whole."""
    granted = {name.lower() for name in grant.headers}
    headers = {name: value for name, value in request.headers.items() if name.lower() not in granted}
    whole = request._replace(
        headers=headers | dict(grant.headers),
        query=(*request.query, *grant.query),
        repeated=tuple((name, value) for name, value in request.repeated if name.lower() not in granted),
    )
    return grant.finish(whole) if grant.finish else whole


def _texts_in(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from _texts_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts_in(value)


def _filled(node: object, values: TextValues, documents: Mapping[str, object]) -> object:
    """Fill every text; as in other tables, an entry whose fields have no value is left out."""
    if isinstance(node, str):
        whole = documents.get(sole_name(node))
        return render_optional(node, values, TemplateContext.TEXT) if whole is None else whole
    if isinstance(node, dict):
        filled = {key: (value, _filled(value, values, documents)) for key, value in node.items()}
        kept = ((key, text) for key, (template, text) in filled.items() if text is not None or template is None)
        return {render(key, values, TemplateContext.TEXT): text for key, text in kept}
    if isinstance(node, list):
        return [_filled(value, values, documents) for value in node]
    return node
