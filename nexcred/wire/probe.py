"""The JSON of `probe`."""

from typing import NotRequired, TypedDict

from nexcred.model.probe import ProbeResult
from nexcred.model.times import to_rfc3339


class ProbeShape(TypedDict):
    """One line of `probe --json`; `revision` is there where an earlier one was asked with.

    `vault`, what you call it, is there only where several were given.
    """

    name: str
    credentials_type: str
    status: str
    identity: str | None
    detail: str
    http_status: int | None
    retry_after_s: float | None
    expires_at: str | None
    checked_at: str
    elapsed_ms: int
    cached: bool
    revision: NotRequired[int]
    vault: NotRequired[str]


def probe_shape(name: str, connector: str, result: ProbeResult, *, cached: bool) -> ProbeShape:
    return {
        "name": name,
        "credentials_type": connector,
        "status": result.status.value,
        "identity": result.identity,
        "detail": result.detail,
        "http_status": result.http_status,
        "retry_after_s": result.retry_after_s,
        "expires_at": None if result.expires_at is None else to_rfc3339(result.expires_at),
        "checked_at": to_rfc3339(result.checked_at),
        "elapsed_ms": result.elapsed_ms,
        "cached": cached,
    }
