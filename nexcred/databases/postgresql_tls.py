"""TLS on a line to PostgreSQL, which is asked for before anything else is said."""

import socket
import ssl
import struct
from collections.abc import Mapping

from nexcred.auth.database_login import Connect
from nexcred.databases.refusals import offers_no_tls, unreadable
from nexcred.databases.tls import login_context
from nexcred.network.tls import server_name

_SSL_REQUEST = struct.pack("!ii", 8, 80877103)  # protocol, 55.7 SSLRequest


def encrypt(plain: socket.socket, connect: Connect, environment: Mapping[str, str]) -> ssl.SSLSocket:
    """Ask for TLS and return the line under it; raise TransportFailed, OSError."""
    context = login_context(connect, environment)
    plain.sendall(_SSL_REQUEST)
    answer = plain.recv(1)
    if not answer:
        raise ConnectionResetError
    if answer != b"S":
        raise offers_no_tls() if answer in (b"N", b"E") else unreadable("PostgreSQL")
    return context.wrap_socket(plain, server_hostname=server_name(connect.host))
