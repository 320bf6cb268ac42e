"""What a challenge names, however loosely it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.auth.challenge import challenges_in, reason_in, scheme_sent, told_by
from nexcred.model.probe import ProbeStatus


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("", []),
        ("Negotiate", [("Negotiate", {})]),
        ("Negotiate, NTLM", [("Negotiate", {}), ("NTLM", {})]),
        ("Negotiate YIIEXAMPLE==, NTLM TlRMTVNTUAAC=", [("Negotiate", {}), ("NTLM", {})]),
        ('Basic realm="a, b \\"c\\""', [("Basic", {"realm": 'a, b "c"'})]),
        ("Digest qop=auth,nonce=abc==", [("Digest", {"qop": "auth", "nonce": "abc=="})]),
        ('Bearer error="x" error_description="y"', [("Bearer", {"error": "x", "error_description": "y"})]),
        ('Bearer, error="x"', [("Bearer", {"error": "x"})]),
        ('Basic realm=a, Bearer REALM = "b"', [("Basic", {"realm": "a"}), ("Bearer", {"realm": "b"})]),
        ('Bearer error="x", error="y"', [("Bearer", {"error": "x"})]),
        ('OAuth "Platform" "invalid_token"', [("OAuth", {})]),
        ('Bearer realm="never closed', [("Bearer", {})]),
        ('realm="of nobody"', [("realm", {})]),
        (",,=,", []),
    ],
)
def test_schemes_and_their_parameters_are_read(header: str, found: list[tuple[str, dict[str, str]]]) -> None:
    assert [(challenge.scheme, dict(challenge.parameters)) for challenge in challenges_in(header)] == found


@given(st.text() | st.text(alphabet='aB=", \\', max_size=200), st.text(max_size=10))
def test_any_header_is_read_or_left(header: str, sent: str) -> None:
    challenges = challenges_in(header)
    told = told_by(challenges, sent)
    assert told is None or told.status is not ProbeStatus.ACCEPTED
    assert isinstance(reason_in(challenges), str)


def test_a_header_of_any_length_takes_no_longer_than_a_short_one() -> None:
    assert len(challenges_in('a="' * 1_000_000)) < 10_000


@pytest.mark.parametrize(
    ("headers", "scheme"),
    [
        ({}, ""),
        ({"X-Api-Key": "Basic EXAMPLE"}, ""),
        ({"authorization": "EXAMPLE"}, ""),
        ({"Authorization": "Bearer EXAMPLE"}, "Bearer"),
        ({"AUTHORIZATION": "token EXAMPLE"}, "token"),
    ],
)
def test_the_scheme_that_was_sent_is_the_word_before_the_key(headers: dict[str, str], scheme: str) -> None:
    assert scheme_sent(headers) == scheme
