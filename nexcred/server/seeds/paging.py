"""Pages of a list, as Nexla counts them."""

from collections.abc import Mapping, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from nexcred.errors import InvalidData, Problem
from nexcred.model.named_tuple import NamedTuple
from nexcred.server.call import Reply, json_reply

T = TypeVar("T")

PAGE, PER_PAGE = "page", "per_page"
_USUAL = 20
# Beyond any list; more digits are as good as this.
_MOST_DIGITS = 18
QUERY = {PAGE: "which page, from 1; without it everything", PER_PAGE: f"how many on a page [{_USUAL}]"}


class PageNumber(NamedTuple):
    """Which page of how many each; None for everything at once."""

    page: int
    per_page: int | None


def read_page(query: Mapping[str, str]) -> PageNumber:
    """Return which page is asked for; raise InvalidData for what is no number from 1."""
    per_page = _number(query, PER_PAGE, _USUAL)
    return PageNumber(_number(query, PAGE, 1), per_page if query.get(PAGE) else None)


def cut(found: Sequence[T], wanted: PageNumber) -> Sequence[T]:
    """Return what is on the page; nothing past the end."""
    if wanted.per_page is None:
        return found
    start = (wanted.page - 1) * wanted.per_page
    return found[start : start + wanted.per_page]


def paged_reply(shapes: list[object], total: int, wanted: PageNumber, path: str, query: Mapping[str, str]) -> Reply:
    """Return a bare array, with where it stands among all of them in the headers (`Link` is RFC 8288's)."""
    last = 1 if wanted.per_page is None else max(1, -(-total // wanted.per_page))
    headers = {"x-total-count": str(total), "x-current-page": str(wanted.page), "x-page-count": str(last)}
    if wanted.per_page is not None:
        links = {"first": 1, "prev": wanted.page - 1, "next": wanted.page + 1, "last": last}
        told = {rel: page for rel, page in links.items() if 1 <= page <= last}
        kept = {key: value for key, value in query.items() if key != PAGE}
        headers["link"] = ", ".join(
            f'<{path}?{urlencode({**kept, PAGE: page})}>; rel="{rel}"' for rel, page in told.items()
        )
    return json_reply(shapes, headers=headers)


def _number(query: Mapping[str, str], key: str, usual: int) -> int:
    said = query.get(key, "")
    if not said:
        return usual
    if not (said.isascii() and said.isdigit() and said.strip("0")):
        problem = "must be a whole number from 1"
        raise InvalidData(f"{key} {problem}", problems=(Problem(key, problem),))
    return int(said) if len(said) <= _MOST_DIGITS else 10**_MOST_DIGITS
