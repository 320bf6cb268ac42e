"""The certificate authorities to trust, as the environment names them."""

import functools
import ssl
from collections.abc import Mapping
from pathlib import Path

import certifi

from nexcred.model.named_tuple import NamedTuple
from nexcred.network.failures import TransportFailed

_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


class CertificateSource(NamedTuple):
    """Where the authorities come from: a file, a folder, or both. `name` is the variable that says so."""

    name: str
    file: str
    folder: str


def certificate_source(environment: Mapping[str, str]) -> CertificateSource:
    """Return what the environment names, unread."""
    for variable in _BUNDLES:
        if environment.get(variable):
            path = environment[variable]
            return CertificateSource(variable, *(("", path) if Path(path).is_dir() else (path, "")))
    file, folder = environment.get("SSL_CERT_FILE", ""), environment.get("SSL_CERT_DIR", "")
    if file or folder:
        return CertificateSource("SSL_CERT_FILE" if file else "SSL_CERT_DIR", file, folder)
    return CertificateSource("the built-in list", certifi.where(), "")


def authorities_variable(environment: Mapping[str, str]) -> str:
    """Return the variable in which further authorities are named: the one that is set, since it alone counts."""
    return next(
        (name for name in (*_BUNDLES, "SSL_CERT_FILE", "SSL_CERT_DIR") if environment.get(name)), "SSL_CERT_FILE"
    )


def tls_context(environment: Mapping[str, str]) -> ssl.SSLContext:
    """Return a verifying context; raise TransportFailed when a variable names a file that is none."""
    return _load(*certificate_source(environment))


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
