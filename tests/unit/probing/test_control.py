"""The control: a yes counts only where a made-up secret gets a no."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.auth.flow import Verdict
from nexcred.connectors.load.loader import load_connector
from nexcred.model.probe import ProbeStatus as Status
from nexcred.model.secret import Secret
from nexcred.probing.control import judge_control, junk_fields, wants_control

REST = load_connector("rest").methods[0]
ACCEPTED = Verdict(Status.ACCEPTED, identity="me", http_status=200)


def junk_of(value: str | bytes) -> str | bytes:
    junk = junk_fields(REST, {"api_key": Secret(value)})["api_key"]
    assert isinstance(junk, Secret)
    return junk.reveal()


def test_only_rest_always_wants_a_control() -> None:
    assert all(wants_control(method) for method in load_connector("rest").methods)
    for name in ("aventri", "resci", "amperity", "aha"):
        assert not any(wants_control(method) for method in load_connector(name).methods)


def test_junk_has_the_shape_of_the_secret_and_leaves_the_rest_alone() -> None:
    fields = junk_fields(REST, {"base_url": "https://a.test", "api_key": Secret("sk_EXAMPLE-0123")})
    assert fields["base_url"] == "https://a.test"
    junk = fields["api_key"]
    assert isinstance(junk, Secret)
    assert re.fullmatch(r"[a-z]{2}_[A-Z]{7}-[0-9]{4}", str(junk.reveal()))


@given(st.text(min_size=1))
def test_junk_is_never_the_secret_itself(value: str) -> None:
    junk = junk_of(value)
    assert len(junk) == len(value)
    assert (junk != value) == bool(re.search("[0-9a-zA-Z]", value))


@given(st.binary(min_size=1))
def test_junk_of_bytes_is_other_bytes(value: bytes) -> None:
    junk = junk_of(value)
    assert len(junk) == len(value)
    assert junk != value


@pytest.mark.parametrize(
    "junk",
    [
        Verdict(Status.REJECTED, http_status=401),
        Verdict(Status.REJECTED, http_status=200),
        Verdict(Status.EXPIRED),
        Verdict(Status.FORBIDDEN, http_status=403),
        Verdict(Status.BLOCKED, http_status=403),
        Verdict(Status.INCONCLUSIVE, http_status=400),
        Verdict(Status.INCONCLUSIVE, http_status=302),
    ],
)
def test_a_yes_stands_when_junk_gets_another_answer(junk: Verdict) -> None:
    assert judge_control(ACCEPTED, junk) == ACCEPTED


def test_an_endpoint_that_accepts_junk_proves_nothing() -> None:
    verdict = judge_control(ACCEPTED, Verdict(Status.ACCEPTED, http_status=200))
    assert verdict.status is Status.INCONCLUSIVE
    assert "accepts a made-up secret too" in verdict.detail


@pytest.mark.parametrize(
    "junk",
    [
        Verdict(Status.RATE_LIMITED, detail="slow down", http_status=429),
        Verdict(Status.UNREACHABLE, detail="the connection was reset"),
        Verdict(Status.PROVIDER_ERROR, detail="the provider failed (500)", http_status=500),
        Verdict(Status.INCONCLUSIVE, detail="the answer lacks …", http_status=200),
        Verdict(Status.BLOCKED, detail="a web page answered (200)", http_status=200),
    ],
)
def test_a_control_without_a_judgement_proves_nothing(junk: Verdict) -> None:
    verdict = judge_control(ACCEPTED, junk)
    assert verdict.status is Status.INCONCLUSIVE
    assert junk.detail in verdict.detail


def test_a_verdict_that_is_no_yes_needs_no_control() -> None:
    refused = Verdict(Status.REJECTED, http_status=401)
    assert judge_control(refused, ACCEPTED) == refused
