"""What a program is told of something that is not there.

A cluster that mirrors a secret takes 404 for its end, and deletes its copy. So nothing else than a name that no
credential has is told so: neither a field that it lacks, nor a connector whose file is gone.
"""

from functools import wraps

from nexcred.errors import CredentialNotFound, NotFound, VaultNotFound
from nexcred.server.call import Call, Reply
from nexcred.server.endpoint import Handler
from nexcred.server.failures import refusal


def only_names_are_missing(handle: Handler) -> Handler:
    """Return the handler that answers 400 where anything but the credential itself is not found."""

    @wraps(handle)
    def answer(call: Call) -> Reply:
        try:
            return handle(call)
        except (CredentialNotFound, VaultNotFound):
            raise
        except NotFound as error:
            return refusal(400, error.code, error.message)

    return answer
