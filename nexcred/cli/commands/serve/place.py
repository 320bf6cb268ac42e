"""Where the service listens, by what was said."""

import os
from pathlib import Path

from nexcred.errors import UsageError
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.server.listening.activated import activated_sockets, listen_on_activated
from nexcred.server.listening.address import listen_on_address
from nexcred.server.listening.loopback import DEFAULT_PORT, listen_on_loopback
from nexcred.server.listening.place import Listening
from nexcred.server.listening.tls import load_certificate
from nexcred.server.listening.unix_socket import listen_on_unix_socket

_INSTEAD = (
    "take a port that is free with: nexcred serve --port 0, or a socket that nobody else can take with: "
    "nexcred serve --socket FILE"
)


class ListeningOptions(NamedTuple):
    """What the command line says of it; None where it says nothing."""

    port: int | None
    address: str | None
    certificate: Path | None
    key: Path | None
    socket: Path | None

    def __repr__(self) -> str:
        return repr_of(self, "port")


def open_place(wanted: ListeningOptions) -> Listening:
    """Listen; what the service manager hands over leaves nothing else to say. Raise UsageError and its kin."""
    handed = activated_sockets(os.environ)
    if handed and (wanted.port, wanted.address, wanted.socket) != (None, None, None):
        raise UsageError("the service manager says where to listen: leave out --port, --listen and --socket")
    if wanted.socket is not None:
        return listen_on_unix_socket(wanted.socket)
    certificate = None
    if wanted.certificate is not None and wanted.key is not None:
        certificate = load_certificate(wanted.certificate, wanted.key)
    if handed:
        return listen_on_activated(handed, certificate)
    port = DEFAULT_PORT if wanted.port is None else wanted.port
    if wanted.address is None and certificate is None:
        return listen_on_loopback(port, _INSTEAD)
    return listen_on_address(wanted.address or "localhost", port, certificate)
