"""Case 29, at the command line: empty, large and binary secrets, and line ends."""

import os

import pytest

from tests.support.program import Program
from tests.support.program_fixtures import nexcred, vaulted

__all__ = ["nexcred", "vaulted"]

MAX = 512 * 1024
ADD = ("add", "rest", "--set", "base_url=https://example.com", "--no-probe", "--set")


def test_case_29_an_empty_secret_is_refused(vaulted: Program) -> None:
    ran = vaulted(*ADD, "api_key=-")
    assert ran.code == 2
    assert ran.err.startswith("nexcred: error: api_key comes from standard input, which is empty\n")


def test_case_29_the_largest_secret_comes_back_and_one_byte_more_is_refused(vaulted: Program) -> None:
    secret = os.urandom(MAX // 2).hex().encode()
    assert vaulted(*ADD, "api_key=-", stdin=secret + b"\n").code == 0
    assert vaulted.run_bytes("get", "rest/api_key").stdout == secret
    for too_large in (secret + b"x", secret + b"x\n", secret + b"x\r\n"):
        ran = vaulted(*ADD, "api_key=-", stdin=too_large)
        assert ran.code == 2
        assert "api_key is larger than 512 KiB" in ran.err
    (vaulted.home / "large").write_bytes(secret + b"x")
    assert vaulted(*ADD, "api_key=@large").code == 2


def test_case_29_binary_where_text_is_due_is_refused(vaulted: Program) -> None:
    (vaulted.home / "key").write_bytes(b"\xff\x00\xfe")
    ran = vaulted(*ADD, "api_key=@key")
    assert ran.code == 2
    assert "api_key is binary" in ran.err


@pytest.mark.parametrize(
    ("given", "kept"), [(b"k\n", b"k"), (b"k\r\n", b"k"), (b"k\n\n", b"k\n"), (b"\n\nk", b"\n\nk")]
)
def test_case_29_all_line_ends_but_one_are_kept(vaulted: Program, given: bytes, kept: bytes) -> None:
    (vaulted.home / "password").write_bytes(given)
    ran = vaulted(*ADD, "api_key=@password", "--method", "query")
    assert ran.code == 0, ran.err
    assert vaulted.run_bytes("get", "rest/api_key").stdout == kept
