"""Sending a request with a grant, as often as the grant needs to learn how."""

from collections.abc import Generator

from nexcred.auth.flow import Grant, Request, Response
from nexcred.auth.request import with_grant


def sent(wanted: Request, grant: Grant) -> Generator[Request, Response, tuple[Request, Response]]:
    """Return what was sent and its answer, after a second try where the grant learns from the first how to."""
    request = with_grant(wanted, grant)
    response = yield request
    if grant.hear and grant.hear(response.status, response.headers):
        request = with_grant(wanted, grant)
        response = yield request
        grant.hear(response.status, response.headers)
    return request, response


def sent_in_either_form(wanted: Request, grant: Grant) -> Generator[Request, Response, tuple[Request, Response]]:
    """Do the same, once more where the answer asks for the grant in its other form."""
    request, response = yield from sent(wanted, grant)
    if grant.otherwise and grant.asks_otherwise and grant.asks_otherwise(response):
        request, response = yield from sent(wanted, grant.otherwise)
    return request, response
