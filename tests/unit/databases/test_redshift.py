"""Redshift's own way to ask for a password."""

import socket
import struct
from hashlib import sha256

import pytest

from nexcred.databases.redshift import digest_answer
from tests.unit.databases.hostile import PASSWORD, ask, message, serving

SALT, NONCE = b"salt-EXAMPLE", b"nonce-EXAMPLE"
ASKED = struct.pack("!iii", 13, 0, len(SALT)) + SALT + struct.pack("!i", len(NONCE)) + NONCE
_DESCRIPTION = struct.pack("!h", 1) + b"session_user\0" + struct.pack("!ihihih", 0, 0, 19, 64, -1, 0)


def redshift(connection: socket.socket) -> None:
    """Let in who knows the password, by another reading of the answer than the program's writing of it."""
    connection.recv(4096)
    connection.sendall(message(b"R", ASKED))
    answer = connection.recv(4096)
    (length,) = struct.unpack_from("!i", answer, 1)
    assert (answer[:1], length + 1) == (b"d", len(answer))
    digest, own = answer[9:41], answer[45:]
    assert struct.unpack_from("!i", answer, 41) == (len(own),)
    due = sha256(sha256(PASSWORD.encode() + SALT).digest() + NONCE + own).digest()
    if digest != due:
        told = b'SFATAL\0C28000\0Mpassword authentication failed for user "ada"\0\0'
        connection.sendall(message(b"E", told))
        return
    connection.sendall(message(b"R", struct.pack("!i", 0)) + message(b"S", b"server_version\x008.0.2\0"))
    connection.sendall(message(b"Z", b"I"))
    assert b"pg_catalog.pg_roles" in connection.recv(4096)
    missing = b'SERROR\0C42P01\0Mrelation "pg_catalog.pg_roles" does not exist\0\0'
    connection.sendall(message(b"E", missing) + message(b"Z", b"I"))
    assert b"pg_roles" not in connection.recv(4096)
    row = struct.pack("!hi", 1, 3) + b"ada"
    connection.sendall(
        message(b"T", _DESCRIPTION) + message(b"D", row) + message(b"C", b"SELECT 1\0") + message(b"Z", b"I")
    )
    connection.recv(4096)


def test_who_knows_the_password_is_let_in() -> None:
    with serving(redshift) as port:
        login = ask("postgresql", port)
    assert (login.code, login.user, login.version, login.asked) == ("", "ada", "8.0.2", True)


def test_no_two_answers_are_the_same() -> None:
    request = ASKED[4:]
    assert digest_answer(request, b"pw-EXAMPLE") != digest_answer(request, b"pw-EXAMPLE")
    assert digest_answer(request, b"pw-EXAMPLE", b"1") == digest_answer(request, b"pw-EXAMPLE", b"1")


@pytest.mark.parametrize(
    "request_", [b"", b"\0\0\0\0", ASKED[4:-1], ASKED[4:12] + b"\xff" * 8, ASKED[4:8] + b"\x7f" * 4]
)
def test_a_request_that_is_cut_short_is_none(request_: bytes) -> None:
    with pytest.raises(struct.error):
        digest_answer(request_, b"pw-EXAMPLE")


def test_another_hash_is_not_answered() -> None:
    assert digest_answer(struct.pack("!i", 2), b"pw-EXAMPLE") is None
