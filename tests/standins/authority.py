"""A throw-away certificate authority, and the certificates that go wrong."""

import datetime
import ssl
from functools import cached_property
from pathlib import Path

import trustme


class Authority:
    """Issues for 127.0.0.1 and the names given; `bundle` is the file to trust."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _ca(self) -> trustme.CA:
        return trustme.CA(key_type=trustme.KeyType.ECDSA)

    @cached_property
    def bundle(self) -> Path:
        path = self._folder / "authority.pem"
        self._ca.cert_pem.write_to_path(str(path))
        return path

    def server_context(self, *names: str, not_after: datetime.datetime | None = None) -> ssl.SSLContext:
        """Return a server's context with a certificate for 127.0.0.1 (or `names`), valid until `not_after`."""
        issued = self._ca.issue_cert(
            *(names or ("127.0.0.1", "localhost")), not_after=not_after, key_type=trustme.KeyType.ECDSA
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issued.configure_cert(context)
        return context

    def expired_context(self) -> ssl.SSLContext:
        yesterday = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
        return self.server_context(not_after=yesterday)
