"""Case 69: version, revision, serial, generation and features at their limits.

Mallory is a member who drives a number to its end, so that nobody could count on after it.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from nexcred.errors import Disputed, MadeByNewer, NotPermitted, RolledBack, Tampered
from nexcred.vault.access_list import AccessList, make_list
from nexcred.vault.belief import FARTHEST
from nexcred.vault.head import FORMAT_2_FEATURE
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.overview import RecordPart
from nexcred.vault.plaintext import write_details
from nexcred.vault.primitives import COUNT_LIMIT
from nexcred.vault.record import DETAILS, SESSION
from nexcred.vault.roster import MEMBER, OWNER
from nexcred.vault.roster_records import Ended, write_unshared
from nexcred.vault.statements import ENDED, DetailsStatement, PartStatement
from nexcred.vault.store import HEADS_KEPT
from nexcred.vault.transaction import Transaction
from nexcred.vault.vault import Vault
from tests.support.forged_states import append_entry, sign_head, sign_heads
from tests.support.forging import find, link_overview, write_as_no_honest_program
from tests.support.memory_store import MemoryStore
from tests.support.opened import Opened
from tests.support.people import invite, keep, on_another_machine, said_no, store_of, vault_of
from tests.support.remembering import seen
from tests.support.sample_vault import NOW, add, describe, details, remove, set_session, update
from tests.support.shared_vault import join, secret_of, share

LAST = COUNT_LIMIT - 1


@pytest.fixture
def mallory(ada: Vault, store: MemoryStore) -> Vault:
    return join(ada, store, "Mallory", MEMBER)


def fresh(who: Vault, store: MemoryStore) -> Vault:
    return Vault(store, who.identity, memory=ProcessMemory(), now=lambda: NOW)


def refused_whole(store: MemoryStore, *writes: Callable[[], object]) -> None:
    """Assert that each write fails with words, and leaves everything as it was."""
    before = store.tables.copy()
    for write in writes:
        with pytest.raises(Tampered, match="counted to its end"):
            write()
    assert store.tables == before


def drive_overview(mallory: Vault, name: str) -> None:
    def drive(copy: Transaction) -> None:
        found = find(copy, name)
        link_overview(copy, found, found.overview, LAST)

    write_as_no_honest_program(mallory, drive)


def test_case_69_an_overview_at_its_last_revision_is_written_on(ada: Vault, mallory: Vault, store: MemoryStore) -> None:
    drive_overview(mallory, "prod")
    assert ada.find("prod").revision == LAST
    describe(ada, "prod", "goes on")
    assert fresh(ada, store).find("prod").description == "goes on"
    assert secret_of(ada, "prod") == "EXAMPLE-prod"


def test_case_69_a_last_revision_saves_nobody_from_being_removed(
    ada: Vault, mallory: Vault, store: MemoryStore
) -> None:
    add(mallory, "his", "EXAMPLE-his")
    share(mallory, "his", ada)
    drive_overview(mallory, "his")
    ada.edit(lambda edit: edit.dismiss(mallory.state.me.id))
    for vault in (ada, fresh(ada, store)):
        assert secret_of(vault, "his") == "EXAMPLE-his"
        assert vault.verify().faults == ()


def test_case_69_a_last_revision_of_values_is_read_and_not_written_past(
    ada: Vault, mallory: Vault, store: MemoryStore
) -> None:
    share(ada, "prod", mallory)

    def drive(copy: Transaction) -> None:
        found = find(copy, "prod")
        old = found.overview
        assert old.statement is not None
        record, body = copy.seal_part(DETAILS, old, LAST, write_details(details("EXAMPLE-last"), copy.me))
        unsigned = DetailsStatement(LAST, body, old.statement.previous, old.access.version, copy.me)
        statement = copy.sign_details(unsigned, old.record_id)
        new = old._replace(details=record, statement=statement, version=LAST, past=())
        copy.put(new, found.revision + 1, instead_of=found)

    write_as_no_honest_program(mallory, drive)
    assert secret_of(ada, "prod") == "EXAMPLE-last"
    refused_whole(store, lambda: update(ada, "prod", "EXAMPLE-next"))
    describe(ada, "prod", "goes on")
    remove(ada, "prod")
    add(ada, "prod", "EXAMPLE-next")
    assert secret_of(ada, "prod") == "EXAMPLE-next"


def test_case_69_a_last_serial_is_not_written_past(ada: Vault, mallory: Vault, store: MemoryStore) -> None:
    share(ada, "prod", mallory)

    def drive(copy: Transaction) -> None:
        found = find(copy, "prod")
        old = found.overview
        assert old.statement is not None
        unsigned = PartStatement(SESSION, old.access.version, old.statement.digest, ENDED, LAST, copy.me)
        part = RecordPart(copy.sign_part(unsigned, old.record_id), None)
        copy.put(old.with_part(SESSION, part), found.revision + 1, instead_of=found)

    write_as_no_honest_program(mallory, drive)
    assert secret_of(ada, "prod") == "EXAMPLE-prod"
    assert ada.session(ada.find("prod")) is None
    refused_whole(
        store,
        lambda: set_session(ada, "prod", {"access_token": "EXAMPLE"}),
        lambda: update(ada, "prod", "EXAMPLE-next"),
    )


def sign_list(copy: Transaction, version: int) -> None:
    """Sign a list of this version for one's own record, with what it says already."""
    found = find(copy, "his")
    old = found.overview.access
    assert isinstance(old, AccessList)
    signed = make_list(
        copy.author, copy.me, copy.vault_id, version=version, grants=old.grants, creator=old.creator, salt=old.salt,
        revision=old.revision, pins={DETAILS: old.pins[0]},
    )  # fmt: skip
    link_overview(copy, found, found.overview._replace(access=signed), found.revision + 1)


@pytest.fixture
def his(ada: Vault, mallory: Vault) -> Vault:
    """A record of Mallory's own, on which others rely."""
    add(mallory, "his", "EXAMPLE-his")
    share(mallory, "his", ada)
    assert secret_of(ada, "his") == "EXAMPLE-his"
    return mallory


def test_case_69_a_list_may_be_as_late_as_the_head_that_carries_it(ada: Vault, his: Vault, store: MemoryStore) -> None:
    write_as_no_honest_program(his, lambda copy: sign_list(copy, copy.generation))
    assert secret_of(fresh(ada, store), "his") == "EXAMPLE-his"
    share(ada, "his", join(ada, store, "Bob", MEMBER))
    assert secret_of(fresh(ada, store), "his") == "EXAMPLE-his"


@pytest.mark.parametrize("beyond", [1, 1_000, LAST])
def test_case_69_a_list_later_than_its_head_is_believed_by_nobody(
    ada: Vault, his: Vault, store: MemoryStore, beyond: int
) -> None:
    write_as_no_honest_program(his, lambda copy: sign_list(copy, min(copy.generation + beyond, LAST)))
    for vault in (ada, fresh(ada, store)):
        with pytest.raises(Disputed, match="a number that no write of the vault has had; signed by Mallory"):
            secret_of(vault, "his")
    ada.edit(lambda edit: edit.settle("his", [ada.state.me.id]))
    assert secret_of(fresh(ada, store), "his") == "EXAMPLE-his"


def ended_by_creator(copy: Transaction, name: str, version: int) -> dict[str, object]:
    access = find(copy, name).overview.access
    assert isinstance(access, AccessList)
    return {"op": "unshare", **write_unshared([Ended(access.salt, version)], [], creator=access.creator)}


def end_lists(copy: Transaction) -> None:
    """The same by a program that looks at what it appends."""
    copy.roster = copy.roster.append(copy.author, copy.author.public, ended_by_creator(copy, "his", 9))


@pytest.mark.parametrize("version", [1_000, LAST, 2**64 - 1])
def test_case_69_a_least_version_that_no_list_comes_to_is_settled_by_an_owner(
    ada: Vault, his: Vault, store: MemoryStore, version: int
) -> None:
    write_as_no_honest_program(his, lambda copy: append_entry(copy, ended_by_creator(copy, "his", version)))
    with pytest.raises(Disputed):
        secret_of(ada, "his")
    ada.edit(lambda edit: edit.settle("his", [ada.state.me.id]))
    update(ada, "his", "EXAMPLE-next")
    assert secret_of(fresh(ada, store), "his") == "EXAMPLE-next"


def test_case_69_who_was_taken_off_his_own_record_ends_no_list_of_it(
    ada: Vault, his: Vault, store: MemoryStore
) -> None:
    ada.edit(lambda edit: edit.unshare(edit.find("his"), [his.state.me.id]))
    with pytest.raises(NotPermitted):
        his.change(end_lists)
    with pytest.raises(Tampered):  # his own program does not read it back
        write_as_no_honest_program(his, lambda copy: append_entry(copy, ended_by_creator(copy, "his", LAST)))
    for read in (ada.names, lambda: fresh(ada, store)):
        with pytest.raises(Tampered, match="signed by Mallory, who may not do that"):
            read()


def test_case_69_a_generation_goes_no_farther_than_can_be_counted(
    ada: Vault, mallory: Vault, store: MemoryStore
) -> None:
    farthest = ada.generation + HEADS_KEPT + FARTHEST
    before = store.tables.copy()
    sign_head(store, mallory, generation=farthest + 1)
    with pytest.raises(RolledBack, match="did not come from"):
        ada.names()
    store.tables = before
    sign_head(store, mallory, generation=farthest)
    assert Vault(store, ada.identity, memory=ada.memory, now=lambda: NOW).names() == ["prod", "test"]


def test_case_69_the_last_generation_is_not_written_past(ada: Vault, mallory: Vault, store: MemoryStore) -> None:
    sign_head(store, mallory, generation=LAST)
    with pytest.raises(RolledBack):
        ada.names()
    new = fresh(ada, store)
    refused_whole(store, lambda: describe(new, "prod", "x"), lambda: join(new, store, "Bob", MEMBER))
    assert secret_of(fresh(ada, store), "prod") == "EXAMPLE-prod"


def test_case_69_features_that_a_member_sets_are_not_heeded(ada: Vault, mallory: Vault, store: MemoryStore) -> None:
    sign_head(store, mallory, features=FORMAT_2_FEATURE | 1)
    for use in (ada.names, lambda: describe(ada, "prod", "x")):
        with pytest.raises(Tampered, match="Mallory, who is no owner, changed what the vault asks of programs"):
            use()


@pytest.fixture
def carol(ada: Vault, store: MemoryStore) -> Vault:
    """An owner, until she is none any more."""
    return join(ada, store, "Carol", OWNER)


def test_case_69_features_that_an_owner_set_hold_when_he_is_none_any_more(
    ada: Vault, carol: Vault, store: MemoryStore
) -> None:
    before = ada.anchor
    sign_head(store, carol, features=FORMAT_2_FEATURE | 1)
    with pytest.raises(MadeByNewer):
        describe(ada, "prod", "x")
    sign_head(store, carol, features=FORMAT_2_FEATURE)
    ada.edit(lambda edit: edit.change_role(carol.state.me.id, MEMBER))
    assert Vault(store, ada.identity, memory=seen(before)).names() == ["prod", "test"]


def test_case_69_who_was_an_owner_once_changes_no_features_by_the_roster_of_then(
    ada: Vault, carol: Vault, store: MemoryStore
) -> None:
    ada.names()
    then = {"roster_length": ada.floor.roster_length, "roster_hash": ada.floor.roster_hash}
    ada.edit(lambda edit: edit.change_role(carol.state.me.id, MEMBER))
    odd = {"features": FORMAT_2_FEATURE | 1}
    sign_heads(store, carol, {**odd, **then}, odd)
    with pytest.raises(Tampered, match="Carol, who is no owner"):
        ada.names()


def test_case_69_an_end_beyond_all_years_is_shown(opened: Opened) -> None:
    invite(opened, "ci")
    ada = vault_of(opened)
    (job,) = (member for member in ada.state.roster.members.values() if member.full_name == "ci")
    body = {"op": "until", "until_ms": 2**61}
    write_as_no_honest_program(ada, lambda copy: append_entry(copy, body, job.public))
    shown = json.loads(opened("member", "list", "--json").out)
    assert [one["until"][:4] for one in shown if one["full_name"] == "ci"] == ["9999"]


def test_case_69_the_program_says_that_the_last_number_was_used_up(opened: Opened, tmp_path: Path) -> None:
    keep(opened, "prod")
    mallory = invite(opened, "Mallory", "--role", "member")
    sign_head(store_of(opened), vault_of(mallory), generation=LAST)
    assert said_no(opened("get", "prod/api_key"), 9, "did not come from the one that was last seen")
    new = on_another_machine(mallory, tmp_path / "new")
    refused = new("rename", "prod", "x")
    assert said_no(refused, 9, "the number of writes of the vault was counted to its end", "restore-backup")
    assert new.names == ["prod"]
