"""By which names a service with a certificate may be asked: those that the certificate is for, and no others."""

import socket
import ssl

import trustme

from tests.support.opened import Opened
from tests.support.raw_http import RawConnection, status_of
from tests.support.served_program import ServedProgram, served

_NAMES = ("*.team.example", "nexcred.example", "10.0.0.7")


class Asked:
    """A service that runs with a certificate for `_NAMES`."""

    def __init__(self, service: ServedProgram, trusting: ssl.SSLContext) -> None:
        self._service, self._trusting = service, trusting

    def status(self, host: str) -> int:
        below = socket.create_connection(("127.0.0.1", self._service.port), timeout=60)
        with self._trusting.wrap_socket(below, server_hostname="nexcred.example") as spoken:
            request = f"GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            spoken.sendall(request.replace("PORT", str(self._service.port)).encode())
            return status_of(RawConnection(spoken).answer())


def _flags(program: Opened, authority: trustme.CA) -> list[str]:
    issued = authority.issue_cert(*_NAMES)
    certificate, key = program.home / "service.pem", program.home / "service.key"
    certificate.write_bytes(b"".join(one.bytes() for one in issued.cert_chain_pems))
    key.touch(mode=0o600)
    key.write_bytes(issued.private_key_pem.bytes())
    return ["--listen", "127.0.0.1", "--port", "0", "--tls-cert", str(certificate), "--tls-key", str(key)]


def test_it_goes_by_what_its_certificate_names_and_by_no_wildcard(opened: Opened) -> None:
    """Whoever has some other name below the domain could lead a browser here by it."""
    authority = trustme.CA()
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with served(opened, *_flags(opened, authority)) as service:
        asked = Asked(service, trusting)
        good = ("nexcred.example:PORT", "NEXCRED.Example:PORT", "10.0.0.7:PORT", "localhost:PORT")
        assert [asked.status(host) for host in good] == [200] * len(good)
        wrong = (
            "vault.team.example:PORT",
            "*.team.example:PORT",
            "team.example:PORT",
            "nexcred.example",
            "nexcred.example:1",
            "nexcred.example.evil.example:PORT",
            "evil@nexcred.example:PORT",
        )
        assert [asked.status(host) for host in wrong] == [421] * len(wrong)
