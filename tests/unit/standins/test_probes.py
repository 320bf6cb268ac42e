"""Each connector of the catalogue against its stand-in: the proper answer, a wrong key, and every way to misbehave."""

from collections.abc import Callable, Iterator

import pytest

from nexcred.model.probe import ProbeStatus
from tests.support.standins import (
    Aha,
    Amperity,
    Answer,
    Aventri,
    Databricks,
    Fault,
    GitHub,
    HubSpot,
    Kubernetes,
    Resci,
    Rest,
    Salesforce,
    Slack,
    StandIn,
    Stripe,
    faults,
)
from tests.support.standins.probe import probe, secret_field


@pytest.fixture(
    params=[Aventri, Resci, Amperity, Aha, Rest, HubSpot, Stripe, Slack, GitHub, Databricks, Salesforce, Kubernetes],
    ids=lambda kind: kind.name,
)
def provider(request: pytest.FixtureRequest) -> Iterator[StandIn]:
    kind: Callable[[], StandIn] = request.param
    with kind() as stand_in:
        yield stand_in


def test_the_right_key_is_accepted(provider: StandIn) -> None:
    verdict = probe(provider)
    assert verdict.status is ProbeStatus.ACCEPTED
    identities = {"aventri": "account 4711", "amperity": "tenant acme", "aha": "ada@example.com"}
    assert verdict.identity == (provider.identity or identities.get(provider.name))


def test_a_wrong_key_is_rejected(provider: StandIn) -> None:
    assert probe(provider, {secret_field(provider): "wrong-EXAMPLE"}).status is ProbeStatus.REJECTED


def test_a_key_that_may_not_ask_is_forbidden_and_not_rejected(resci: Resci) -> None:
    assert probe(resci, {"api_key": resci.limited_keys[0]}).status is ProbeStatus.FORBIDDEN


def test_a_token_past_its_expiry_is_known_without_a_call(amperity: Amperity) -> None:
    verdict = probe(amperity, {"access_token": amperity.make_token(-60)})
    assert verdict.status is ProbeStatus.EXPIRED
    assert amperity.received == []


def test_the_expiry_of_a_good_token_is_kept(amperity: Amperity) -> None:
    assert probe(amperity).expires_at is not None


@pytest.mark.parametrize(
    ("fault", "statuses"),
    [
        (faults.server_error(500), {ProbeStatus.PROVIDER_ERROR}),
        (faults.server_error(503), {ProbeStatus.PROVIDER_ERROR}),
        (faults.html_page(403), {ProbeStatus.BLOCKED}),
        (faults.html_page(200), {ProbeStatus.BLOCKED}),
        (faults.redirect("https://login.example/?next=EXAMPLE"), {ProbeStatus.INCONCLUSIVE, ProbeStatus.BLOCKED}),
        (faults.always(Answer(200, b"{" * 100_000)), {ProbeStatus.INCONCLUSIVE}),
        (faults.always(Answer(200, b"[" * 100_000 + b"]" * 100_000)), {ProbeStatus.INCONCLUSIVE}),
        (faults.always(Answer(200, b"")), {ProbeStatus.INCONCLUSIVE}),
        (faults.always(Answer(200, b"\xff\xfe\x00{}")), {ProbeStatus.INCONCLUSIVE}),
    ],
    ids=["500", "503", "firewall", "login page", "redirect", "broken", "deep", "empty", "not text"],
)
def test_no_misbehaviour_is_a_refusal_or_an_acceptance(
    provider: StandIn, fault: Fault, statuses: set[ProbeStatus]
) -> None:
    provider.fault = fault
    status = probe(provider).status
    # The user's own API may answer 200 with anything, which is why its yes is never taken without the control.
    if provider.name == "rest" and statuses == {ProbeStatus.INCONCLUSIVE}:
        statuses = {ProbeStatus.INCONCLUSIVE, ProbeStatus.ACCEPTED}
    assert status in statuses


def test_a_secret_that_the_provider_repeats_is_not_quoted(provider: StandIn) -> None:
    provider.fault = faults.echo()
    verdict = probe(provider, {secret_field(provider): "repeated-secret-EXAMPLE-0123456789"})
    assert "repeated-secret" not in f"{verdict.detail}{verdict.identity}"
