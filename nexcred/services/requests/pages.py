"""One request after another, while answers name a next page."""

from collections.abc import Iterator

from nexcred.auth.flow import Request, Response
from nexcred.connectors.language.pages import UnreadablePage, next_page
from nexcred.errors import NexcredError
from nexcred.http.transport import PACKED
from nexcred.services.requests.request import Requester, readable


def pages(requester: Requester, request: Request) -> Iterator[Response]:
    """Send, and go on with the next page while answers are good and name another one; pages come unpacked.

    Raises NexcredError, with its number, for a page that cannot be read, after it was yielded.
    """
    seen = set()
    given = {name.lower() for name in request.headers}
    packed = {} if "accept-encoding" in given else {"Accept-Encoding": PACKED}
    following: Request | None = request._replace(headers={**request.headers, **packed})
    while following is not None and (place := (following.url, following.query)) not in seen:
        seen.add(place)
        response = readable(requester.send(following))
        yield response
        if not 200 <= response.status < 300:
            return
        try:
            following = next_page(following, response, requester.connector.pages)
        except UnreadablePage as page:
            problem = f"whether more follows after page {len(seen)} is not known: {page.problem}"
            raise NexcredError(problem, hint=page.hint) from None
