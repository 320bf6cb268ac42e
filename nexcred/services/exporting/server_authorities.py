"""Which file a database's clients are told to find the authorities in that may have signed a server's certificate."""

from nexcred.local.trusted_authorities import trusted_authorities
from nexcred.services.exporting.exported import Exported, path_of, texts


def authorities_for(one: Exported) -> str:
    """Return its path: of the credential's own certificate, or else the machine's; "" where clients are told of none.

    Without one libpq wants a file of its own where the mode verifies; "system" only its releases from 16 on know.
    """
    values = texts(one)
    if "ca_certificate" in values:
        return path_of(one, "ca_certificate")
    return trusted_authorities() if values.get("sslmode") in ("verify-full", "verify-ca") else ""
