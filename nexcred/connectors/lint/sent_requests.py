"""Find requests about keys, and notices, that would go where the credential may not, or show a secret in a URL."""

from collections.abc import Iterable, Iterator, Sequence

from nexcred.auth.request import RequestSpec
from nexcred.connectors.hosts import host_templates
from nexcred.connectors.language.spec import Field, Method
from nexcred.connectors.lint.found import known_after_login
from nexcred.connectors.lint.structure import Found
from nexcred.connectors.lint.templates import problems_in_place, with_days
from nexcred.connectors.parts import parts_as_fields
from nexcred.model.template import TemplateContext, names_in

_URL_PARTS = ("HOST", "BASE", "PATH", "PATHS", "TAIL")
_IN_A_URL = tuple(TemplateContext[name] for name in _URL_PARTS)


def known_fields(
    method: Method, *, old: Iterable[Field] = (), new: Iterable[Field] = (), tokens: Sequence[str] = ()
) -> dict[str, Field]:
    """Return what a request about keys may name: the fields, `old.FIELD` and `new.FIELD`, `session.TOKEN`."""
    known = {field.name: field for field in method.fields} | parts_as_fields(method.fields)
    known = known_after_login(method.auth, known)
    for prefix, fields in (("old", tuple(old)), ("new", tuple(new))):
        known |= {f"{prefix}.{field.name}": field for field in fields}
        known |= {f"{prefix}.{name}": part for name, part in parts_as_fields(fields).items()}
    return known | {f"session.{name}": Field(name=name, label=name, secret=True) for name in tokens}


def problems_in_sent(
    method: Method,
    request: RequestSpec,
    at: str,
    known: dict[str, Field],
    *,
    beyond: tuple[str, ...] = (),
    by_url: bool = False,
) -> Iterator[Found]:
    """Yield what is wrong with such a request of a method that has all that it shares.

    `beyond` are names that are no fields. What goes `by_url` has its secret there, as incoming webhooks do.
    """
    hosts = {f"https://{host}" for host in host_templates(method)}
    in_query = f"{at}.query."
    for place in request.places(at):
        yield from problems_in_place(with_days(place._replace(known=beyond)), known)
        if place.context is TemplateContext.HOST and place.template not in hosts:
            yield place.path, "goes to a host that the method does not have: of its probe, its scheme or 'hosts'"
        if by_url or (place.context not in _IN_A_URL and not place.path.startswith(in_query)):
            continue
        for name in _secret_names(place.template, known):
            yield place.path, f"the secret '{name}' would stand in a URL, which servers and proxies log"


def _secret_names(template: str, known: dict[str, Field]) -> list[str]:
    try:
        return [name for name in names_in(template) if name in known and known[name].secret]
    except ValueError:  # which is told as such
        return []
