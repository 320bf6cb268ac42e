"""What a body names and is not there: a fault of the body, where Nexla's clients take 404 for the path."""

from functools import wraps

from nexcred.errors import MemberNotFound, TeamNotFound, UnknownConnector
from nexcred.server.call import Call, Reply
from nexcred.server.endpoint import Handler
from nexcred.server.failures import refusal


def names_what_is_there(handle: Handler) -> Handler:
    """Let a handler refuse an unknown type, member or team with 400."""

    @wraps(handle)
    def handled(call: Call) -> Reply:
        try:
            return handle(call)
        except (UnknownConnector, MemberNotFound, TeamNotFound) as error:
            return refusal(400, error.code, error.message, error.problems)

    return handled
