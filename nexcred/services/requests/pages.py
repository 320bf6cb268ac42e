"""One request after another, while answers name a next page."""

from collections.abc import Iterator

from nexcred.auth.flow import Request, Response
from nexcred.auth.query import full_url
from nexcred.connectors.language.pages import UnreadablePage, next_page
from nexcred.errors import NexcredError
from nexcred.http.transport import PACKED
from nexcred.model.shell_word import shell_word
from nexcred.services.requests.request import Requester, RequestInput, readable

# A million entries, a hundred a page: more is rather a server that never ends.
MOST_PAGES = 10_000


def pages(requester: Requester, request: Request, *, most: int = MOST_PAGES) -> Iterator[Response]:
    """Send, and go on with the next page while answers are good and name another one; pages come unpacked.

    Raises NexcredError where a page cannot be read, leads back to one before it, or is the `most`-th and not the last;
    each was yielded before.
    """
    numbers: dict[tuple[str, tuple[tuple[str, str], ...]], int] = {}
    given = {name.lower() for name in request.headers}
    packed = {} if "accept-encoding" in given else {"Accept-Encoding": PACKED}
    following: Request | None = request._replace(headers={**request.headers, **packed})
    while following is not None:
        number = numbers[following.url, following.query] = len(numbers) + 1
        response = readable(requester.send(following))
        yield response
        if not 200 <= response.status < 300:
            return
        try:
            following = next_page(following, response, requester.connector.pages)
        except UnreadablePage as page:
            problem = f"whether more follows after page {number} is not known: {page.problem}"
            raise NexcredError(problem, hint=page.hint) from None
        if following is not None and (before := numbers.get((following.url, following.query))):
            back = "itself" if before == number else f"page {before}"
            raise NexcredError(f"whether more follows is not known: page {number} leads back to {back}")
        if following is not None and number == most:
            problem = f"more follows after {number:,} pages, which is where --paginate stops"
            raise NexcredError(problem, hint=_way_on(requester, request, following))


def _way_on(requester: Requester, request: Request, following: Request) -> str:
    """Return the command that fetches the rest, where a line says all of it and shows no secret."""
    url = full_url(following)
    is_plain = request == requester.request_for(RequestInput(request.url))._replace(query=request.query)
    if not is_plain or not requester.may_show(url):
        return "ask for larger pages, or for less"
    return f"go on with: nexcred request {shell_word(requester.credential.name)} {shell_word(url)} --paginate"
