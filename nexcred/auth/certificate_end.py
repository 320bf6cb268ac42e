"""Read when a certificate in PEM ends, without trusting or verifying it."""

from contextlib import suppress
from datetime import datetime

_BEGIN = b"-----BEGIN CERTIFICATE-----"


def certificate_end(text: str) -> datetime | None:
    """Return the `notAfter` of the first certificate (RFC 5280, 4.1.2.5), which a chain begins with; None for none.

    What an issuer above it says does not count: servers are given chains of which the last end long after.
    """
    _, begins, rest = text.partition(_BEGIN.decode())
    if not begins:
        return None
    from cryptography import x509  # which takes a parser, and few secrets need

    with suppress(ValueError):
        return x509.load_pem_x509_certificate(_BEGIN + rest.encode()).not_valid_after_utc
    return None
