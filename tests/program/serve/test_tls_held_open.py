"""With TLS, who holds connections and does not speak it keeps nobody out, and uses up nothing."""

import socket
import ssl
from contextlib import ExitStack

import trustme

from nexcred.server.limits import MOST_HANDSHAKES
from tests.support.opened import Opened
from tests.support.raw_http import RawConnection, raw, status_of
from tests.support.served_program import ServedProgram, served

_MORE = 40


def _asked(service: ServedProgram, trusting: ssl.SSLContext) -> int:
    below = socket.create_connection(("127.0.0.1", service.port), timeout=60)
    with trusting.wrap_socket(below, server_hostname="nexcred.example") as spoken:
        request = f"GET /healthz HTTP/1.1\r\nHost: nexcred.example:{service.port}\r\nConnection: close\r\n\r\n"
        spoken.sendall(request.encode())
        return status_of(RawConnection(spoken).answer())


def test_who_has_waited_longest_for_nothing_makes_room(opened: Opened) -> None:
    authority = trustme.CA()
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    issued = authority.issue_cert("nexcred.example")
    certificate, key = opened.home / "service.pem", opened.home / "service.key"
    certificate.write_bytes(b"".join(one.bytes() for one in issued.cert_chain_pems))
    key.touch(mode=0o600)
    key.write_bytes(issued.private_key_pem.bytes())
    flags = ("--listen", "127.0.0.1", "--port", "0", "--tls-cert", str(certificate), "--tls-key", str(key))
    with served(opened, *flags) as service, ExitStack() as stack:
        spoken = stack.enter_context(raw(service.port)).socket
        spoken = stack.enter_context(trusting.wrap_socket(spoken, server_hostname="nexcred.example"))
        held = [stack.enter_context(raw(service.port)) for _ in range(MOST_HANDSHAKES + _MORE)]
        assert [one.to_the_end() for one in held[:_MORE]] == [b""] * _MORE
        assert _asked(service, trusting) == 200
        for one in held[-_MORE:]:
            one.socket.setblocking(False)
            try:
                assert one.socket.recv(1), "it was ended, though it had not waited longest"
            except BlockingIOError:
                continue
        spoken.sendall(f"GET /healthz HTTP/1.1\r\nHost: nexcred.example:{service.port}\r\n\r\n".encode())
        assert status_of(RawConnection(spoken).answer()) == 200
        ended = service.end()
    assert (ended.code, ended.err.count("\n")) == (0, 2), ended.err
