"""Where a browser brings the answer to an authorization: a port of this computer, or a person who pastes it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from nexcred.auth.authorization import Answer, Authorization, answer_in
from nexcred.errors import PortTaken
from nexcred.http.loopback import Loopback, redirect_endpoint
from nexcred.local.files import reason

# How long a person has to approve.
PATIENCE_S = 300.0


@contextmanager
def listening(authorization: Authorization, back_to: str = "the terminal") -> Iterator[Loopback | None]:
    """Listen where the redirect URI leads; None where that is not this computer. Raise PortTaken."""
    place = redirect_endpoint(authorization.redirect_uri)
    if place is None:
        yield None
        return
    with ExitStack() as stack:
        try:
            loopback = stack.enter_context(Loopback(place, authorization.is_answered_by, back_to))
        except OSError as error:
            raise _port_taken(place.port, error) from None
        yield loopback


def pasted(text: str) -> Answer | None:
    """Read the address of the page that a browser ended on, or its query alone."""
    text = text.strip().strip("'\"")
    try:
        query = urlsplit(text).query if "?" in text else text
    except ValueError:
        return None
    return answer_in(query)


def _port_taken(port: int, error: OSError) -> PortTaken:
    why = reason(error)
    return PortTaken(
        f"the browser cannot be answered on 127.0.0.1:{port}: {why}",
        hint="free that port, or take another one with: nexcred login NAME --port N; "
        "its redirect URI has to be registered with the provider too",
    )
