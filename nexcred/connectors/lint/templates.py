"""Find templates that name no field, and values that could turn a request to another host."""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache

from msgspec.structs import replace

from nexcred.connectors.hosts import host_templates
from nexcred.connectors.language.inherit import with_shared
from nexcred.connectors.language.pattern import fits, problem_in_pattern
from nexcred.connectors.language.spec import Connector, Field, Method
from nexcred.connectors.lint.found import known_after_login
from nexcred.connectors.lint.structure import Found
from nexcred.connectors.parts import parts_as_fields
from nexcred.model import strict_xml
from nexcred.model.days import is_day
from nexcred.model.template import Placeholder, TemplateContext, names_in, pieces_of

# What a host-safe pattern must refuse: each would end the host name or begin another one.
_HOSTILE = ("evil.com/", "evil.com", "a@b", "a:1", "a/b", "a?b", "a#b", "a\\b", "a b", "a%2eb", "a\n", "ä", "")
_HOST = re.compile(r"(?:\*\.)?(?:[a-z0-9]|[a-z0-9-]+\.)(?:[a-z0-9-]+\.)*[a-z0-9-]+(?::[0-9]{1,5})?", re.IGNORECASE)
_HOST_LABEL = re.compile(r"[A-Za-z0-9-]+")
_PLACEHOLDER = re.compile(r"\{[a-z0-9_]+\}")


def problems_in_places(connector: Connector, method: Method, at: str) -> Iterator[Found]:
    """Yield the problems of every template of the method, and of the hosts that it may reach."""
    whole = with_shared(connector, method)
    fields = {field.name: field for field in whole.fields} | parts_as_fields(whole.fields)
    shown = whole.client_certificate
    own = f"{at}." if method.client_certificate else ""
    for place in shown.places(f"{own}client_certificate") if shown else ():
        yield from problems_in_place(place, fields)
    later = known_after_login(method.auth, fields)
    for place in _places_beside_the_probe(method, at):
        yield from problems_in_place(place, later if ".look_up." in place.path else fields)
    yield from _problems_in_probe(connector, method, at, fields)
    if any(sum((bool(one.form), bool(one.json), bool(one.xml))) > 1 for one in method.requests()):
        yield at, "has a request with two bodies: 'form', 'json' and 'xml' exclude each other"
    declared = {host: f"hosts[{index}]" for index, host in enumerate(connector.hosts)}
    declared |= {host: f"{at}.hosts[{index}]" for index, host in enumerate(method.hosts)}
    for template in host_templates(whole):
        yield from problems_in_host(declared.get(template, at), template, fields)
    for name in whole.own_hosts:
        if name not in fields or fields[name].kind != "url":
            yield f"{at}.own_host" if method.own_host else "own_host", f"'{name}' is not a url field"


def _places_beside_the_probe(method: Method, at: str) -> Iterator[Placeholder]:
    yield from method.auth.places(f"{at}.auth")
    if method.sign_in:
        yield from method.sign_in.places(f"{at}.sign_in")
    for index, file in enumerate(method.files):
        yield from file.places(f"{at}.file[{index}]")


def _problems_in_probe(connector: Connector, method: Method, at: str, fields: dict[str, Field]) -> Iterator[Found]:
    """Look at the probe that the method has, its own or the connector's. What a step asks `when` it is there, is."""
    own = method.probe or method.unprobed
    fields = known_after_login(method.auth, fields)
    probe, path = (method.probe, f"{at}.probe") if own else (connector.probe, "probe")
    for place_at, part in probe.parts(path) if probe else ():
        sure = fields
        if part.when and part.when.field in fields:
            sure = fields | {part.when.field: replace(fields[part.when.field], required=True)}
        for place in part.request.places(f"{place_at}.request") if part.request else ():
            yield from problems_in_place(with_days(place), sure)


def with_days(place: Placeholder) -> Placeholder:
    """Return a template of a request that is built with the time: days are known there, but for where it goes."""
    if place.context not in (TemplateContext.PATH, TemplateContext.HEADER, TemplateContext.TEXT, TemplateContext.XML):
        return place
    with suppress(ValueError):  # which is told as such
        return place._replace(known=(*place.known, *filter(is_day, names_in(place.template))))
    return place


def problems_in_place(place: Placeholder, fields: dict[str, Field]) -> Iterator[Found]:
    """Yield what is wrong with one template: its names, and what they could bring to its place."""
    if place.context is TemplateContext.URL:
        yield place.path, "must begin with https:// or with a url field, and hold no '?' or '#'"
        return
    try:
        names = names_in(place.template)
    except ValueError as error:
        yield place.path, str(error)
        return
    if place.context is TemplateContext.XML and (problem := _problem_in_xml(place.template)):
        yield place.path, problem
    if place.context is TemplateContext.FILE and not _PLACEHOLDER.fullmatch(place.template):
        yield place.path, "must be one field, such as {client_certificate}"
    if place.context is TemplateContext.TAIL and not _PLACEHOLDER.fullmatch(place.template):
        yield place.path, "must be one field of kind path, such as {health_path}"
    for name in names:
        if name in place.known:
            continue
        if name not in fields:
            yield place.path, f"names '{name}', which is no field"
        else:
            yield from _problems_in_use(place, fields[name])


def _problem_in_xml(template: str) -> str:
    """Say why a template is no XML whose values are texts of it, or of its attributes; "" when it is."""
    try:
        strict_xml.loads("".join("&lt;&quot;" if name else text for name, text in pieces_of(template)).encode())
    except ValueError as error:
        return f"is not XML with values in its texts and attributes: {error}"
    return ""


def _problems_in_use(place: Placeholder, field: Field) -> Iterator[Found]:
    if place.context is TemplateContext.HOST:
        yield from _problems_in_host_field(place.path, field)
    if place.context is TemplateContext.BASE and field.kind != "url":
        yield place.path, f"'{field.name}' begins a URL and must be of kind url"
    if place.context is TemplateContext.TAIL and field.kind != "path":
        yield place.path, f"'{field.name}' must be of kind path"
    in_url = place.context in (TemplateContext.HOST, TemplateContext.BASE, TemplateContext.PATH)
    if in_url and not field.required and field.default is None:
        yield place.path, f"'{field.name}' may be missing; a URL needs it required or with a default"


def _problems_in_host_field(path: str, field: Field) -> Iterator[Found]:
    if field.secret:
        yield path, f"the secret '{field.name}' would stand in a host name"
    if problem := _problem_in_host_values(field.name, field.choices, field.pattern):
        yield path, problem


@lru_cache(maxsize=64)
def _problem_in_host_values(name: str, choices: tuple[str, ...], pattern: str) -> str:
    """Say why the values of a field cannot stand in a host name; "" when they can. Many places may ask it of one."""
    if choices:
        fit = all(_HOST_LABEL.fullmatch(choice) for choice in choices)
        return "" if fit else f"a choice of '{name}' cannot stand in a host name"
    if not pattern:
        return f"'{name}' reaches a host name and needs a pattern or choices"
    if not problem_in_pattern(pattern) and any(fits(pattern, text) for text in _HOSTILE):
        return f"the pattern of '{name}' lets through what could name another host"
    return ""


def problems_in_host(path: str, template: str, fields: dict[str, Field]) -> Iterator[Found]:
    """Yield why a template is no host name, or could become another."""
    if not _HOST.fullmatch(_PLACEHOLDER.sub("x", template)):
        yield path, f"'{template}' is not a host name"
        return
    for name in names_in(template):
        if name in fields:
            yield from _problems_in_host_field(path, fields[name])
