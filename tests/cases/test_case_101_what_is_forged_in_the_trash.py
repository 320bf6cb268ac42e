"""Case 101: neither a member nor storage exchanges what lies in the trash, or keeps anything from going there."""

from functools import partial

import pytest

from nexcred.errors import Disputed, NameMoved, NotPermitted, RolledBack, Tampered
from nexcred.vault.access_list import WRITE
from nexcred.vault.edit import Edit
from nexcred.vault.memory import Doubt
from nexcred.vault.overview import write_overview
from nexcred.vault.record import OVERVIEW, seal_overview
from nexcred.vault.transaction import Transaction
from nexcred.vault.trash import KEPT
from nexcred.vault.tree import name_tag, trash_tag
from tests.support.forging import overview_of, write_as_no_honest_program
from tests.support.lying_member import Kept, id_of, keep_record, put_back, signed_by, with_forged_details, with_holders
from tests.support.remembering import asking
from tests.support.sample_vault import NOW, add, details, remove, update
from tests.support.shared_vault import secret_of, share
from tests.support.trash import People, at, in_trash, people, put_in_trash, removed_overview, take_out

__all__ = ["people"]


@pytest.mark.parametrize("where", ["list", "values"])
def test_case_101_what_was_forged_in_the_trash_does_not_come_back(people: People, where: str) -> None:
    remove(people.ada, "prod")
    (there,) = people.ada.trash()
    old = removed_overview(people.mallory, bytes.fromhex(there.credential.id))
    if where == "list":
        access = signed_by(people.mallory, with_holders(old, {id_of(people.mallory): WRITE}))
        put_in_trash(people.mallory, old._replace(access=access))
    else:
        forged = with_forged_details(people.mallory, old, details("EXAMPLE-evil"), [people.ada, people.bob])
        put_in_trash(people.mallory, forged.overview, records=forged.records)
    with pytest.raises(Disputed):
        take_out(people.bob, "prod")
    take_out(people.ada, "prod")  # so that she can settle it
    for vault in (people.ada, people.bob, people.mallory):
        with pytest.raises((Disputed, NotPermitted)):
            secret_of(vault, "prod")
    assert "EXAMPLE-prod" not in people.store.sealed_to(people.mallory)


def test_case_101_another_record_in_its_place_is_not_taken_for_it(people: People) -> None:
    add(people.mallory, "his", "EXAMPLE-evil")
    share(people.mallory, "his", people.ada, people.bob)
    record_id = overview_of(people.ada, "prod").record_id
    remove(people.ada, "prod")
    his = overview_of(people.mallory, "his")._replace(name="prod", removed_at=NOW)
    put_in_trash(people.mallory, his, under=record_id)
    assert in_trash(people.ada) == []
    with pytest.raises(Tampered, match="leads to what was not removed"):
        people.ada.edit(lambda edit: edit.take_out(record_id))
    assert people.ada.verify().faults


def test_case_101_his_own_record_by_that_name_in_the_trash_is_asked_about(people: People) -> None:
    add(people.mallory, "his", "EXAMPLE-evil")
    share(people.mallory, "his", people.ada, people.bob)
    people.ada.edit(lambda edit: edit.purge(edit.find("prod")))
    record_id = overview_of(people.ada, "his").record_id
    put_in_trash(people.mallory, overview_of(people.mallory, "his")._replace(name="prod", removed_at=NOW))
    for new in (None, "another"):
        with pytest.raises(NameMoved):
            take_out(people.ada, "prod", new)
        with pytest.raises(NameMoved):
            people.ada.edit(partial(Edit.take_out, record_id=record_id, name=new))
    asked: list[Doubt] = []
    people.ada._confirm = asking(asked)
    looked_at = people.ada.expect_removed(record_id, is_renamed=False)
    assert any("Mallory" in line for one in asked for line in (one.what, *one.told))
    people.ada.edit(lambda edit: edit.take_out(record_id, None, looked_at))
    assert secret_of(people.ada, "prod") == "EXAMPLE-evil"


def test_case_101_storage_neither_brings_it_back_nor_hides_it(people: People) -> None:
    before = people.store.tables.copy()
    remove(people.ada, "prod")
    after = people.store.tables.copy()
    people.store.tables = before
    with pytest.raises(RolledBack):
        people.ada.names()
    people.store.tables = after
    assert in_trash(people.ada) == ["prod"]
    record_id = bytes.fromhex(people.ada.trash()[0].credential.id)
    tag = trash_tag(people.ada.state.keys.name, record_id)
    leaf = after.leaves[tag[0]]
    position = leaf.index(tag)
    people.store.tables.leaves[tag[0]] = leaf[:position] + leaf[position + 48 :]
    with pytest.raises(Tampered):
        people.ada.trash()


def test_case_101_an_older_state_of_it_in_the_trash_is_a_rollback(people: People) -> None:
    old = keep_record(people.ada, "prod")
    update(people.ada, "prod", "EXAMPLE-2")
    remove(people.ada, "prod")
    put_in_trash(people.mallory, old.overview._replace(removed_at=NOW), records=old.records)
    with pytest.raises(RolledBack):
        take_out(people.ada, "prod")


def test_case_101_under_its_name_what_says_it_is_in_the_trash_is_not_served(people: People) -> None:
    old = overview_of(people.ada, "prod")

    def write(copy: Transaction) -> None:
        place = copy._place(OVERVIEW, old.record_id, 9)
        forged = write_overview(old._replace(removed_at=NOW))
        sealed = seal_overview(place, forged, copy.state.vault_key, (), copy.state.keys.hint)
        copy._link(name_tag(copy.state.keys.name, "prod"), copy._keep(sealed))

    write_as_no_honest_program(people.mallory, write)
    with pytest.raises(Tampered, match="said to be in the trash"):
        people.ada.find("prod")
    assert people.ada.verify().faults


def test_case_101_a_second_overview_in_the_trash_stops_no_removal(people: People) -> None:
    old = overview_of(people.ada, "prod")
    put_in_trash(people.mallory, old._replace(removed_at=NOW, description="a double"))
    remove(people.ada, "prod")
    assert [one.credential.description for one in people.ada.trash()] == ["about prod"]
    assert people.ada.size == 2
    assert not people.ada.verify().faults


def test_case_101_an_overview_filled_to_its_end_stops_no_removal(people: People) -> None:
    old = overview_of(people.ada, "prod")
    room = 4 * 1024 * 1024 - len(write_overview(old._replace(description="")))
    put_back(people.mallory, Kept(old._replace(description="x" * room), ()))
    remove(people.ada, "prod")
    take_out(people.ada, "prod")
    assert secret_of(people.ada, "prod") == "EXAMPLE-prod"


def test_case_101_what_is_spoilt_in_the_trash_stops_no_write(people: People) -> None:
    remove(people.ada, "prod")
    (there,) = people.ada.trash()
    tag = trash_tag(people.ada.state.keys.name, bytes.fromhex(there.credential.id))

    def spoil(copy: Transaction) -> None:
        copy._link(tag, copy._keep(b"nothing that opens, EXAMPLE" * 9))

    write_as_no_honest_program(people.mallory, spoil)
    after = at(people, people.ada, NOW + 2 * KEPT)
    add(after, "a write")
    assert after.has("a write")
