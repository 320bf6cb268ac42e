"""A vault that lies elsewhere, and what this machine read of it before."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from nexcred.errors import CredentialNotFound, RolledBack, StoreUnreachable
from nexcred.stores.offline import Offline
from nexcred.vault.vault import Vault
from tests.support.sample_vault import NOW, add, remove, update
from tests.unit.stores.local_copy.elsewhere import Elsewhere, Machine, ada, again, elsewhere, key_of, machine

__all__ = ["ada", "elsewhere", "machine"]


def test_what_was_read_once_is_not_asked_for_again(machine: Machine, ada: Vault, elsewhere: Elsewhere) -> None:
    key_of(again(machine, ada), "Prod Events")
    elsewhere.asked.clear()
    assert key_of(again(machine, ada), "Prod Events") == key_of(ada, "Prod Events")
    assert sorted(one.name for one in again(machine, ada).credentials()) == sorted(ada.names())
    assert elsewhere.asked == []


def test_the_last_values_are_read_without_the_place_with_a_warning(
    machine: Machine, ada: Vault, elsewhere: Elsewhere
) -> None:
    update(ada, "Prod Events", "EXAMPLE-newest")
    key_of(again(machine, ada), "Prod Events")
    machine.now += timedelta(hours=3, minutes=20)
    elsewhere.is_cut_off = True
    assert key_of(again(machine, ada), "Prod Events") == "EXAMPLE-newest"
    assert machine.told == ["the vault memory: cannot be reached: no network: this is the vault as it was 3 hours ago"]


def test_what_was_never_read_is_not_there_without_the_place(
    machine: Machine, ada: Vault, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    other = Machine(elsewhere, tmp_path / "other.db")
    again(other, ada)
    elsewhere.is_cut_off = True
    with pytest.raises(StoreUnreachable):
        key_of(again(other, ada), "Prod Events")
    with pytest.raises(StoreUnreachable):
        again(Machine(elsewhere, tmp_path / "third.db"), ada)


def test_nothing_is_written_without_the_place(machine: Machine, ada: Vault, elsewhere: Elsewhere) -> None:
    elsewhere.is_cut_off = True
    vault = again(machine, ada)
    with pytest.raises(StoreUnreachable):
        update(vault, "Prod Events", "EXAMPLE-lost")


@pytest.mark.parametrize(
    ("offline", "passed"),
    [
        (Offline(may=False), timedelta()),
        (Offline(), timedelta(days=8)),
        (Offline(most=timedelta(hours=1)), timedelta(hours=2)),
    ],
    ids=["refused", "a week", "an hour"],
)
def test_no_older_state_is_read_than_may_be(
    machine: Machine, ada: Vault, elsewhere: Elsewhere, offline: Offline, passed: timedelta
) -> None:
    key_of(again(machine, ada), "Prod Events")
    machine.now += passed
    elsewhere.is_cut_off = True
    with pytest.raises(StoreUnreachable):
        again(machine, ada, offline)


def test_the_age_counts_from_the_last_answer_and_not_from_the_last_change(
    machine: Machine, ada: Vault, elsewhere: Elsewhere
) -> None:
    for _ in range(10):
        machine.now += timedelta(days=1)
        key_of(again(machine, ada), "Prod Events")
    elsewhere.is_cut_off = True
    machine.now += timedelta(minutes=5)
    key_of(again(machine, ada), "Prod Events")
    assert machine.told == [
        "the vault memory: cannot be reached: no network: this is the vault as it was 5 minutes ago"
    ]


def test_a_place_that_is_not_to_be_asked_is_not(machine: Machine, ada: Vault, elsewhere: Elsewhere) -> None:
    key_of(again(machine, ada), "Prod Events")
    update(ada, "Prod Events", "EXAMPLE-newer")
    vault = again(machine, ada, Offline(only=True))
    assert key_of(vault, "Prod Events") == "EXAMPLE-newer"  # which this machine wrote
    assert machine.told == ["this is the vault as it was less than a minute ago"]
    with pytest.raises(StoreUnreachable):
        add(vault, "new")


def test_an_earlier_state_than_this_machine_saw_is_never_read(
    machine: Machine, ada: Vault, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    late = Machine(elsewhere, tmp_path / "late.db")
    again(late, ada)
    update(ada, "Prod Events", "EXAMPLE-newer")
    elsewhere.is_cut_off = True
    with pytest.raises((RolledBack, StoreUnreachable)):
        key_of(again(late, ada), "Prod Events")


def test_what_is_dropped_leaves_the_copy(machine: Machine, ada: Vault) -> None:
    key_of(again(machine, ada), "Prod Events")
    held = _kept(machine)
    remove(ada, "Prod Events")
    after = _kept(machine)
    assert held - after
    vault = again(machine, ada)
    with pytest.raises(CredentialNotFound):
        vault.find("Prod Events")


def _kept(machine: Machine) -> set[bytes]:
    with closing(sqlite3.connect(machine.path)) as db:
        return {name for (name,) in db.execute("SELECT name FROM kept")}


def test_a_copy_has_a_greatest_size(machine: Machine, ada: Vault, elsewhere: Elsewhere) -> None:
    small = Machine(elsewhere, machine.path.with_name("small.db"))
    store = small.store(largest=200_000)
    vault = Vault(store, ada.identity, memory=ada.memory)
    for number in range(150):
        add(vault, f"one {number}")
        key_of(Vault(store, ada.identity, memory=ada.memory), f"one {number}")
    assert small.path.stat().st_size < 400_000
    assert key_of(Vault(store, ada.identity, memory=ada.memory), "one 0") == key_of(ada, "one 0")


def test_it_is_private(machine: Machine, ada: Vault) -> None:
    assert machine.path.stat().st_mode & 0o777 == 0o600
    assert machine.path.parent.stat().st_mode & 0o777 == 0o700
    assert b"EXAMPLE" not in machine.path.read_bytes()


def test_when_it_was_read_is_told_in_words(machine: Machine, ada: Vault, elsewhere: Elsewhere) -> None:
    key_of(again(machine, ada), "Prod Events")
    machine.now = datetime.fromtimestamp(NOW.timestamp() - 5, NOW.tzinfo)  # a clock that was put back
    elsewhere.is_cut_off = True
    key_of(again(machine, ada), "Prod Events")
    assert machine.told[-1].endswith("this is the vault as it was less than a minute ago")


def test_verifying_proves_what_lies_there_and_not_the_copy(machine: Machine, ada: Vault, elsewhere: Elsewhere) -> None:
    vault = again(machine, ada)
    assert not vault.verify().faults
    for name in vault.names():
        key_of(vault, name)
    lost = next(iter(elsewhere.tables.items))
    del elsewhere.tables.items[lost]
    assert vault.verify().faults
