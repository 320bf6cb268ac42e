"""The certificate authorities to trust, as the environment names them."""

import functools
import os
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from nexcred.model.client_certificate import ClientCertificate
from nexcred.model.named_tuple import NamedTuple
from nexcred.network.failures import TransportFailed

_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


class CertificateSource(NamedTuple):
    """The trusted CAs: a file, a folder, or both. `name` is the variable that sets them."""

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
    import certifi  # what finds it takes long to load, and a server of one's own has an authority of its own

    return CertificateSource("the built-in list", certifi.where(), "")


def authorities_variable(environment: Mapping[str, str]) -> str:
    """Return the variable in which further authorities are named: the one that is set, since it alone counts."""
    return next(
        (name for name in (*_BUNDLES, "SSL_CERT_FILE", "SSL_CERT_DIR") if environment.get(name)), "SSL_CERT_FILE"
    )


def tls_context(environment: Mapping[str, str], shown: ClientCertificate | None = None) -> ssl.SSLContext:
    """Return a verifying context, which shows the certificate where a server asks for one.

    Raises TransportFailed when a variable names a file that is none, and for a certificate that TLS does not take.
    """
    return _load(*certificate_source(environment), shown)


def server_name(host: str) -> str | bytes:
    """Return the name to ask for and to check; in bytes, since for a text Python loads tables of other scripts."""
    return host.encode() if host.isascii() else host


# Parsing a bundle takes some 30 ms, and many probes run in one process.
@functools.lru_cache(maxsize=8)
def _load(source: str, file: str, folder: str, shown: ClientCertificate | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        if folder and not Path(folder).is_dir():
            raise FileNotFoundError
        context.load_verify_locations(cafile=file or None, capath=folder or None)
    except OSError:
        raise TransportFailed.unreachable(f"{source} does not name readable certificates") from None
    if shown is not None:
        _show(context, shown)
    return context


def _show(context: ssl.SSLContext, shown: ClientCertificate) -> None:
    """Hand it over as a file, since OpenSSL's binding takes nothing else: in memory where there is such a thing."""
    try:
        with _file_of(shown.chain + shown.key) as path:
            context.load_cert_chain(path)
    except (ssl.SSLError, OSError):
        raise TransportFailed.inconclusive("not sent: TLS does not take the client certificate and its key") from None


@contextmanager
def _file_of(content: bytes) -> Iterator[str]:
    if hasattr(os, "memfd_create"):
        held = os.memfd_create("certificate")
        try:
            os.write(held, content)
            yield f"/proc/self/fd/{held}"
        finally:
            os.close(held)
        return
    from tempfile import TemporaryDirectory  # which is slow to load

    with TemporaryDirectory() as folder:  # of this user alone
        path = Path(folder) / "certificate.pem"
        path.touch(mode=0o600)
        path.write_bytes(content)
        yield str(path)
