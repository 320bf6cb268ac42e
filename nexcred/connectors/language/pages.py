"""How a provider tells where the next page of an answer is: a Link header, or what its spec says of cursors."""

import re
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin

from msgspec import Struct

from nexcred.auth.answer import ParsedResponse
from nexcred.auth.flow import Request, Response
from nexcred.auth.pick import pick_text
from nexcred.auth.query import as_written, value_in, with_query, with_value

_LINK = re.compile(
    r"<(?P<url>[^<>]*)>(?P<parameters>(?:\s*;\s*[\w!#$&+.^`|~-]+\*?(?:\s*=\s*(?:\"[^\"]*\"|[^\s\",;]*))?)*)"
)
_REL_NEXT = re.compile(r"(?:^|;)\s*rel\s*=\s*(?:\"(?:[^\"]*\s)?next(?:\s[^\"]*)?\"|next)\s*(?:;|$)", re.IGNORECASE)


class Pages(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`query` is the parameter that asks for a page: by the cursor that JMESPath finds in the answer before it, or by
    its number, up to what `last` finds there. Where neither finds anything, that was the last page.
    """

    query: str
    cursor: str = ""
    last: str = ""

    def expressions(self, at: str) -> Iterator[tuple[str, str]]:
        yield f"{at}.cursor", self.cursor
        yield f"{at}.last", self.last


def next_page(request: Request, response: Response, pages: Pages | None) -> Request | None:
    """Return the request for the page after this one, None after the last. It may lead to another host."""
    url = _linked(response.headers.get("link", ""))
    if url:
        whole = urldefrag(_as_safe_as(request.url, urljoin(request.url, url))).url
        url, _, query = whole.partition("?")
        return request._replace(url=with_query(url, as_written(query)), query=())
    value = _next_value(request, response, pages) if pages else None
    if pages is None or value is None:
        return None
    return with_value(request, pages.query, value)


def _linked(header: str) -> str:
    """Return the URL of rel="next" (RFC 8288)."""
    return next((link["url"] for link in _LINK.finditer(header) if _REL_NEXT.search(link["parameters"])), "")


def _as_safe_as(asked: str, url: str) -> str:
    """Keep to https: servers behind a proxy often write http, and a host that was allowed may be sent to by either."""
    is_lowered = asked.lower().startswith("https:") and url.lower().startswith("http:")
    return f"https:{url[len('http:') :]}" if is_lowered else url


def _next_value(request: Request, response: Response, pages: Pages) -> str | None:
    document = ParsedResponse.read(response).document
    present = value_in(request, pages.query)
    if pages.cursor:
        cursor = pick_text(pages.cursor, document)
        return cursor if cursor != present else None
    last, number = pick_text(pages.last, document) or "", present or "1"
    if not (last.isascii() and last.isdigit() and number.isascii() and number.isdigit()):
        return None
    return str(int(number) + 1) if int(number) < int(last) else None
