"""Ports, addresses with TLS, and the sockets that a service manager hands over."""

import os
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from nexcred.errors import InvalidData, PortTaken, StoreFailed, UsageError
from nexcred.server.listening.activated import activated_sockets, listen_on_activated
from nexcred.server.listening.address import listen_on_address
from nexcred.server.listening.loopback import bound, listen_on_loopback
from nexcred.server.listening.place import Listening, hosts_at
from nexcred.server.listening.port_owner import describe_owner
from nexcred.server.listening.tls import Certificate, load_certificate


def end(listening: Listening) -> None:
    for one in listening.sockets:
        one.close()


class Files:
    """A certificate and its key."""

    def __init__(self, folder: Path) -> None:
        issued = trustme.CA().issue_cert("nexcred.example", "10.0.0.7", "*.wild.example")
        self.certificate, self.key = folder / "service.pem", folder / "service.key"
        self.certificate.write_bytes(b"".join(one.bytes() for one in issued.cert_chain_pems))
        self.key.write_bytes(issued.private_key_pem.bytes())
        self.key.chmod(0o600)

    def load(self) -> Certificate:
        return load_certificate(self.certificate, self.key)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_loopback_is_both_of_them() -> None:
    listening = listen_on_loopback(0)
    port = listening.sockets[0].getsockname()[1]
    assert [one.getsockname()[:2] for one in listening.sockets] == [("127.0.0.1", port), ("::1", port)]
    assert listening.url == f"http://127.0.0.1:{port}"
    assert listening.hosts == {f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"}
    end(listening)


def test_no_part_of_an_answer_waits_for_the_one_before() -> None:
    listening = listen_on_loopback(0)
    assert {one.proto for one in listening.sockets} == {socket.IPPROTO_TCP}  # by which asyncio knows what it may set
    end(listening)


def test_the_other_family_of_a_port_is_not_left_to_somebody_else() -> None:
    with bound(socket.AF_INET6, "::1", 0) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"port {port} of ::1: PID {os.getpid()} "):
            listen_on_loopback(port)
    end(listen_on_loopback(port))


def test_hosts_have_their_port_but_for_the_usual_one() -> None:
    assert hosts_at(("A.example", "::1"), 80, 80) == {"a.example", "a.example:80", "[::1]", "[::1]:80"}
    assert hosts_at(("a.example",), 81, 80) == {"a.example:81"}


def test_nobody_has_a_port_that_is_free() -> None:
    with bound(socket.AF_INET, "127.0.0.1", 0) as one:
        port = one.getsockname()[1]
        assert describe_owner(port).startswith(f"PID {os.getpid()} (")
    assert describe_owner(port) == ""


@pytest.mark.parametrize("address", ["0.0.0.0", "::"])
def test_what_others_reach_needs_a_certificate(address: str) -> None:
    with pytest.raises(UsageError, match="must be encrypted") as raised:
        listen_on_address(address, 0, None)
    assert "--tls-cert FILE" in raised.value.hint


@pytest.mark.parametrize("address", ["192.0.2.1", "no.such.example.invalid"])
def test_an_address_of_another_machine_is_refused(address: str, files: Files) -> None:
    with pytest.raises(InvalidData):
        listen_on_address(address, 0, files.load())


def test_it_may_be_asked_by_the_names_of_the_certificate(files: Files) -> None:
    listening = listen_on_address("127.0.0.1", 0, files.load())
    port = listening.sockets[0].getsockname()[1]
    names = ("127.0.0.1", "localhost", "[::1]", "nexcred.example", "10.0.0.7")
    assert listening.hosts == {f"{name}:{port}" for name in names}
    assert listening.url == f"https://127.0.0.1:{port}"
    assert listening.tls is not None
    assert listening.tls.minimum_version is ssl.TLSVersion.TLSv1_2
    end(listening)


def test_the_name_to_listen_at_is_one_of_its_own(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way for whoever has a certificate with a wildcard alone."""
    real = socket.getaddrinfo

    def resolving(host: str, *given: Any, **named: Any) -> Any:
        return real("127.0.0.1" if host == "Vault.wild.example" else host, *given, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolving)
    listening = listen_on_address("Vault.wild.example", 0, files.load())
    port = listening.sockets[0].getsockname()[1]
    assert f"vault.wild.example:{port}" in listening.hosts
    assert f"other.wild.example:{port}" not in listening.hosts
    end(listening)


def test_a_key_that_everybody_may_read_is_refused(files: Files) -> None:
    files.key.chmod(0o644)
    with pytest.raises(InvalidData, match="everybody on this machine has access"):
        files.load()


@pytest.mark.parametrize("text", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_what_is_no_certificate_is_refused(files: Files, text: str) -> None:
    files.certificate.write_text(text)
    with pytest.raises(InvalidData):
        files.load()


def test_a_key_of_another_certificate_is_refused(files: Files, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with pytest.raises(InvalidData, match="is not the key of"):
        load_certificate(files.certificate, Files(tmp_path / "other").key)


def test_a_missing_file_is_said(files: Files, tmp_path: Path) -> None:
    with pytest.raises(InvalidData, match="cannot be read"):
        load_certificate(tmp_path / "missing", files.key)
    with pytest.raises(InvalidData, match="cannot be read"):
        load_certificate(files.certificate, tmp_path / "missing")


@pytest.fixture
def streams(tmp_path: Path) -> Iterator[tuple[socket.socket, socket.socket]]:
    """A socket that listens on loopback, and one of a file."""
    with socket.create_server(("127.0.0.1", 0)) as loopback, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(tmp_path / "s"))
        unix.listen()
        yield loopback, unix


def test_what_is_handed_over_is_served(streams: tuple[socket.socket, socket.socket], tmp_path: Path) -> None:
    (tmp_path / "s").chmod(0o600)
    loopback, unix = streams
    listening = listen_on_activated((unix, loopback), None)
    port = loopback.getsockname()[1]
    assert listening.url == f"unix://{tmp_path / 's'}"
    assert listening.hosts == {"localhost", f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"}


def test_a_socket_of_the_manager_that_others_reach_is_refused(
    streams: tuple[socket.socket, socket.socket], tmp_path: Path
) -> None:
    (tmp_path / "s").chmod(0o666)
    with pytest.raises(InvalidData, match="others have access to the socket") as raised:
        listen_on_activated((streams[1],), None)
    assert "SocketMode=0600" in raised.value.hint
    with socket.create_server(("0.0.0.0", 0)) as everywhere, pytest.raises(InvalidData, match="must be encrypted"):
        listen_on_activated((everywhere,), None)


def test_a_socket_of_the_manager_stands_where_nobody_else_can_put_another(
    streams: tuple[socket.socket, socket.socket], tmp_path: Path
) -> None:
    path = tmp_path / "s"
    path.chmod(0o600)
    tmp_path.chmod(0o777)
    with pytest.raises(StoreFailed, match="others may write in") as raised:
        listen_on_activated((streams[1],), None)
    assert raised.value.hint == f"take that away with: chmod go-w {tmp_path}"
    tmp_path.chmod(0o700)
    path.unlink()
    with pytest.raises(InvalidData, match="cannot be looked at"):
        listen_on_activated((streams[1],), None)
    with socket.socket(socket.AF_UNIX) as nameless:
        nameless.bind("\0nexcred-EXAMPLE")
        nameless.listen()
        with pytest.raises(InvalidData, match="has no path"):
            listen_on_activated((nameless,), None)


class OfAnotherFamily(socket.socket):
    """As one of AF_VSOCK is, which few machines have: its name is two numbers."""

    @property
    def family(self) -> socket.AddressFamily:
        return socket.AddressFamily.AF_APPLETALK

    def getsockname(self) -> tuple[int, int]:
        return 2, 6392


def test_a_socket_of_another_family_is_refused() -> None:
    with OfAnotherFamily() as other, pytest.raises(InvalidData, match="neither of TCP nor a Unix socket"):
        listen_on_activated((other,), None)


def test_what_was_meant_for_another_process_is_left_alone() -> None:
    environment = {"LISTEN_PID": str(os.getppid()), "LISTEN_FDS": "1"}
    assert activated_sockets(environment) == ()
    assert environment == {"LISTEN_PID": str(os.getppid()), "LISTEN_FDS": "1"}


@pytest.mark.parametrize("count", ["", "0", "-1", "x", "17", "1000000"])
def test_a_number_of_sockets_that_cannot_be_is_refused(count: str) -> None:
    environment = {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": count}
    with pytest.raises(InvalidData, match="LISTEN_FDS must be a number"):
        activated_sockets(environment)
    assert environment == {}
