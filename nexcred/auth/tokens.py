"""The tokens that a token endpoint grants, and how they are kept as a session."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from nexcred.auth.flow import Session
from nexcred.auth.timestamp import parse_timestamp
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import DOTS

# No server takes a header of this size, and no vault needs to keep one.
LONGEST_TOKEN = 32 * 1024
# A token that ends while a request is on its way is of no use.
_MARGIN = timedelta(seconds=30)


class Tokens(NamedTuple):
    """`expires_at` is the access token's; None when nobody said, and then `granted_at` tells how old it is.

    Kept as a session, an empty access token is none. `found` are values of fields that came with them.
    """

    access_token: str
    expires_at: datetime | None = None
    refresh_token: str | None = None
    granted_at: datetime | None = None
    found: Mapping[str, str] = MappingProxyType({})

    def __repr__(self) -> str:
        return f"Tokens({DOTS})"

    @classmethod
    def of(cls, session: Session | None) -> "Tokens":
        """Read a kept session; what is not there, or not as it should be, is as if it had never been granted."""
        kept = session or {}
        access, refresh = kept.get("access_token"), kept.get("refresh_token")
        return cls(
            access_token=access if isinstance(access, str) else "",
            expires_at=parse_timestamp(kept.get("expires_at")),
            refresh_token=refresh if isinstance(refresh, str) and refresh else None,
            granted_at=parse_timestamp(kept.get("granted_at")),
            found=_texts_of(kept.get("found")),
        )

    @property
    def session(self) -> Session:
        """Return what to keep sealed: JSON, times in RFC 3339."""
        kept: dict[str, object] = {"access_token": self.access_token}
        if self.expires_at is not None:
            kept["expires_at"] = self.expires_at.isoformat()
        elif self.granted_at is not None:
            kept["granted_at"] = self.granted_at.isoformat()
        if self.refresh_token is not None:
            kept["refresh_token"] = self.refresh_token
        if self.found:
            kept["found"] = dict(self.found)
        return kept

    def is_usable(self, now: datetime) -> bool:
        """True while the access token can be sent; one of unknown end is, until it is refused."""
        return bool(self.access_token) and (self.expires_at is None or now + _MARGIN < self.expires_at)


def _texts_of(kept: object) -> dict[str, str]:
    return {str(name): text for name, text in kept.items() if isinstance(text, str)} if isinstance(kept, dict) else {}
