"""Servers that are silent, endless, broken, or after the password."""

import socket
import struct
import time
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nexcred.auth.database_login import DatabaseLogin, Driver
from nexcred.model.probe import ProbeStatus
from nexcred.network.failures import TransportFailed
from tests.unit.databases.hostile import DRIVERS, GREETING, ask, message, packet, serving


def failure(driver: Driver, script: Callable[[socket.socket], None], **more: object) -> TransportFailed:
    with serving(script) as port, pytest.raises(TransportFailed) as failed:
        ask(driver, port, **more)  # type: ignore[arg-type]
    return failed.value


def silent(connection: socket.socket) -> None:
    while connection.recv(4096):
        pass


def dripping(start: bytes) -> Callable[[socket.socket], None]:
    def drip(connection: socket.socket) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(b"\0")
            time.sleep(0.02)

    return drip


def endless(start: bytes) -> Callable[[socket.socket], None]:
    def pour(connection: socket.socket) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(b"\0" * 65536)

    return pour


def saying(*words: bytes) -> Callable[[socket.socket], None]:
    """Say each when the client has said something; MySQL's server speaks first, so a leading b"" waits for nothing."""

    def say(connection: socket.socket) -> None:
        for index, word in enumerate(words):
            if index or word.startswith(b"R"):
                connection.recv(4096)
            connection.sendall(word)
        connection.recv(4096)

    return say


@pytest.mark.parametrize("tls", ["disable", "verify-full"])
@pytest.mark.parametrize("driver", DRIVERS)
def test_a_server_that_accepts_and_stays_silent_is_given_up_at_the_deadline(driver: Driver, tls: str) -> None:
    failed = failure(driver, silent, timeout_s=0.3, tls=tls)
    assert (failed.status, failed.detail) == (ProbeStatus.UNREACHABLE, "no complete answer within 0.3 s")


@pytest.mark.parametrize(("driver", "start"), [("postgresql", b"R\x7f\xff\xff\xff"), ("mysql", b"\xff\xff\xff\x00")])
def test_a_dripping_answer_ends_at_the_deadline(driver: Driver, start: bytes) -> None:
    failed = failure(driver, dripping(start), timeout_s=0.3)
    assert failed.detail == "no complete answer within 0.3 s"


@pytest.mark.parametrize(("driver", "start"), [("postgresql", b"R\x7f\xff\xff\xff"), ("mysql", b"\xff\xff\xff\x00")])
def test_an_endless_answer_is_given_up_after_a_megabyte(driver: Driver, start: bytes) -> None:
    failed = failure(driver, endless(start))
    assert (failed.status, failed.detail) == (
        ProbeStatus.INCONCLUSIVE,
        "the answer is longer than makes sense",
    )


@pytest.mark.parametrize(("driver", "start"), [("postgresql", b"R\0\0"), ("mysql", b"\x20\0\0\0\x0a8.4")])
def test_half_an_answer_is_told_as_that(driver: Driver, start: bytes) -> None:
    def hang_up(connection: socket.socket) -> None:
        connection.sendall(start)
        connection.shutdown(socket.SHUT_WR)
        silent(connection)

    assert failure(driver, hang_up).detail == "the connection was closed in the middle of the login"


@pytest.mark.parametrize("tls", ["require", "verify-ca", "verify-full"])
def test_a_server_without_tls_is_told_nothing(tls: str) -> None:
    assert failure("postgresql", saying(b"", b"N"), tls=tls).detail == "the server does not offer TLS"
    greeting = packet(GREETING % b"mysql_native_password")
    assert failure("mysql", saying(greeting), tls=tls).detail == "the server does not offer TLS"


def test_a_web_server_is_no_database() -> None:
    def web(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        silent(connection)

    for driver in DRIVERS:
        failed = failure(driver, web)
        assert not failed.status.is_refusal


@pytest.mark.parametrize("plugin", [b"mysql_clear_password", b"dialog", b"sha256_password", b"mysql_old_password"])
def test_mysql_gets_no_password_that_it_could_read(plugin: bytes) -> None:
    """Nor the scramble of before MySQL 4.1: it gives away a hash that is as good as the password."""
    heard = bytearray()

    def switch(connection: socket.socket) -> None:
        connection.sendall(packet(GREETING % b"mysql_native_password"))
        number = connection.recv(4096)[3]
        extra = b"\x05Password: " if plugin == b"dialog" else b"saltsaltsaltsaltsalt\0"
        connection.sendall(packet(b"\xfe" + plugin + b"\0" + extra, number + 1))
        while more := connection.recv(4096):
            heard.extend(more)

    failed = failure("mysql", switch)
    assert failed.status is ProbeStatus.INCONCLUSIVE
    assert bytes(heard) == b""


def test_mysql_that_greets_with_sha256_gets_nothing() -> None:
    failed = failure("mysql", saying(packet(GREETING % b"sha256_password")))
    assert "asks for the password itself" in failed.detail


def test_mysql_caching_sha2_gets_no_password_under_a_key_of_its_own() -> None:
    def full(connection: socket.socket) -> None:
        connection.sendall(packet(GREETING % b"caching_sha2_password"))
        number = connection.recv(4096)[3]
        connection.sendall(packet(b"\x01\x04", number + 1))
        silent(connection)

    assert "asks for the password itself" in failure("mysql", full).detail


def test_postgresql_gets_no_password_in_the_clear() -> None:
    cleartext = saying(message(b"R", struct.pack("!i", 3)))
    assert "asks for the password itself" in failure("postgresql", cleartext).detail


def scram(*, iterations: int) -> Callable[[socket.socket], None]:
    """Break SCRAM off after the first round, and let in: whoever does not know the password can do no more."""

    def say(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(message(b"R", struct.pack("!i", 10) + b"SCRAM-SHA-256\0\0"))
        nonce = connection.recv(4096).rpartition(b"r=")[2]
        connection.sendall(message(b"R", struct.pack("!i", 11) + b"r=%sabc,s=c2FsdA==,i=%d" % (nonce, iterations)))
        connection.recv(4096)
        connection.sendall(message(b"R", struct.pack("!i", 0)) + message(b"Z", b"I"))
        silent(connection)

    return say


def test_postgresql_that_breaks_scram_off_has_not_proved_itself() -> None:
    failed = failure("postgresql", scram(iterations=4096))
    assert "could not prove that it knows the password" in failed.detail


def test_postgresql_cannot_keep_the_processor_busy() -> None:
    failed = failure("postgresql", scram(iterations=2**31 - 1))
    assert failed.status is ProbeStatus.INCONCLUSIVE


def test_a_ca_that_is_no_pem_is_told_before_anything_is_sent() -> None:
    for driver in DRIVERS:
        ca = "-----BEGIN CERTIFICATE-----\nEXAMPLE\n-----END CERTIFICATE-----\n"
        failed = failure(driver, silent, tls="verify-full", ca=ca)
        assert failed.detail.startswith("not sent: the CA certificate")


@settings(max_examples=60)
@example("mysql", [b"\0" + b"\1" * 14], True)
@given(st.sampled_from(DRIVERS), st.lists(st.binary(max_size=60), max_size=4), st.booleans())
def test_whatever_bytes_come_the_end_is_an_answer_or_a_reason(driver: Driver, words: list[bytes], framed: bool) -> None:
    def say(connection: socket.socket) -> None:
        for number, word in enumerate(words):
            whole = (
                (message(word[:1] or b"R", word[1:]) if driver == "postgresql" else packet(word, number))
                if framed
                else word
            )
            connection.sendall(whole)
        connection.shutdown(socket.SHUT_WR)
        silent(connection)

    with serving(say) as port:
        try:
            outcome: DatabaseLogin | TransportFailed = ask(driver, port)
        except TransportFailed as failed:
            outcome = failed
    assert isinstance(outcome, DatabaseLogin) or not outcome.status.is_refusal
