"""The certificate authorities to trust, as the environment names them."""

import functools
import ssl
from collections.abc import Mapping
from pathlib import Path

import certifi

from nexcred.http.failures import TransportFailed

_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def tls_context(environment: Mapping[str, str]) -> ssl.SSLContext:
    """Return a verifying context; raise TransportFailed when a variable names a file that is none."""
    for variable in _BUNDLES:
        if environment.get(variable):
            path = environment[variable]
            return _load(variable, *(("", path) if Path(path).is_dir() else (path, "")))
    file, folder = environment.get("SSL_CERT_FILE", ""), environment.get("SSL_CERT_DIR", "")
    if file or folder:
        return _load("SSL_CERT_FILE" if file else "SSL_CERT_DIR", file, folder)
    return _load("the built-in list", certifi.where(), "")


# Parsing a bundle takes some 30 ms, and many probes run in one process.
@functools.lru_cache(maxsize=8)
def _load(source: str, file: str, folder: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        if folder and not Path(folder).is_dir():
            raise FileNotFoundError
        context.load_verify_locations(cafile=file or None, capath=folder or None)
    except OSError:
        raise TransportFailed.unreachable(f"{source} does not name readable certificates") from None
    return context
