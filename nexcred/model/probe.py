"""What a probe found out, and what may be concluded from it."""

from datetime import datetime
from enum import StrEnum

from nexcred.model.named_tuple import NamedTuple


class ProbeStatus(StrEnum):
    """Only `accepted`, `rejected` and `expired` are proof."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXPIRED = "expired"
    FORBIDDEN = "forbidden"
    RATE_LIMITED = "rate_limited"
    UNREACHABLE = "unreachable"
    PROVIDER_ERROR = "provider_error"
    BLOCKED = "blocked"
    INCONCLUSIVE = "inconclusive"
    UNSUPPORTED = "unsupported"

    @property
    def is_refusal(self) -> bool:
        return self in (ProbeStatus.REJECTED, ProbeStatus.EXPIRED)


class ProbeResult(NamedTuple):
    """One finished probe. `identity` and `detail` come from outside: make them visible before printing.

    `version` is the details revision that was judged; a result for another one is not kept. `proved` is what was
    proved last of a credential of which this result proves nothing.
    """

    status: ProbeStatus
    checked_at: datetime
    elapsed_ms: int
    identity: str | None = None
    detail: str = ""
    http_status: int | None = None
    retry_after_s: float | None = None
    expires_at: datetime | None = None
    version: int = 0
    proved: ProbeStatus | None = None

    @property
    def last_proof(self) -> ProbeStatus | None:
        """What is proved by now: by this result, or by one before."""
        is_proof = self.status is ProbeStatus.ACCEPTED or self.status.is_refusal
        return self.status if is_proof else self.proved


def verified_status(result: ProbeResult | None) -> str | None:
    """Translate to the seed's word: VERIFIED, FAILED, UNVERIFIED, or None when never probed."""
    if result is None:
        return None
    if result.status is ProbeStatus.ACCEPTED:
        return "VERIFIED"
    return "FAILED" if result.status.is_refusal else "UNVERIFIED"
