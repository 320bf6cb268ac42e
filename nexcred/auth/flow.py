"""What a flow exchanges with whoever drives it."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import DOTS


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, complete: `url` carries no query, `query` is not yet percent-encoded."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None

    def __repr__(self) -> str:
        return f"Request({self.method} {DOTS})"


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP answer, read to its end. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"Response({self.status}, {len(self.body)} bytes)"


@dataclass(frozen=True, slots=True)
class Grant:
    """What authenticates a request: headers and query to add. `token` is what `nexcred token` prints."""

    headers: Mapping[str, str] = field(default_factory=dict)
    query: tuple[tuple[str, str], ...] = ()
    token: str | None = None
    expires_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Grant({DOTS})"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one answer proves. `identity` and `detail` are the provider's words, unescaped."""

    status: ProbeStatus
    identity: str | None = None
    detail: str = ""
    http_status: int | None = None
    retry_after_s: float | None = None
    expires_at: datetime | None = None


class Refused(Exception):
    """Raised inside a flow when no grant was to be had; `verdict` says why."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.status.value)
        self.verdict = verdict


AuthFlow = Generator[Request, Response, Grant]
ProbeFlow = Generator[Request, Response, Verdict]
