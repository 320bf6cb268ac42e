"""The query of a request: what its URL has is sent as it was written, and what is added stands behind it.

Taken apart and put together again it would be another one: `%E9` is no UTF-8, `?acl` has no value, and a cursor means
something to its provider alone.
"""

import re
from urllib.parse import quote, unquote_plus, unquote_to_bytes, urlencode

from nexcred.auth.flow import Request
from nexcred.errors import InvalidData

# What a query may hold (RFC 3986, 3.4), and `%`, which begins what was encoded before.
_AS_IT_IS = "!$%&'()*+,/:;=?@[]~-._"
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNRESERVED = "-_.~"


def as_written(query: str) -> str:
    """Encode only what no URL may hold: a blank, letters of other scripts, bytes of a shell that are no text."""
    return quote(_LONE_PERCENT.sub("%25", query), safe=_AS_IT_IS, errors="surrogateescape")


def full_url(request: Request) -> str:
    """Return the URL with its query, percent-encoded; raise InvalidData."""
    try:
        added = urlencode(request.query, quote_via=quote)
    except UnicodeEncodeError:
        raise InvalidData("a value for the query holds half a character (a lone surrogate)") from None
    return with_query(request.url, added)


def with_query(url: str, added: str) -> str:
    """Add to a URL what is encoded already."""
    return f"{url}{'&' if '?' in url else '?'}{added}" if added else url


def value_in(request: Request, name: str) -> str | None:
    """Return the last value that the query has for a name."""
    for given, value in reversed(request.query):
        if given == name:
            return value
    written = [part.partition("=") for part in _parts(request.url)]
    return next((unquote_plus(value) for given, _, value in reversed(written) if unquote_plus(given) == name), None)


def with_value(request: Request, name: str, value: str) -> Request:
    """Return the request with this value alone for the name; the rest of the query stays as it was written."""
    base = request.url.partition("?")[0]
    written = [part for part in _parts(request.url) if unquote_plus(part.partition("=")[0]) != name]
    others = tuple((given, kept) for given, kept in request.query if given != name)
    return request._replace(url=with_query(base, "&".join(written)), query=(*others, (name, value)))


def recoded(query: str) -> tuple[tuple[str, str, str], ...]:
    """Return name, `=` or "", and value of each part, every byte that is not unreserved encoded (RFC 3986, 6.2.2)."""
    parts = (part.partition("=") for part in query.split("&") if part)
    return tuple((_recoded(name), equals, _recoded(value)) for name, equals, value in parts)


def _recoded(text: str) -> str:
    return quote(unquote_to_bytes(text.replace("+", " ")), safe=_UNRESERVED)


def _parts(url: str) -> list[str]:
    return [part for part in url.partition("?")[2].split("&") if part]
