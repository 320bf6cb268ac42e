"""The file of the certificate authorities that this machine trusts, for programs that want to be told one."""

import os
from collections.abc import Mapping
from pathlib import Path

# As nexcred's own connections go by them, and OpenSSL by the last.
_NAMED = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
# Of Debian, Alpine and Arch; Fedora and its kin; SUSE; macOS and the BSDs.
_USUAL = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def trusted_authorities(environment: Mapping[str, str] = os.environ) -> str:
    """Return the path that a variable names, else the system's file, else the one that nexcred ships."""
    named = (environment.get(variable, "") for variable in _NAMED)
    found = next((path for path in (*named, *_USUAL) if path and Path(path).is_file()), None)
    if found is not None:
        return found
    import certifi  # for a machine without a file of its own

    return certifi.where()
