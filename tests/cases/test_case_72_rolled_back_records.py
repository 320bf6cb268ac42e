"""Case 72: one record rolled back, a part rolled back, a pinned part left out.

Mallory is a member without any grant, who puts back what others had signed.
"""

from pathlib import Path

import pytest

from nexcred.errors import Disputed, RolledBack
from nexcred.services.credentials.trust import look_at
from nexcred.vault.plaintext import write_details
from nexcred.vault.record import DETAILS
from nexcred.vault.roster import MEMBER
from nexcred.vault.statements import DetailsStatement
from nexcred.vault.transaction import Transaction
from nexcred.vault.vault import Vault
from tests.support.forging import find, rewrite_overview, write_as_no_honest_program
from tests.support.lying_member import keep_record, put_back
from tests.support.memory_store import MemoryStore
from tests.support.opened import Opened
from tests.support.people import KEY, invite, keep, on_another_machine, said_no, vault_of
from tests.support.sample_vault import NOW, details, set_session, update
from tests.support.shared_vault import join, secret_of, share


def change_key(program: Opened, name: str, value: str) -> None:
    changed = program("update", name, "--set", "api_key=env:HELD", "--no-probe", environment={"HELD": value})
    assert changed.code == 0, changed.err


def test_case_72_a_record_that_was_put_back_is_refused_where_a_newer_was_used(opened: Opened, tmp_path: Path) -> None:
    keep(opened, "prod", "test")
    mallory = invite(opened, "Mallory", "--role", "member")
    job = invite(opened, "ci", "--grant", "prod")
    old = keep_record(vault_of(opened), "prod")
    change_key(opened, "prod", "newer-EXAMPLE")
    used = on_another_machine(job, tmp_path / "used")
    assert used("get", "prod/api_key").out == "newer-EXAMPLE"
    guests = [member.public for member in vault_of(opened).state.roster.members.values() if member.full_name == "ci"]
    put_back(vault_of(mallory), old, guests=guests)
    told = ("'prod' is older than this machine has seen it", "last written by Mallory", "nexcred audit")
    assert said_no(opened("get", "prod/api_key"), 9, *told)
    assert said_no(used("get", "prod/api_key"), 9, *told)
    assert said_no(opened("run", "--env", "KEY=prod/api_key", "--", "printenv", "KEY"), 125, *told)
    for words in (
        ("update", "prod", "--set", "api_key=env:HOME", "--no-probe"),
        ("share", "prod", "--with", "Mallory"),
        ("trust", "prod", "--yes"),
    ):
        assert said_no(opened(*words), 9, told[0])
    assert opened("get", "test/api_key").out == KEY.format("test")
    assert said_no(opened("get", "prod/api_key"), 9, *told), "no command has made it right"
    # Which the threat model says: what a machine never saw, it cannot miss.
    assert on_another_machine(job, tmp_path / "fresh")("get", "prod/api_key").out == KEY.format("prod")
    me = next(line.split("  ")[0] for line in opened("member", "list").out.splitlines() if "owner" in line)
    settled = opened("vault", "settle", "prod", "--with", me, "--yes")
    assert settled.code == 0, settled.err
    assert opened("get", "prod/api_key").code == 0


@pytest.fixture
def mallory(ada: Vault, store: MemoryStore) -> Vault:
    return join(ada, store, "Mallory", MEMBER)


def fresh(who: Vault, store: MemoryStore) -> Vault:
    return Vault(store, who.identity, now=lambda: NOW)


def test_case_72_to_trust_a_name_is_not_to_take_what_was_put_back(ada: Vault, mallory: Vault) -> None:
    old = keep_record(ada, "prod")
    update(ada, "prod", "EXAMPLE-new")
    put_back(mallory, old)
    with pytest.raises(RolledBack):
        look_at(ada, "prod")
    with pytest.raises(RolledBack):
        ada.trust(ada.find("prod"))
    with pytest.raises(RolledBack):
        secret_of(ada, "prod")


def test_case_72_a_record_does_not_come_back_from_before_somebody_was_taken_off(
    ada: Vault, mallory: Vault, store: MemoryStore
) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    share(ada, "prod", bob)
    old = keep_record(ada, "prod")
    ada.edit(lambda edit: edit.unshare(edit.find("prod"), [bob.state.me.id]))
    put_back(mallory, old)
    for machine in (ada, fresh(ada, store), fresh(bob, store)):
        with pytest.raises(Disputed, match="from before somebody was taken off"):
            secret_of(machine, "prod")


def test_case_72_tokens_that_were_put_back_are_refused(ada: Vault, mallory: Vault, store: MemoryStore) -> None:
    set_session(ada, "prod", {"access_token": "EXAMPLE-old"})
    old = keep_record(ada, "prod")
    set_session(ada, "prod", {"access_token": "EXAMPLE-new"})
    put_back(mallory, old)
    credential = ada.find("prod")
    for use in (lambda: ada.session(credential), lambda: ada.details(credential)):
        with pytest.raises(RolledBack, match="'prod' is older"):
            use()
    assert fresh(ada, store).session(credential) == {"access_token": "EXAMPLE-old"}


def test_case_72_tokens_that_were_left_out_are_missed(ada: Vault, mallory: Vault) -> None:
    set_session(ada, "prod", {"access_token": "EXAMPLE-new"})
    rewrite_overview(mallory, "prod", lambda _: {"parts": ()})
    with pytest.raises(RolledBack, match="'prod' is older"):
        ada.session(ada.find("prod"))


def test_case_72_tokens_that_ended_do_not_come_back(ada: Vault, mallory: Vault) -> None:
    set_session(ada, "prod", {"access_token": "EXAMPLE-old"})
    old = keep_record(ada, "prod")
    set_session(ada, "prod", None)
    put_back(mallory, old)
    with pytest.raises(RolledBack, match="'prod' is older"):
        ada.session(ada.find("prod"))


def test_case_72_the_end_of_tokens_is_missed_as_they_are(ada: Vault, mallory: Vault) -> None:
    set_session(ada, "prod", {"access_token": "EXAMPLE-old"})
    set_session(ada, "prod", None)
    rewrite_overview(mallory, "prod", lambda _: {"parts": ()})
    with pytest.raises(RolledBack, match="'prod' is older"):
        ada.session(ada.find("prod"))
    with pytest.raises(RolledBack, match="'prod' is older"):
        secret_of(ada, "prod")


def test_case_72_a_pinned_part_that_was_left_out_is_missed_by_everybody(
    ada: Vault, mallory: Vault, store: MemoryStore
) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    set_session(ada, "prod", {"access_token": "EXAMPLE-token"})
    share(ada, "prod", bob)
    assert bob.session(bob.find("prod")) == {"access_token": "EXAMPLE-token"}
    rewrite_overview(mallory, "prod", lambda _: {"parts": ()})
    for machine in (ada, fresh(ada, store), fresh(bob, store)):
        with pytest.raises(Disputed, match="its session was left out"):
            machine.session(machine.find("prod"))
        with pytest.raises(Disputed, match="its session was left out"):
            secret_of(machine, "prod")


def test_case_72_another_statement_of_the_same_revision_is_refused(
    ada: Vault, mallory: Vault, store: MemoryStore
) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    share(ada, "prod", bob)
    before = keep_record(ada, "prod")
    update(bob, "prod", "EXAMPLE-one")
    assert secret_of(ada, "prod") == "EXAMPLE-one"

    def state_otherwise(copy: Transaction) -> None:
        found, old = find(copy, "prod"), before.overview
        assert old.statement is not None
        record, body = copy.seal_part(DETAILS, old, 2, write_details(details("EXAMPLE-two"), copy.me))
        unsigned = DetailsStatement(2, body, old.statement.previous, old.access.version, copy.me)
        statement = copy.sign_details(unsigned, old.record_id)
        new = found.overview._replace(details=record, statement=statement)
        copy.put(new, found.revision + 1, instead_of=found)

    write_as_no_honest_program(bob, state_otherwise)
    with pytest.raises(RolledBack, match="'prod' is older"):
        secret_of(ada, "prod")


def test_case_72_nothing_is_written_over_what_was_put_back(ada: Vault, mallory: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    old = keep_record(ada, "prod")
    update(ada, "prod", "EXAMPLE-new")
    put_back(mallory, old)
    before = store.tables.copy()
    for write in (
        lambda: update(ada, "prod", "EXAMPLE-next"),
        lambda: share(ada, "prod", bob),
        lambda: set_session(ada, "prod", {"access_token": "EXAMPLE"}),
    ):
        with pytest.raises(RolledBack):
            write()
    assert store.tables == before


def test_case_72_an_owner_settles_it_and_everybody_goes_on(ada: Vault, mallory: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    share(ada, "prod", bob)
    old = keep_record(ada, "prod")
    update(ada, "prod", "EXAMPLE-new")
    assert secret_of(bob, "prod") == "EXAMPLE-new"
    put_back(mallory, old)
    ada.edit(lambda edit: edit.settle("prod", [ada.state.me.id, bob.state.me.id]))
    for machine in (ada, bob, fresh(ada, store), fresh(bob, store)):
        assert secret_of(machine, "prod") == "EXAMPLE-prod"
    update(bob, "prod", "EXAMPLE-next")
    put_back(mallory, old)
    with pytest.raises(Disputed):
        secret_of(fresh(ada, store), "prod")
