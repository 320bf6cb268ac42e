"""Which requests are answered with a credential, by what a method says and by how it logs in itself."""

from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

from nexcred.auth.body import FORM
from nexcred.auth.flow import Request
from nexcred.auth.query import full_url, recoded
from nexcred.auth.request import RequestSpec, url_parts
from nexcred.auth.session_token import SessionToken
from nexcred.auth.token_endpoint import TokenEndpoint
from nexcred.connectors.filled_values import with_defaults
from nexcred.connectors.language.mints import Mint
from nexcred.connectors.language.spec import Method
from nexcred.model.credential import Value
from nexcred.model.template import TemplateContext, pieces_of, sole_name

_ANY = "*"


def mint_words(mint: Mint) -> str:
    """Return it as people read it: POST /token/create: a personal access token."""
    asked = "&".join(f"{name}={value}" for name, value in mint.parameters.items())
    return f"{mint.method.replace(_ANY, 'any')} {mint.path}{'?' if asked else ''}{asked}: {mint.what}"


def minted_by(method: Method, fields: Mapping[str, Value], request: Request) -> str:
    """Return what the answer to a request is, such as "an access token"; "" where it is none.

    It had rather be said of one too many: the host is not looked at, nor upper and lower case.
    """
    paths, asked = _readings(urlsplit(full_url(request)).path), _asked_in(request)
    urls = _paths_of_urls(method, fields)
    below = [path[len(start) :] for path in paths for start in ([], *urls.values()) if path[: len(start)] == start]
    for mint in method.mints:
        is_there = any(_fits(one, _parts(mint.path)) for one in below)
        is_asked = all(_holds(asked, name, value) for name, value in mint.parameters.items())
        if is_there and is_asked and mint.method in (_ANY, request.method.upper()):
            return mint.what
    return next((what for spec, what in _own_requests(method) if _is_sent(spec, request, paths, urls)), "")


def _own_requests(method: Method) -> Iterator[tuple[RequestSpec, str]]:
    """Yield the requests by which the method logs in or makes a new key, and what they are answered with."""
    if isinstance(method.auth, TokenEndpoint):
        yield RequestSpec(method="POST", url=method.auth.token_url), "an access token"
    if isinstance(method.auth, SessionToken):
        yield method.auth.request, "a session token"
    if method.rotate and method.rotate.create:
        yield method.rotate.create.request, "a new key"


def _is_sent(spec: RequestSpec, request: Request, paths: list[list[str]], urls: Mapping[str, list[str]]) -> bool:
    """True for a request of the file: whatever stands in it for a value may be anything."""
    (start, context), (rest, _) = url_parts(spec.url)
    name = sole_name(start)
    if context is TemplateContext.BASE and name not in urls:
        return False
    wanted = _parts("".join(_ANY if value else text for value, text in pieces_of(rest)))
    whole = [*urls.get(name, ()), *wanted]
    return spec.method == request.method.upper() and any(_fits(path, whole) for path in paths)


def _paths_of_urls(method: Method, fields: Mapping[str, Value]) -> dict[str, list[str]]:
    """Return the paths of the addresses that the credential has."""
    values = with_defaults(method, fields)
    known = ((field.name, values.get(field.name)) for field in method.fields if field.kind == "url")
    return {name: _parts(urlsplit(str(value)).path) for name, value in known if value is not None}


def _readings(path: str) -> list[list[str]]:
    """Return the parts of a path as servers may read them: those that decode it first see other slashes."""
    return [_parts(path), _parts(unquote(path).replace("\\", "/"))]


def _parts(path: str) -> list[str]:
    parts: list[str] = []
    for part in (unquote(one).casefold().partition(";")[0] for one in path.split("/")):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return parts


def _fits(path: list[str], wanted: list[str]) -> bool:
    return len(path) == len(wanted) and all(map(_is_like, path, wanted))


def _is_like(part: str, wanted: str) -> bool:
    start, is_open, end = wanted.partition(_ANY)
    if not is_open:
        return part == wanted
    return len(part) > len(start) + len(end) and part.startswith(start) and part.endswith(end)


def _asked_in(request: Request) -> list[tuple[str, str]]:
    kind = next((value for name, value in request.headers.items() if name.lower() == "content-type"), "")
    is_form = kind.partition(";")[0].strip().lower() == FORM
    form = (request.body or b"").decode(errors="replace") if is_form else ""
    pairs = (pair for text in (urlsplit(full_url(request)).query, form) for pair in recoded(text))
    return [(unquote(name).casefold(), unquote(value).casefold()) for name, _, value in pairs]


def _holds(asked: list[tuple[str, str]], name: str, value: str) -> bool:
    start, is_open, _ = value.casefold().partition(_ANY)
    values = [given for known, given in asked if known == name.casefold()]
    return any(given.startswith(start) if is_open else given == start for given in values)
