"""What servers keep of a password, by published examples and by other implementations."""

import base64
import re

import pytest
from scramp import ScramMechanism

from nexcred.databases.verifiers import md5_verifier, native_verifier, scram_verifier


def test_the_keys_of_the_rfc_s_example_are_made() -> None:
    """RFC 7677, 3: its exchange is proved with these two keys, of "pencil", by test_scram."""
    salt = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
    stored, server = "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=", "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
    made = scram_verifier("pencil", salt=salt)
    assert made == f"SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==${stored}:{server}"


@pytest.mark.parametrize("password", ["EXAMPLE", "pässwörd EXAMPLE", "½ EXAMPLE \u00ad"])
def test_another_implementation_agrees(password: str) -> None:
    made = re.fullmatch(r"SCRAM-SHA-256\$5000:(.+)\$(.+):(.+)", scram_verifier(password, 5000))
    assert made is not None
    salt = base64.b64decode(made[1])
    _, stored, server, _ = ScramMechanism().make_auth_info(password, iteration_count=5000, salt=salt)
    assert (base64.b64decode(made[2]), base64.b64decode(made[3])) == (stored, server)
    assert len(salt) == 16
    assert scram_verifier(password) != scram_verifier(password)


def test_more_iterations_than_a_login_would_do_are_not_made() -> None:
    assert scram_verifier("EXAMPLE", 0).startswith("SCRAM-SHA-256$1:")


@pytest.mark.parametrize(
    ("made", "known"),
    [
        # MySQL 5.7 manual, 6.1.2.4 "Password Hashing in MySQL"; MariaDB's, PASSWORD.
        (native_verifier("mypass"), "*6C8989366EAF75BB670AD8EA7A7FC1176A95CEF4"),
        (native_verifier("notagoodpwd"), "*3A70EE9FC6594F88CE9E959CD51C5A1C002DC937"),
        # What PostgreSQL keeps of user and password "postgres".
        (md5_verifier("postgres", "postgres"), "md53175bce1d3201d16594cebf9d7eb3f9d"),
    ],
)
def test_published_hashes_are_made(made: str, known: str) -> None:
    assert made == known
