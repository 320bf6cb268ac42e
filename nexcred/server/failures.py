"""Failures as HTTP tells them: a status, and JSON without secrets."""

from nexcred import errors
from nexcred.server.call import Reply, json_reply
from nexcred.wire.error import FailureShape
from nexcred.wire.http_failure import HttpFailureShape

_RETRY_AFTER_S = "5"

# The first that fits: the tree of `errors`, its branches before their roots.
_STATUSES: tuple[tuple[type[errors.NexcredError], int], ...] = (
    (errors.VaultNotFound, 503),
    (errors.InTrash, 410),
    (errors.NotFound, 404),
    (errors.UsageError, 400),
    (errors.Rejected, 403),
    (errors.NotProved, 424),
    (errors.Locked, 503),
    (errors.VaultBusy, 503),
    (errors.Conflict, 409),
    (errors.NotPermitted, 403),
    (errors.StoreFailed, 503),
)


def reply_to(error: errors.NexcredError) -> Reply:
    """Return the answer to a request that ended in this failure."""
    status = next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)
    retry = {"retry-after": _RETRY_AFTER_S} if status == 503 else {}
    return refusal(status, error.code, error.message, error.problems, retry)


def refusal(
    status: int,
    code: str,
    message: str,
    problems: tuple[errors.Problem, ...] = (),
    headers: dict[str, str] | None = None,
) -> Reply:
    """Return a refusal; hints are for a terminal, and stay away."""
    failure: FailureShape = {
        "code": code,
        "message": message,
        "hint": None,
        "fields": [{"field": one.field, "problem": one.problem, "flag": None} for one in problems],
    }
    shape: HttpFailureShape = {"error": failure, "message": message, "code": code}
    return json_reply(shape, status, headers)
