"""Case 93: a backup is brought back over what was taken away since, and over what other machines had seen."""

from pathlib import Path

import pytest

from nexcred.vault.memory import ProcessMemory
from nexcred.vault.roster import MEMBER
from nexcred.vault.roster_records import MOST_NAMED
from nexcred.vault.vault import Vault
from tests.support.backups import over, reopened, saved
from tests.support.forging import list_of, rewrite_overview
from tests.support.lying import what_lies_at
from tests.support.memory_store import MemoryStore
from tests.support.opened import Opened
from tests.support.people import KEY, invite, keep, on_another_machine, said_no, vault_of
from tests.support.sample_vault import NOW, add
from tests.support.shared_vault import adas_vault, join, share


@pytest.fixture
def ada(opened: Opened) -> Opened:
    keep(opened, "prod", "test")
    return opened


@pytest.fixture
def bob(ada: Opened) -> Opened:
    """A member who holds "prod" and "test", from before the backup."""
    bob = invite(ada, "bob", "--role", "member", "--grant", "prod", "--grant", "test")
    assert ada("vault", "backup", "b.db").code == 0
    return bob


def test_case_93_who_was_taken_off_since_does_not_hold_it_again(ada: Opened, bob: Opened) -> None:
    with_bob = list_of(vault_of(ada), "prod")
    assert ada("unshare", "prod", "--with", "bob").code == 0
    keep(ada, "late")
    assert ada("vault", "restore-backup", "b.db", "--yes").code == 0
    assert said_no(bob("get", "prod/api_key"), 10)
    assert bob("get", "test/api_key").out == KEY.format("test"), "of which he was not taken off"
    rewrite_overview(vault_of(bob), "prod", lambda _: {"access": with_bob})
    for machine in (ada, bob):
        assert said_no(machine("get", "prod/api_key"), 9, "'prod' is disputed", "a backup was restored")
    assert ada("get", "test/api_key").out == KEY.format("test")


def test_case_93_a_guest_whose_identity_was_withdrawn_opens_nothing_again(ada: Opened, tmp_path: Path) -> None:
    job = invite(ada, "ci", "--grant", "prod")
    assert ada("vault", "backup", "b.db").code == 0
    assert ada("member", "remove", "ci", "--yes").code == 0
    what_lies_at(ada).clear()
    assert ada("vault", "restore-backup", "b.db", "--yes").code == 0
    assert said_no(on_another_machine(job, tmp_path / "job")("get", "prod/api_key"), 10)


@pytest.fixture
def ahead(ada: Opened, bob: Opened, tmp_path: Path) -> Opened:
    """Bob's desk, which saw writes of which the restorer's machine does not know: its vault was rolled back first."""
    desk = on_another_machine(bob, tmp_path / "desk")
    place = what_lies_at(ada)
    older = place.taken()
    keep(desk, "lost")
    assert desk("get", "prod/api_key").out == KEY.format("prod")
    place.lay(older)
    assert ada("vault", "restore-backup", "b.db", "--yes").code == 0
    return desk


def test_case_93_a_machine_ahead_of_the_restorer_says_so_until_it_accepts(ada: Opened, ahead: Opened) -> None:
    told = ("an owner restored a backup of this vault", "over a state that this machine does not know", "accept")
    for words in (("get", "prod/api_key"), ("list",), ("rename", "prod", "x")):
        assert said_no(ahead(*words), 9, *told)
    line = ada("vault", "checkpoint").out.strip()
    accepted = ahead("vault", "accept", line)
    assert accepted.code == 0, accepted.err
    assert ahead("get", "prod/api_key").out == KEY.format("prod")
    assert ahead.names == ["prod", "test"]
    keep(ahead, "onward")
    assert ada.names == ["onward", "prod", "test"]
    assert ahead("vault", "compare", ada("vault", "checkpoint").out.strip()).out.startswith("same")


def test_case_93_the_line_that_restore_prints_will_do(ada: Opened, bob: Opened, tmp_path: Path) -> None:
    done = ada("vault", "restore-backup", "b.db", "--yes")
    (line,) = [one for one in done.out.splitlines() if one.startswith("NEXCRED-CHECK-1")]
    keep(ada, "onward")
    machine = on_another_machine(bob, tmp_path / "machine")
    assert machine("vault", "compare", line).out.startswith("ahead")
    assert machine("vault", "accept", line).code == 0


def test_case_93_no_other_line_makes_a_machine_give_way(ada: Opened, ahead: Opened, tmp_path: Path) -> None:
    own = ahead("vault", "checkpoint", "--accept-rollback").out.strip()
    assert own.startswith("NEXCRED-CHECK-1")
    before = line_of_another_vault(tmp_path)
    for line, code in ((before, 9), ("NEXCRED-CHECK-1AAAA", 2), ("", 2)):
        assert said_no(ahead("vault", "accept", line), code)
    assert said_no(ahead("get", "prod/api_key"), 9), "nothing was accepted"


def line_of_another_vault(tmp_path: Path) -> str:
    """Return the line of another vault."""
    home = tmp_path / "another"
    home.mkdir(mode=0o700)
    other = Opened(home, NEXCRED_PASSPHRASE="another passphrase of EXAMPLE", NEXCRED_NO_INPUT="1")
    assert other("vault", "init").code == 0
    return other("vault", "checkpoint").out.strip()


def test_case_93_a_fork_is_called_one_and_not_accepted_by_its_older_line(
    ada: Opened, bob: Opened, tmp_path: Path
) -> None:
    """The line is of a write that the restored vault did not come from."""
    place, desk = what_lies_at(ada), on_another_machine(bob, tmp_path / "desk")
    older = place.taken()
    keep(desk, "lost")
    lost = desk("vault", "checkpoint").out.strip()
    place.lay(older)
    keep(ada, "other")
    assert ada("vault", "restore-backup", "b.db", "--yes").code == 0
    compared = ada("vault", "compare", lost)
    assert said_no(compared, 9, "forked")
    assert said_no(desk("vault", "accept", lost), 9, "does not descend from it")


def test_case_93_a_job_made_after_the_restore_opens_by_the_line_of_the_owner(
    ada: Opened, ahead: Opened, tmp_path: Path
) -> None:
    job = invite(ada, "ci", "--grant", "prod")
    line = ada("vault", "checkpoint", "--for", "ci").out.strip()
    fresh = on_another_machine(job, tmp_path / "fresh", NEXCRED_CHECKPOINT=line)
    assert fresh("get", "prod/api_key").out == KEY.format("prod")


# By the vault itself.


def test_case_93_however_many_were_taken_off_none_holds_it_again() -> None:
    store = MemoryStore()
    ada = adas_vault(store)
    people = [join(ada, store, f"member {number}", MEMBER) for number in range(MOST_NAMED + 2)]
    share(ada, "prod", *people)
    share(ada, "test", people[0])
    backup = saved(store)
    ada.edit(lambda edit: edit.unshare(edit.find("prod"), [one.state.me.id for one in people]))
    over(store, ada, backup)
    again = reopened(store, ada)
    assert [one.full_name for one in again.holders(again.find("prod"))] == ["Ada Example"]


def test_case_93_the_first_list_of_a_new_record_is_no_older_than_the_restore() -> None:
    store = MemoryStore()
    ada = adas_vault(store)
    mallory = join(ada, store, "Mallory", MEMBER)
    backup = saved(store)
    over(store, ada, backup)
    again = reopened(store, ada)
    later = Vault(store, mallory.identity, memory=ProcessMemory(), now=lambda: NOW)
    add(later, "his")
    assert list_of(again, "his").version == again.state.roster.restored_generation
