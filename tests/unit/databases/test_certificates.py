"""Certificates that go wrong, with each driver."""

import socket
import ssl
from collections.abc import Callable

import pytest

from nexcred.auth.database_login import Driver
from nexcred.model.probe import ProbeStatus
from nexcred.network.failures import TransportFailed
from tests.support.standins.authority import Authority
from tests.unit.databases.hostile import DRIVERS, GREETING, ask, packet, serving

# The greeting's lower capabilities, CLIENT_SSL (0x0800) added.
_WITHOUT_TLS, _WITH_TLS = b"\x00\x82", b"\x00\x8a"


def over_tls(driver: Driver, context: ssl.SSLContext) -> Callable[[socket.socket], None]:
    """Offer TLS as the driver's protocol does, show the certificate, and hang up."""
    with_tls = (GREETING % b"mysql_native_password").replace(_WITHOUT_TLS, _WITH_TLS)

    def show(connection: socket.socket) -> None:
        if driver == "mysql":
            connection.sendall(packet(with_tls))
            connection.recv(36)  # SSLRequest, before the handshake begins
        else:
            connection.recv(8)
            connection.sendall(b"S")
        context.wrap_socket(connection, server_side=True).close()

    return show


def refused(driver: Driver, context: ssl.SSLContext, authority: Authority) -> str:
    with serving(over_tls(driver, context)) as port, pytest.raises(TransportFailed) as failed:
        ask(driver, port, tls="verify-full", ca=authority.bundle.read_text())
    assert failed.value.status is ProbeStatus.UNREACHABLE
    return failed.value.detail


@pytest.mark.parametrize("driver", DRIVERS)
def test_an_expired_certificate_is_told_as_that(driver: Driver, authority: Authority) -> None:
    assert refused(driver, authority.expired_context(), authority) == "its certificate has expired"


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_certificate_of_another_name_is_told_as_that(driver: Driver, authority: Authority) -> None:
    assert refused(driver, authority.server_context("db.example.com"), authority) == (
        "its certificate is for another address"
    )


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_self_signed_certificate_is_told_with_the_way_out(driver: Driver, authority: Authority) -> None:
    detail = refused(driver, authority.self_signed_context(), authority)
    assert detail == "its certificate is self-signed; give that authority's as ca_certificate"
