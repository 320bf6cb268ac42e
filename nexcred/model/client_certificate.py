"""What a client shows of itself in TLS (RFC 8446, 4.4.2), in PEM."""

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import DOTS


class ClientCertificate(NamedTuple):
    """`chain` begins with the client's own certificate; `key` belongs to it, and stands behind no passphrase."""

    chain: bytes
    key: bytes

    def __repr__(self) -> str:
        return f"ClientCertificate({DOTS})"
