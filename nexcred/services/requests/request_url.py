"""Where `request NAME PATH` goes: below the connector's base URL, or to a whole URL."""

import re
from urllib.parse import parse_qsl, quote, urlsplit

from nexcred.errors import UsageError

_WHOLE = re.compile(r"(?P<origin>[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)(?P<path>.*)", re.DOTALL)
# What a path may hold (RFC 3986, 3.3), and `%`, which begins what was encoded before.
_AS_IT_IS = "/%:@!$&'()*+,;=~-._"


def url_of(path: str, base_url: str | None) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the URL and the query apart. A path that begins as the base URL's own does is not put below it again.

    Raises UsageError for a path where there is no base URL.
    """
    before, _, query = path.partition("?")
    pairs = tuple(parse_qsl(query, keep_blank_values=True))
    whole = _WHOLE.fullmatch(before)
    if whole:
        return whole["origin"] + quote(whole["path"], safe=_AS_IT_IS), pairs
    if base_url is None:
        raise UsageError("this connector names no address to begin with", hint="write the whole URL")
    base = base_url.rstrip("/")
    below = f"/{quote(before, safe=_AS_IT_IS).lstrip('/')}" if before.strip("/") else ""
    own = urlsplit(base).path
    if own and (below == own or below.startswith(f"{own}/")):
        base = base.removesuffix(own)
    return f"{base}{below}" if below or own else f"{base}/", pairs
