"""TLS as a login asks for it: which certificates are taken, in libpq's words."""

import functools
import ssl
from collections.abc import Mapping

from nexcred.auth.database_login import Connect
from nexcred.databases.bounded import BoundedTLS
from nexcred.network.failures import TransportFailed
from nexcred.network.tls import CertificateSource, certificate_source


def login_context(connect: Connect, environment: Mapping[str, str]) -> ssl.SSLContext:
    """Return the context for a login that uses TLS; raise TransportFailed for authorities that cannot be read."""
    source = certificate_source(environment) if connect.verifies and not connect.ca else None
    return _context(connect.verifies, connect.tls == "verify-full", connect.ca, source)


# Parsing a bundle takes some 30 ms, and many probes run in one process.
@functools.lru_cache(maxsize=16)
def _context(verifies: bool, checks_name: bool, ca: str, source: CertificateSource | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = BoundedTLS
    context.check_hostname = checks_name
    if not verifies:
        context.verify_mode = ssl.CERT_NONE
    elif source is None:
        _trust_only(context, ca)
    else:
        _trust_source(context, source)
    return context


def _trust_only(context: ssl.SSLContext, ca: str) -> None:
    """Whoever names an authority, an intermediate one too, means that one alone."""
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        context.load_verify_locations(cadata=ca)
    except (ssl.SSLError, ValueError, TypeError):
        raise TransportFailed.inconclusive("not sent: the CA certificate is not readable PEM") from None


def _trust_source(context: ssl.SSLContext, source: CertificateSource) -> None:
    try:
        context.load_verify_locations(cafile=source.file or None, capath=source.folder or None)
    except OSError:
        raise TransportFailed.unreachable(f"{source.name} does not name readable certificates") from None
