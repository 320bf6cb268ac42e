"""Guests that end: refused by their own clock, left out by writers, removed by an owner's write."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from nexcred.errors import NotPermitted
from nexcred.vault.identity import Identity
from nexcred.vault.record import open_as
from nexcred.vault.roster import GUEST, MEMBER
from nexcred.vault.vault import Vault
from tests.support.clock import Clock, ada, clock
from tests.support.forging import overview_of
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import NOW, describe, update
from tests.support.shared_vault import join, secret_of, share

__all__ = ["ada", "clock"]

HOUR = timedelta(hours=1)


@pytest.fixture
def job(ada: Vault, store: MemoryStore) -> Vault:
    """A guest for two hours that holds "prod", whose own clock stands still."""
    identity = Identity.generate().bind(ada.vault_id, ada.floor)
    until_ms = int((NOW + 2 * HOUR).timestamp() * 1000)
    ada.edit(lambda edit: edit.admit(identity.public, "ci", GUEST, until_ms))
    job = Vault(store, identity, now=lambda: NOW)
    share(ada, "prod", job)
    assert secret_of(job, "prod") == "EXAMPLE-prod"
    return job


def by(store: MemoryStore, whom: Vault, now: Callable[[], datetime]) -> Vault:
    return Vault(store, whom.identity, now=now)


def is_sealed_to(job: Vault, ada: Vault, store: MemoryStore) -> bool:
    """True when the guest has a grant on the present values."""
    try:
        open_as(store.tables.items[overview_of(ada, "prod").details], job.identity, None)
    except NotPermitted:
        return False
    return True


def test_a_guest_is_refused_by_its_own_clock(ada: Vault, job: Vault, store: MemoryStore) -> None:
    for late, is_over in ((HOUR, False), (2 * HOUR, False), (3 * HOUR, True)):
        if is_over:
            with pytest.raises(NotPermitted, match="until a time that has passed"):
                by(store, job, lambda: NOW + 3 * HOUR)
        else:
            by(store, job, lambda late=late: NOW + late)  # type: ignore[misc]


def test_an_owners_write_removes_it_once_the_vault_itself_is_past_its_end(
    ada: Vault, job: Vault, clock: Clock, store: MemoryStore
) -> None:
    clock.now = NOW + 3 * HOUR
    describe(ada, "test", "the first write after it, which the newest head is not past yet")
    assert [one.full_name for one in ada.members] == ["Ada Example", "ci"]
    describe(ada, "test", "the second")
    assert [one.full_name for one in ada.members] == ["Ada Example"]
    with pytest.raises(NotPermitted):
        job.names()
    assert ada.verify().faults == ()


def test_a_members_write_leaves_it_out(ada: Vault, job: Vault, clock: Clock, store: MemoryStore) -> None:
    bob = Vault(store, join(ada, store, "Bob", MEMBER).identity, now=clock)
    share(ada, "prod", bob)
    clock.now = NOW + 3 * HOUR
    update(bob, "prod", "EXAMPLE-first")
    assert is_sealed_to(job, ada, store)  # no head is past its end yet, and one clock alone may be wrong
    update(bob, "prod", "EXAMPLE-second")
    assert not is_sealed_to(job, ada, store)
    assert secret_of(ada, "prod") == "EXAMPLE-second"


def test_case_82_a_clock_that_runs_ahead_takes_nothing_from_a_guest(
    ada: Vault, job: Vault, clock: Clock, store: MemoryStore
) -> None:
    ahead = by(store, ada, lambda: NOW + 3 * HOUR)
    update(ahead, "prod", "EXAMPLE-ahead")
    update(ada, "prod", "EXAMPLE-right")  # by a clock that is right, though the newest head is past the end
    assert is_sealed_to(job, ada, store)
    assert secret_of(job, "prod") == "EXAMPLE-right"


def test_case_82_after_a_quiet_month_the_first_write_counts_by_the_second(
    ada: Vault, job: Vault, clock: Clock, store: MemoryStore
) -> None:
    clock.now = NOW + timedelta(days=30)
    update(ada, "prod", "EXAMPLE-first")
    update(ada, "prod", "EXAMPLE-second")
    assert not is_sealed_to(job, ada, store)
    assert [one.full_name for one in ada.members] == ["Ada Example"]
