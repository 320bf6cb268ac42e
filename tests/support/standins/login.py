"""Read the Authorization header of basic authentication (RFC 7617)."""

import base64
import binascii

from tests.support.standins.exchange import Received


def basic_login(request: Received) -> tuple[str, str]:
    """Return user name and password; two empty strings for anything else."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme != "Basic":
        return "", ""
    try:
        username, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return username, password
