"""How a provider tells where the next page of an answer is: a Link header, or what its spec says of cursors."""

import re
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin

from msgspec import Struct

from nexcred.auth.answer import ParsedResponse, problem_in_body
from nexcred.auth.flow import Request, Response
from nexcred.auth.pick import is_true, pick, pick_text
from nexcred.auth.query import as_written, value_in, with_query, with_value

# Compiled when they are first needed.
_LINK = r"<(?P<url>[^<>]*)>(?P<parameters>(?:\s*;\s*[\w!#$&+.^`|~-]+\*?(?:\s*=\s*(?:\"[^\"]*\"|[^\s\",;]*))?)*)"
_REL_NEXT = r"(?i)(?:^|;)\s*rel\s*=\s*(?:\"(?:[^\"]*\s)?next(?:\s[^\"]*)?\"|next)\s*(?:;|$)"
_BEYOND_ASCII = r"[\x80-\xff]"
_NUMBER = r"[0-9]{1,18}"


class Pages(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`query` is the parameter that asks for a page: by the cursor that JMESPath finds in the answer before it, or by
    its number, up to what `last` finds there. Where neither finds anything, that was the last page, unless `more` is
    true of it.
    """

    query: str
    cursor: str = ""
    last: str = ""
    more: str = ""

    def expressions(self, at: str) -> Iterator[tuple[str, str]]:
        yield f"{at}.cursor", self.cursor
        yield f"{at}.last", self.last
        yield f"{at}.more", self.more


class UnreadablePage(Exception):
    """Raised for a page that may have one after it; `problem` says why that is not known, `hint` what may help."""

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint


def next_page(request: Request, response: Response, pages: Pages | None) -> Request | None:
    """Return the request for the page after this one, None after the last. It may lead to another host.

    Raises UnreadablePage: what cannot be read is not the last page.
    """
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
    """Return the URL of rel="next" (RFC 8288). Bytes beyond ASCII, read as Latin-1, are encoded as those bytes."""
    found = (link["url"] for link in re.finditer(_LINK, header) if re.search(_REL_NEXT, link["parameters"]))
    return re.sub(_BEYOND_ASCII, lambda byte: f"%{ord(byte[0]):02X}", next(found, ""))


def _as_safe_as(asked: str, url: str) -> str:
    """Keep to https: servers behind a proxy often write http, and a host that was allowed may be sent to by either."""
    is_lowered = asked.lower().startswith("https:") and url.lower().startswith("http:")
    return f"https:{url[len('http:') :]}" if is_lowered else url


def _next_value(request: Request, response: Response, pages: Pages) -> str | None:
    if response.status == 204 or request.method == "HEAD":
        return None
    document = _read(response)
    present = value_in(request, pages.query)
    value = _cursor(pages, document, present) if pages.cursor else _number(pages, document, present)
    if value is None and is_true(pages.more, document):
        raise UnreadablePage("it says that more follows, but not where")
    return value


def _read(response: Response) -> object:
    answer = ParsedResponse.read(response)
    if answer.is_json or answer.is_xml:
        return answer.document
    problem, is_xml = problem_in_body(response.body)
    hint = "characters that XML cannot hold are escaped by some stores if you ask for it, such as by encoding-type=url"
    raise UnreadablePage(problem, hint if is_xml else "")


def _cursor(pages: Pages, document: object, present: str | None) -> str | None:
    """Return the cursor as it came, which only its provider can read."""
    found = pick(pages.cursor, document)
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    if isinstance(found, str):
        return found if found.strip() and found != present else None
    if not is_true(pages.cursor, document):
        return None
    raise UnreadablePage(f"the cursor of the next page is not text ({pages.cursor})")


def _number(pages: Pages, document: object, present: str | None) -> str | None:
    number, last = present or "1", pick_text(pages.last, document)
    if last is None and not is_true(pages.last, document):
        return None
    if not all(re.fullmatch(_NUMBER, text or "") for text in (number, last)):
        raise UnreadablePage(f"the number of pages ({pages.last}), or of this page, is not a number")
    return str(int(number) + 1) if int(number) < int(last or "0") else None
