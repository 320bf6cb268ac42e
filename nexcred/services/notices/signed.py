"""Signing what goes to a webhook, as Standard Webhooks 1.0.0 does: an id and a time that are signed with the body."""

import base64
import binascii
from collections.abc import Mapping

_PREFIX = "whsec_"


def signing_headers(key: str, message_id: str, moment_s: int, body: bytes) -> Mapping[str, str]:
    """Return the headers; the key is text, or whsec_ and Base64. A receiver refuses what is older than five minutes."""
    import hmac

    secret = key.encode()
    if key.startswith(_PREFIX):
        try:
            secret = base64.b64decode(key.removeprefix(_PREFIX), validate=True)
        except binascii.Error:  # somebody's own secret that happens to begin so
            secret = key.encode()
    signed = f"{message_id}.{moment_s}.".encode() + body
    signature = base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(moment_s),
        "webhook-signature": f"v1,{signature}",
    }
