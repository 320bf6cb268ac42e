"""Templates such as `Bearer {api_key}`: which names they hold, and how a value enters a host, a path or a header."""

import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from urllib.parse import quote

from nexcred.model.named_tuple import NamedTuple

TextValues = Mapping[str, str | bytes]

# A name may belong to something beside the fields: of the old key, of the new one, of a login's session, of what was
# looked up; or be a day.
_PIECE = re.compile(
    r"(?P<brace>\{\{|\}\})|\{(?P<name>(?:(?:old|new|session|found)\.)?[a-z][a-z0-9_]*|[a-z]+[+-][0-9]{1,9}[a-z])\}|(?P<stray>[{}])|(?P<literal>[^{}]+)"
)
# Compiled when they are first needed.
_HOST_LABEL = r"[A-Za-z0-9-]{1,63}"
_HEADER_NAME = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_HEADER_VALUE = r"[\t\x20-\x7e]*"
_CONTROL = r"[\x00-\x1f\x7f]"
# No XML 1.0 may hold these, escaped or not; a line break is escaped, or a reader would change it. It takes 3 ms.
_NO_XML = r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_XML_ESCAPES = {mark: f"&#{ord(mark)};" for mark in "&<>\"'\t\n\r"}


class TemplateContext(StrEnum):
    """Where a value goes; each place has its own encoding and its own refusals."""

    URL = "a whole URL"
    HOST = "a host name"
    BASE = "the beginning of a URL"
    PATH = "a URL path"
    PATHS = "a URL path of several parts"
    TAIL = "a path with a query"
    HEADER_NAME = "a header name"
    HEADER = "a header"
    USERNAME = "a user name"
    PASSWORD = "a password"  # noqa: S105
    TEXT = "a text"
    XML = "XML"
    FILE = "a file"


class TemplateError(ValueError):
    """A value cannot stand where a template wants it; the text never holds the value."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} {problem}")
        self.name = name
        self.problem = problem


class Placeholder(NamedTuple):
    """One template of a connector: where it is declared and what its values become. `known` are names beyond fields."""

    path: str
    template: str
    context: TemplateContext
    known: tuple[str, ...] = ()


def names_in(template: str) -> tuple[str, ...]:
    """Return the names in order; raise ValueError for a brace that belongs to nothing."""
    return tuple(name for name, _ in pieces_of(template) if name)


def sole_name(template: str) -> str:
    """Return the name of which a template consists; "" for one that holds anything else."""
    match = _PIECE.fullmatch(template)
    return (match["name"] or "") if match else ""


def render(template: str, values: TextValues, context: TemplateContext) -> str:
    """Fill a template, each value encoded for its context; raise TemplateError for a value that does not fit."""
    text = "".join(_encoded(name, values, context) if name else literal for name, literal in pieces_of(template))
    return text.strip(" \t") if context is TemplateContext.HEADER else text


def render_optional(template: str, values: TextValues, context: TemplateContext) -> str | None:
    """Fill a template, what has no value being empty; None when it names fields and none of them has a value."""
    names = names_in(template)
    if names and not any(name in values for name in names):
        return None
    return render(template, dict.fromkeys(names, "") | dict(values), context)


def render_all(templates: Mapping[str, str], values: TextValues, context: TemplateContext) -> dict[str, str]:
    """Fill a table, keys and values, leaving out each entry whose fields have no value."""
    key_context = TemplateContext.HEADER_NAME if context is TemplateContext.HEADER else TemplateContext.TEXT
    filled: dict[str, str] = {}
    for key, template in templates.items():
        value = render_optional(template, values, context)
        if value is not None:
            filled[render(key, values, key_context)] = value
    return filled


def problem_in(value: str | bytes, context: TemplateContext) -> str:
    """Say why a value cannot stand in a context; "" when it can."""
    try:
        _encode(value, context)
    except ValueError as error:
        return str(error)
    return ""


def pieces_of(template: str) -> Iterator[tuple[str, str]]:
    """Yield (name, "") or ("", literal) in order; raise ValueError for a brace that belongs to nothing."""
    for match in _PIECE.finditer(template):
        if match["stray"]:
            raise ValueError(f"a stray '{match['stray']}'; double it to mean the character")
        yield match["name"] or "", (match["brace"] or "")[:1] or match["literal"] or ""


def _encoded(name: str, values: TextValues, context: TemplateContext) -> str:
    if name not in values:
        raise TemplateError(name, "has no value")
    try:
        return _encode(values[name], context)
    except ValueError as error:
        raise TemplateError(name, str(error)) from None


def _encode(value: str | bytes, context: TemplateContext) -> str:
    if isinstance(value, bytes):
        if context is TemplateContext.FILE:  # as it is, to whoever reads files of its kind
            return ""
        raise ValueError("is binary, but text is needed here")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("holds half of a character (a lone surrogate)") from None
    return _ENCODERS[context](value)


def _url(_value: str) -> str:
    raise ValueError("cannot be a whole URL")


def _host(value: str) -> str:
    if not re.fullmatch(_HOST_LABEL, value):
        raise ValueError("goes into a host name, where only letters, digits and hyphens may stand")
    return value


def _base(value: str) -> str:
    return value.rstrip("/")


def _path(value: str) -> str:
    if value in ("", ".", ".."):
        raise ValueError("goes into a URL path and cannot be empty, '.' or '..'")
    return quote(value, safe="")


def _paths(value: str) -> str:
    return "/".join(_path(part) for part in value.split("/"))


def _tail(value: str) -> str:
    if value and not value.startswith("/"):
        raise ValueError("must begin with '/'")
    return quote(value, safe="/%:@!$&'()*+,;=~-._?")


def _header_name(value: str) -> str:
    if not re.fullmatch(_HEADER_NAME, value):
        raise ValueError("is not a header name (RFC 9110, 5.1)")
    return value


def _header(value: str) -> str:
    if not re.fullmatch(_HEADER_VALUE, value):
        raise ValueError("goes into a header, where a line break, NUL or non-ASCII character cannot stand")
    return value


def _username(value: str) -> str:
    if ":" in value or re.search(_CONTROL, value):
        raise ValueError("is a user name, where ':' and control characters cannot stand (RFC 7617)")
    return value


def _password(value: str) -> str:
    if re.search(_CONTROL, value):
        raise ValueError("is a password, where control characters cannot stand (RFC 7617)")
    return value


def _text(value: str) -> str:
    return value


def _xml(value: str) -> str:
    if re.search(_NO_XML, value):
        raise ValueError("goes into XML, where control characters cannot stand")
    return "".join(_XML_ESCAPES.get(character, character) for character in value)


_ENCODERS: dict[TemplateContext, Callable[[str], str]] = {
    TemplateContext.URL: _url,
    TemplateContext.HOST: _host,
    TemplateContext.BASE: _base,
    TemplateContext.PATH: _path,
    TemplateContext.PATHS: _paths,
    TemplateContext.TAIL: _tail,
    TemplateContext.HEADER_NAME: _header_name,
    TemplateContext.HEADER: _header,
    TemplateContext.USERNAME: _username,
    TemplateContext.PASSWORD: _password,
    TemplateContext.TEXT: _text,
    TemplateContext.XML: _xml,
    TemplateContext.FILE: _text,
}
