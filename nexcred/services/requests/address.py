"""Where a path leads that somebody typed."""

import re
from urllib.parse import quote, urlsplit

from nexcred.auth.query import as_written, with_query
from nexcred.errors import UsageError

_WHOLE = re.compile(r"(?P<origin>[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)(?P<path>.*)", re.DOTALL)
# What a path may hold (RFC 3986, 3.3), and `%`, which begins what was encoded before.
_AS_IT_IS = "/%:@!$&'()*+,;=~-._"


def url_of(path: str, base_url: str | None) -> str:
    """Return the URL, its query as written. A path that begins as the base URL's own does is not put below it again.

    Raises UsageError for a path where there is no base URL.
    """
    before, _, query = path.partition("?")
    return with_query(_without_query(before, base_url), as_written(query))


def _without_query(before: str, base_url: str | None) -> str:
    whole = _WHOLE.fullmatch(before)
    if whole:
        return whole["origin"] + _encoded(whole["path"])
    if base_url is None:
        raise UsageError("this connector names no address to begin with", hint="write the whole URL")
    base = base_url.rstrip("/")
    below = f"/{_encoded(before).lstrip('/')}" if before.strip("/") else ""
    own = urlsplit(base).path
    if own and (below == own or below.startswith(f"{own}/")):
        base = base.removesuffix(own)
    return f"{base}{below}" if below or own else f"{base}/"


def _encoded(path: str) -> str:
    return quote(path, safe=_AS_IT_IS, errors="surrogateescape")
