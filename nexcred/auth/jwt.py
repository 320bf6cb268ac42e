"""Read when a JSON Web Token expires, without trusting or verifying it."""

import json
import re
from base64 import urlsafe_b64decode
from datetime import datetime

from nexcred.auth.timestamp import parse_timestamp

# Compiled when they are first needed.
_JWT = r"[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]*"
_LONGEST = 64 * 1024


def jwt_expiry(token: str) -> datetime | None:
    """Return the `exp` claim (RFC 7519, 4.1.4), also as a text or a date; None when this is no JWT or names none."""
    match = re.fullmatch(_JWT, token) if len(token) <= _LONGEST else None
    if not match:
        return None
    try:
        claims = json.loads(urlsafe_b64decode(match[1] + "=" * (-len(match[1]) % 4)))
    except (ValueError, RecursionError):
        return None
    return parse_timestamp(claims.get("exp")) if isinstance(claims, dict) else None
