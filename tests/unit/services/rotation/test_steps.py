"""What each step of a rotation waits for, and what it refuses."""

from datetime import timedelta
from pathlib import Path

import pytest

from nexcred.errors import Conflict
from nexcred.model.probe import ProbeStatus
from nexcred.services.rotation.advance import resume, rotate
from nexcred.services.rotation.leases import LEASE_S
from nexcred.services.rotation.making import Wanted
from nexcred.services.rotation.undoing import undo
from nexcred.vault.changes import Changes
from tests.support.memory_store import MemoryStore, Tables
from tests.support.rotation import BEGAN, FIRST, Clock, Machine, Provider, keep_key, key_details, present_secret
from tests.support.sample_vault import found

HOUR = timedelta(hours=1)


def machine_of(folder: Path, provider: Provider) -> Machine:
    tables = Tables()
    identity = found(MemoryStore(tables))
    machine = Machine(folder, lambda: MemoryStore(tables), identity, provider, Clock())
    keep_key(machine.vault())
    return machine


@pytest.fixture
def desk(tmp_path: Path) -> Machine:
    return machine_of(tmp_path / "desk", Provider("add"))


def test_a_use_of_the_old_key_after_the_switch_makes_its_end_wait(desk: Machine) -> None:
    desk.provider.used[FIRST] = BEGAN - HOUR  # before
    assert rotate(desk.work(), Wanted(3600)).result == "waiting"
    desk.clock.later(hours=2)
    desk.provider.used[FIRST] = desk.clock.now - HOUR
    used = resume(desk.work())
    assert (used.result, used.code, used.until) == ("hangs", 5, desk.clock.now + HOUR)
    assert "the old key was used after the switch" in used.why
    assert resume(desk.work()).result == "waiting"
    desk.clock.later(hours=2)
    desk.provider.used[FIRST] = desk.clock.now  # again
    assert resume(desk.work()).result == "hangs"
    desk.clock.later(hours=2)
    assert resume(desk.work()).result == "done"


def test_a_word_ends_an_old_key_that_is_used(desk: Machine) -> None:
    assert rotate(desk.work(), Wanted(3600)).result == "waiting"
    desk.provider.used[FIRST] = desk.clock.now + HOUR
    assert resume(desk.work(), now_at_once=True).result == "done"


def test_the_grace_is_no_longer_than_the_old_keys_own_life(desk: Machine) -> None:
    vault, ends = desk.vault(), BEGAN + timedelta(hours=5)
    changes = Changes(details=key_details()._replace(allowed_hosts=("later.test",)), expires_at=ends)
    vault.edit(lambda edit: edit.update(edit.find("prod"), changes))
    assert rotate(desk.work(), Wanted(30 * 24 * 3600)).until == ends


@pytest.mark.parametrize("status", [ProbeStatus.FORBIDDEN, ProbeStatus.RATE_LIMITED, ProbeStatus.UNREACHABLE])
def test_a_provider_that_makes_no_key_leaves_nothing(desk: Machine, status: ProbeStatus) -> None:
    for call in ("plan", "create"):
        desk.provider.refuses = {call: status}
        told = rotate(desk.work(), Wanted())
        assert (told.result, told.code) == ("unchanged", 5)
        assert not desk.work().kept
    desk.provider.refuses = {}
    assert rotate(desk.work(), Wanted(0)).result == "done"


@pytest.mark.parametrize("call", ["end", "last_used"])
def test_a_provider_that_is_down_for_a_day_is_asked_again(desk: Machine, call: str) -> None:
    desk.provider.refuses = {call: ProbeStatus.UNREACHABLE}
    for _ in range(3):
        told = rotate(desk.work(), Wanted(0)) if not desk.work().has_journal else resume(desk.work())
        assert (told.result, told.step, told.code) == ("hangs", "switched", 5)
        desk.clock.later(hours=12)
    desk.provider.refuses = {}
    assert resume(desk.work()).result == "done"


def test_an_end_that_nobody_is_permitted_is_a_persons_and_gone_on_with(desk: Machine) -> None:
    desk.provider.refuses = {"end": ProbeStatus.FORBIDDEN}
    told = rotate(desk.work(), Wanted(0))
    assert (told.result, told.step, told.code) == ("hangs", "switched", 5)
    assert "has to be revoked by hand" in told.why
    assert resume(desk.work()).result == "hangs"
    del desk.provider.secrets[FIRST]
    assert resume(desk.work()).result == "done"


def test_a_password_that_is_refused_after_all_is_changed_back(tmp_path: Path) -> None:
    desk = machine_of(tmp_path, Provider("change"))
    desk.provider.refuses_new = True
    desk.provider.by_admin = True
    told = rotate(desk.work(), Wanted())
    assert (told.result, told.code) == ("refused", 4)
    assert desk.provider.good() == {present_secret(desk.vault())} == {"EXAMPLE-0"}
    assert not desk.work().kept


def test_other_values_that_somebody_gave_are_not_switched_over(desk: Machine) -> None:
    desk.provider.refuses_new = 99
    assert rotate(desk.work(), Wanted()).result == "refused"
    vault = desk.vault()
    other = key_details("AKIA000000099EXAMPLE", "EXAMPLE-99")
    vault.edit(lambda edit: edit.update(edit.find("prod"), Changes(details=other)))
    desk.provider.refuses_new, desk.provider.by_admin = 0, True
    with pytest.raises(Conflict, match="have changed since its rotation began"):
        resume(desk.work())
    assert undo(desk.work()).result == "undone"
    assert (present_secret(desk.vault()), desk.provider.good()) == ("EXAMPLE-99", {"EXAMPLE-0"})


def test_hosts_that_were_allowed_meanwhile_are_no_other_values(desk: Machine) -> None:
    desk.provider.refuses_new = 99
    assert rotate(desk.work(), Wanted(0)).result == "refused"
    vault = desk.vault()
    wider = key_details()._replace(allowed_hosts=("later.test",))
    vault.edit(lambda edit: edit.update(edit.find("prod"), Changes(details=wider)))
    desk.provider.refuses_new = 0
    assert resume(desk.work()).result == "done"
    vault = desk.vault()
    assert vault.details(vault.find("prod")).allowed_hosts == ("later.test",)


def test_an_old_key_that_another_record_has_is_not_ended(desk: Machine) -> None:
    assert rotate(desk.work(), Wanted(60)).result == "waiting"
    keep_key(desk.vault(), "copy")
    desk.clock.later(hours=1)
    held = resume(desk.work())
    assert (held.result, held.code, "'copy' uses it" in held.why) == ("conflict", 8, True)
    assert "end" not in desk.provider.calls


def test_a_command_that_is_set_on_another_machine_keeps_the_old_key(desk: Machine) -> None:
    desk.delivered, desk.delivery_fails = [], "it ended with 3"
    failed = rotate(desk.work(), Wanted(0))
    assert (failed.result, "it ended with 3" in failed.why) == ("hangs", True)
    elsewhere, desk.delivered = desk.delivered, None
    assert "set on another machine" in resume(desk.work()).why
    assert "end" not in desk.provider.calls
    desk.delivered, desk.delivery_fails = elsewhere, ""
    assert (resume(desk.work()).result, desk.delivered) == ("done", ["prod", "prod"])


def test_another_machine_waits_for_a_whole_lease_by_its_own_clock(desk: Machine, tmp_path: Path) -> None:
    desk.provider.loses = "end"
    assert "its answer was lost" in rotate(desk.work(), Wanted(0)).why
    laptop = Machine(tmp_path / "laptop", desk._open_store, desk._identity, desk.provider, Clock())
    laptop.clock.now = BEGAN - 300 * HOUR  # whatever its date says
    for passed in (0, LEASE_S - 2):
        laptop.clock.seconds += passed
        with pytest.raises(Conflict, match="the provider is being asked"):
            resume(laptop.work())
    laptop.clock.seconds += 3
    assert resume(laptop.work(), now_at_once=True).result == "done"
