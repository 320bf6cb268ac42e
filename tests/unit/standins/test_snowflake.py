"""Snowflake by key pair, against a server that verifies the JWT."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from nexcred.auth.signing import another_private_key
from nexcred.errors import InvalidData
from nexcred.model.probe import ProbeStatus
from nexcred.model.times import utc_now
from tests.support.standins import faults
from tests.support.standins.exchange import html, json_answer
from tests.support.standins.google import rsa_key, rsa_pem
from tests.support.standins.probe import probe_as
from tests.support.standins.snowflake import Snowflake


@pytest.fixture
def snowflake() -> Iterator[Snowflake]:
    with Snowflake() as stand_in:
        yield stand_in


def values(snowflake: Snowflake, **changed: object) -> dict[str, object]:
    known = {"account": snowflake.account, "username": snowflake.username, "base_url": snowflake.url}
    return {**known, "private_key": rsa_pem(), **changed}


def encrypted() -> str:
    return rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"EXAMPLE")).decode()


@pytest.mark.parametrize("changed", [{}, {"role": "ANALYST", "warehouse": "LOADING"}, {"username": "Loader"}])
def test_a_user_is_known_by_the_public_key(snowflake: Snowflake, changed: dict[str, object]) -> None:
    verdict = probe_as("snowflake", snowflake, values(snowflake, **changed))
    assert (verdict.status, verdict.identity) == (ProbeStatus.ACCEPTED, "LOADER in XY12345")


def test_an_encrypted_key_takes_its_passphrase(snowflake: Snowflake) -> None:
    good = values(snowflake, private_key=encrypted(), private_key_passphrase="EXAMPLE")
    assert probe_as("snowflake", snowflake, good).status is ProbeStatus.ACCEPTED


@pytest.mark.parametrize(
    ("passphrase", "problem"), [("wrong", "cannot be opened with this passphrase"), (None, "no passphrase is given")]
)
def test_a_key_that_stays_shut_is_not_called_bad(snowflake: Snowflake, passphrase: object, problem: str) -> None:
    shut = values(snowflake, private_key=encrypted(), private_key_passphrase=passphrase)
    verdict = probe_as("snowflake", snowflake, shut)
    assert verdict.status is ProbeStatus.INCONCLUSIVE
    assert problem in verdict.detail
    assert snowflake.received == []


def test_another_key_and_another_user_are_rejected(snowflake: Snowflake) -> None:
    for changed in ({"private_key": another_private_key()}, {"username": "other"}, {"account": "myorg-other"}):
        verdict = probe_as("snowflake", snowflake, values(snowflake, **changed))
        assert verdict.status is ProbeStatus.REJECTED
        assert verdict.detail == "JWT token is invalid. [0ce9eb56-821d-4ca9-a774-04ae89a0cf5a]"


def test_a_role_that_is_not_granted_and_a_network_policy_are_forbidden(snowflake: Snowflake) -> None:
    verdict = probe_as("snowflake", snowflake, values(snowflake, role="ADMIN"))
    assert verdict.status is ProbeStatus.FORBIDDEN
    assert "is not granted to this user" in verdict.detail
    snowflake.network_policy = True
    assert probe_as("snowflake", snowflake, values(snowflake)).status is ProbeStatus.FORBIDDEN


def test_a_statement_that_still_runs_is_a_yes(snowflake: Snowflake) -> None:
    snowflake.is_slow = True
    assert probe_as("snowflake", snowflake, values(snowflake)).status is ProbeStatus.ACCEPTED


def test_a_wrong_clock_is_told_and_is_no_refusal(snowflake: Snowflake) -> None:
    verdict = probe_as("snowflake", snowflake, values(snowflake), now=utc_now() - timedelta(hours=1))
    assert verdict.status is ProbeStatus.INCONCLUSIVE
    assert "clock is 60 minutes behind the provider's" in verdict.detail


def test_what_is_no_answer_of_snowflake_proves_nothing(snowflake: Snowflake) -> None:
    snowflake.fault = lambda _request, _proper: json_answer({"code": "391918", "message": "Not now."})
    assert probe_as("snowflake", snowflake, values(snowflake)).status is ProbeStatus.INCONCLUSIVE
    snowflake.fault = lambda _request, _proper: html("Maintenance", 403)
    assert probe_as("snowflake", snowflake, values(snowflake)).status is ProbeStatus.BLOCKED
    snowflake.fault = faults.rate_limited(("Retry-After", "7"))
    assert probe_as("snowflake", snowflake, values(snowflake)).status is ProbeStatus.RATE_LIMITED


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("MIIEv", "is not a private key in PEM"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", "is not a whole private key"),
        ("-----BEGIN PUBLIC KEY-----\nMIIE\n-----END PUBLIC KEY-----", "is a public key"),
    ],
)
def test_what_is_no_key_is_refused_before_anything_is_sent(snowflake: Snowflake, key: str, problem: str) -> None:
    with pytest.raises(InvalidData, match=problem):
        probe_as("snowflake", snowflake, values(snowflake, private_key=key))
    assert snowflake.received == []
