"""Case 80: a backup that is brought back revives nobody, and what machines remember goes on from it.

Revived members, pins, other machines, old slots, an emptied store.
"""

import json
import shutil
import sqlite3
import sys
from pathlib import Path

import pyte
import pytest

from nexcred.errors import Tampered
from nexcred.vault.roster import Roster
from nexcred.vault.transaction import Transaction
from nexcred.vault.vault import Vault
from tests.support.forging import write_as_no_honest_program
from tests.support.lying import what_lies_at
from tests.support.lying_member import keep_record, put_back
from tests.support.opened import Opened
from tests.support.people import (
    KEY,
    as_who_holds,
    invite,
    keep,
    named_place_of,
    on_another_machine,
    said_no,
    vault_file,
    vault_of,
)
from tests.support.terminal import Typed, play

PASSPHRASE, NEXT = "the first EXAMPLE passphrase", "the next EXAMPLE passphrase"


@pytest.fixture
def ada(opened: Opened) -> Opened:
    keep(opened, "prod", "test")
    return opened


@pytest.fixture
def bob(ada: Opened) -> Opened:
    """A member who holds "prod", from before the backup."""
    bob = invite(ada, "bob", "--role", "member", "--grant", "prod")
    assert ada("vault", "backup", "with-bob.db").code == 0
    return bob


def change_key(program: Opened, name: str, value: str) -> None:
    changed = program("update", name, "--set", "api_key=env:HELD", "--no-probe", environment={"HELD": value})
    assert changed.code == 0, changed.err


def members(program: Opened) -> list[str]:
    return [one["full_name"] for one in json.loads(program("member", "list", "--json").out) if one["role"] != "owner"]


def lose(program: Opened) -> None:
    what_lies_at(program).clear()


@pytest.mark.parametrize("is_lost", [False, True], ids=["over the vault", "into an empty place"])
def test_case_80_who_was_removed_stays_away(ada: Opened, bob: Opened, is_lost: bool) -> None:
    by_name = Opened(bob.home, **{**bob.environment, **named_place_of(bob)})
    assert ada("member", "remove", "bob", "--yes").code == 0
    if is_lost:
        lose(ada)
    done = ada("vault", "restore-backup", "with-bob.db", "--yes")
    assert done.code == 0, done.err
    assert members(ada) == []
    assert ada("get", "prod/api_key").out == KEY.format("prod")
    for machine in (bob, by_name):
        assert said_no(machine("get", "prod/api_key"), 10)
    change_key(ada, "prod", "next-EXAMPLE")
    assert said_no(bob("get", "prod/api_key"), 10)


def test_case_80_who_was_removed_stays_away_by_what_the_identity_knows(
    ada: Opened, bob: Opened, tmp_path: Path
) -> None:
    """On a machine that remembers nothing: the string was printed after bob had left."""
    assert ada("member", "remove", "bob", "--yes").code == 0
    knowing = ada("identity", "show", "--secret").out.strip()
    fresh = empty_machine(ada, tmp_path / "fresh", knowing)
    done = fresh("vault", "restore-backup", "with-bob.db", "--yes")
    assert said_no(done, 9, "somebody joined, left, or got new keys", "this identity knows", "--over-anchor")
    assert not list(fresh.home.rglob("vault.db"))


def test_case_80_who_was_removed_stays_away_by_a_checkpoint(ada: Opened, bob: Opened, tmp_path: Path) -> None:
    assert ada("member", "remove", "bob", "--yes").code == 0
    line = ada("vault", "checkpoint").out.strip()
    fresh = empty_machine(ada, tmp_path / "fresh", ada.environment["NEXCRED_IDENTITY"])
    told = fresh("vault", "restore-backup", "with-bob.db", "--yes", environment={"NEXCRED_CHECKPOINT": line})
    assert said_no(told, 9, "somebody joined, left, or got new keys")
    blind = fresh("vault", "restore-backup", "with-bob.db", "--yes")
    assert blind.code == 0
    assert "who belongs to it then: root (owner), bob (member)" in blind.err, "whom nobody knows to have left, is named"
    assert "bob would hold what they do not hold now: prod" in blind.err


def empty_machine(program: Opened, home: Path, identity: str) -> Opened:
    """Return a machine that has the backup, and nothing else."""
    home.mkdir(mode=0o700)
    shutil.copyfile(program.home / "with-bob.db", home / "with-bob.db")
    (home / "with-bob.db").chmod(0o600)
    return Opened(home, NEXCRED_IDENTITY=identity, NEXCRED_NO_INPUT="1")


def test_case_80_over_what_is_known_only_a_person_goes_and_every_string_is_issued_anew(
    ada: Opened, bob: Opened, tmp_path: Path
) -> None:
    assert ada("member", "remove", "bob", "--yes").code == 0
    fresh = empty_machine(ada, tmp_path / "fresh", ada("identity", "show", "--secret").out.strip())
    words = ("vault", "restore-backup", "with-bob.db", "--over-anchor")
    for yes in ((), ("--yes",)):
        assert fresh(*words, *yes).code == 2
    seen = {name: value for name, value in fresh.environment.items() if name != "NEXCRED_NO_INPUT"}
    screen = pyte.Screen(200, 40)
    command = [sys.executable, "-m", "nexcred", *words]
    ended = play(command, [Typed("as the newest state", "y")], screen, environment=seen, folder=fresh.home)
    assert ended.code == 0, ended.seen
    assert b"who belongs to it then" in ended.seen
    assert b"nexcred identity show --secret --accept-rollback" in ended.seen
    assert said_no(fresh("get", "prod/api_key"), 9, "from before what this identity")
    anew = fresh("identity", "show", "--secret", "--accept-rollback").out.strip()
    again = Opened(fresh.home, NEXCRED_IDENTITY=anew, NEXCRED_NO_INPUT="1")
    assert again("get", "prod/api_key").out == KEY.format("prod")
    assert again("rename", "test", "x").code == 0


def test_case_80_keys_from_before_do_not_open_it_again(ada: Opened, bob: Opened) -> None:
    old = bob.environment["NEXCRED_IDENTITY"]
    assert bob("vault", "rekey", "-o", "bob.identity").code == 0
    assert ada("list").code == 0
    lose(ada)
    assert ada("vault", "restore-backup", "with-bob.db", "--yes").code == 0
    assert said_no(as_who_holds(bob, old)("list"), 10)
    assert as_who_holds(bob, (bob.home / "bob.identity").read_text()).names == ["prod", "test"]


def test_case_80_a_machine_that_saw_later_values_takes_those_of_the_backup(
    ada: Opened, bob: Opened, tmp_path: Path
) -> None:
    desk = on_another_machine(bob, tmp_path / "desk")
    for value in ("second-EXAMPLE", "third-EXAMPLE"):
        change_key(ada, "prod", value)
        assert desk("get", "prod/api_key").out == value
    assert ada("vault", "restore-backup", "with-bob.db", "--yes").code == 0
    for machine in (desk, ada, bob):
        assert machine("get", "prod/api_key").out == KEY.format("prod")
    change_key(desk, "prod", "onward-EXAMPLE")
    assert ada("get", "prod/api_key").out == "onward-EXAMPLE"


def test_case_80_what_was_there_before_the_restore_is_not_put_back_after_it(ada: Opened, bob: Opened) -> None:
    change_key(ada, "prod", "second-EXAMPLE")
    lost = keep_record(vault_of(ada), "prod")
    assert ada("vault", "restore-backup", "with-bob.db", "--yes").code == 0
    put_back(vault_of(bob), lost)
    for machine in (ada, bob):
        assert said_no(machine("get", "prod/api_key"), 9, "a backup was restored")


def test_case_80_machines_and_jobs_that_were_behind_go_on_unasked(ada: Opened, bob: Opened, tmp_path: Path) -> None:
    job = invite(ada, "ci", "--grant", "prod")
    behind = [on_another_machine(one, tmp_path / name) for one, name in ((bob, "desk"), (job, "job"))]
    for machine in behind:
        assert machine("get", "prod/api_key").code == 0
    line = ada("vault", "checkpoint").out.strip()
    assert ada("vault", "backup", "later.db").code == 0
    keep(ada, "lost")
    change_key(ada, "prod", "lost-EXAMPLE")
    assert ada("vault", "restore-backup", "later.db", "--yes").code == 0
    keep(ada, "after")
    told = on_another_machine(job, tmp_path / "told", NEXCRED_CHECKPOINT=line)
    for machine in (*behind, told):
        ran = machine("get", "prod/api_key")
        assert (ran.code, ran.out) == (0, KEY.format("prod")), ran.err


def test_case_80_a_passphrase_from_before_opens_it_again_only_where_the_vault_was_lost(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    old = Opened(home, NEXCRED_PASSPHRASE=PASSPHRASE, NEXCRED_NO_INPUT="1")
    new = Opened(home, NEXCRED_PASSPHRASE=NEXT, NEXCRED_NO_INPUT="1")
    assert old("vault", "init").code == 0
    keep(old, "prod")
    assert old("vault", "backup", "b.db").code == 0
    (home / "next").write_text(NEXT)
    (home / "next").chmod(0o600)
    assert old("vault", "passphrase", "--new-passphrase-file", "next").code == 0
    assert old("get", "prod/api_key").code == 6
    assert new("vault", "restore-backup", "b.db", "--yes").code == 0
    assert old("get", "prod/api_key").code == 6
    assert new("get", "prod/api_key").out == KEY.format("prod")
    lose(new)
    assert new("vault", "restore-backup", "b.db", "--yes").code == 6, "the backup opens by the passphrase of then"
    done = old("vault", "restore-backup", "b.db", "--yes")
    assert done.code == 0, done.err
    assert "the passphrases and recovery keys of then open it again" in done.err
    assert old("get", "prod/api_key").out == KEY.format("prod")


def cut(path: Path) -> None:
    path.write_bytes(b"")


def empty(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        for table in ("head", "item", "leaf", "roster", "access", "slot"):
            connection.execute(f"DELETE FROM {table}")


def shut_out(mallory: Vault) -> None:
    """Sign, as a member, a vault that opens for nobody else."""

    def forge(copy: Transaction) -> None:
        own = copy._access_row(copy.roster.members[copy.me])
        copy._access, copy._chain = (own,), copy.snapshot.chain()
        copy.set_slots(copy.snapshot.slots())

    write_as_no_honest_program(mallory, forge)


def cut_off(mallory: Vault) -> None:
    """Sign, as a member, a new epoch from which no key leads to the one before: nothing that is older opens."""

    def forge(copy: Transaction) -> None:
        roster = copy.roster
        copy.begin_epoch(Roster(roster._replay, roster.entries, roster.hashes))
        copy._chain = ()

    with pytest.raises(Tampered):  # her own program does not read it back
        write_as_no_honest_program(mallory, forge)


def test_case_80_a_vault_that_was_cut_off_from_its_past_is_no_obstacle(
    ada: Opened, bob: Opened, tmp_path: Path, vaults_lie_in: str
) -> None:
    cut_off(vault_of(bob))
    knowing = empty_machine(ada, tmp_path / "fresh", ada.environment["NEXCRED_IDENTITY"])
    knowing.environment |= named_place_of(ada)
    assert knowing("get", "prod/api_key").code == 9
    if vaults_lie_in != "memory":  # whoever runs a place moves aside what is damaged there
        refused = knowing("vault", "restore-backup", "with-bob.db", "--yes")
        assert said_no(refused, 1, "is damaged, and cannot be moved aside", "empty this one first")
        lose(ada)
    done = knowing("vault", "restore-backup", "with-bob.db", "--yes")
    assert done.code == 0, done.err
    for machine in (knowing, bob):
        assert machine("get", "prod/api_key").out == KEY.format("prod")
    assert knowing("vault", "verify").code == 0


@pytest.mark.parametrize("how", [cut, empty, shut_out])
def test_case_80_an_emptied_store_is_no_first_use_and_is_filled_from_the_backup(
    ada: Opened, bob: Opened, how: object
) -> None:
    if how is shut_out:
        shut_out(vault_of(bob))
    else:
        how(vault_file(ada))  # type: ignore[operator]
    for words in (("get", "prod/api_key"), ("list",), ("rename", "prod", "x")):
        assert said_no(ada(*words), 10 if how is shut_out else 9)
    assert ada("vault", "init").code == (9 if how is cut else 8)
    done = ada("vault", "restore-backup", "with-bob.db", "--yes")
    assert done.code == 0, done.err
    for machine in (ada, bob):
        assert machine("get", "prod/api_key").out == KEY.format("prod")
    assert ada("vault", "verify").code == 0
