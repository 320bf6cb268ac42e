"""People are told once that a rotation hangs, whoever finds it and however often it is tried again."""

from datetime import timedelta

import pytest

from nexcred.services.rotation.hanging import hangs_at, why_it_hangs
from tests.support.opened import Opened
from tests.support.parcels import keep, refuse_to_end
from tests.support.people import vault_of
from tests.support.standins.parcels import Parcels
from tests.support.standins.slack import Slack


@pytest.fixture
def watched(opened: Opened, parcels: Parcels, slack: Slack) -> Opened:
    keep(opened, parcels)
    values = ["--method", "incoming_webhook", "--set", "webhook=env:HOOK", "--set", f"base_url={slack.url}"]
    added = opened("add", "slack", "ops", *values, "--allow-host", slack.host, environment={"HOOK": slack.webhook})
    assert added.code == 0, added.err
    return opened


def probe(program: Opened, *more: str) -> None:
    ran = program("probe", "parcels", "--notify", "ops", *more)
    assert ran.code == 0, ran.err


def test_it_is_told_once_and_the_command_that_goes_on(watched: Opened, parcels: Parcels, slack: Slack) -> None:
    assert watched("rotate", "parcels").code == 0
    probe(watched)
    assert slack.told == [], "it waits for the end of its grace"
    refuse_to_end(parcels, 403)
    for _ in range(2):
        assert watched("rotate", "--resume", "parcels", "--grace", "0").code == 5
        probe(watched)
    assert watched("rotate", "--resume", "parcels", "--grace", "0").code == 5
    probe(watched, "--no-names")
    (told,) = slack.told
    first, line = told.splitlines()
    assert first == "nexcred: 1 credential of the vault personal changed"
    assert line.startswith("- parcels: its rotation at Parcels hangs (")
    assert line.endswith("). Go on with: nexcred rotate --resume 'parcels'")


def test_what_nobody_goes_on_with_hangs_after_a_day(watched: Opened, parcels: Parcels) -> None:
    assert watched("rotate", "parcels").code == 0
    vault = vault_of(watched)
    kept = vault.kept(vault.find("parcels"))
    assert kept is not None
    journal = kept.journal
    assert journal is not None
    assert journal.grace_until is not None
    assert hangs_at(journal) == journal.grace_until + timedelta(days=1)
    assert why_it_hangs(journal) == "nobody has gone on with it since it was switched"
    cut = journal._replace(step="made", grace_until=None)
    assert hangs_at(cut) == cut.changed_at + timedelta(days=1)
    by_hand = journal._replace(kind="by_hand")
    assert why_it_hangs(by_hand) == "somebody has to revoke the old key at the provider"
