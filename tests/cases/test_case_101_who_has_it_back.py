"""Case 101: what lies in the trash is nobody's to take, to give or to end who could not before."""

import pytest

from nexcred.errors import CredentialNotFound, NameTaken, NotPermitted
from nexcred.vault.record import OVERVIEW, open_as
from tests.support.forging import overview_of
from tests.support.lying_member import keep_record, put_back
from tests.support.memory_store import MemorySnapshot
from tests.support.sample_vault import add, remove, update
from tests.support.shared_vault import secret_of
from tests.support.trash import People, in_trash, people, take_out

__all__ = ["people"]


def test_case_101_what_is_removed_comes_back_as_it_was(people: People) -> None:
    update(people.ada, "prod", "EXAMPLE-2")
    before = people.ada.find("prod")
    remove(people.ada, "prod")
    assert people.ada.names() == people.bob.names() == ["test"]
    with pytest.raises(CredentialNotFound):
        people.bob.find("prod")
    assert in_trash(people.ada) == in_trash(people.bob) == ["prod"]
    take_out(people.bob, "prod")
    after = people.ada.find("prod")
    assert before._replace(revision=after.revision, updated_at=after.updated_at) == after
    assert [one.version for one in people.ada.history(after)] == [2, 1]
    assert secret_of(people.gus, "prod") == secret_of(people.bob, "prod") == "EXAMPLE-2"
    assert not people.ada.verify().faults


def test_case_101_who_holds_nothing_of_it_neither_sees_it_nor_takes_it_out_nor_ends_it(people: People) -> None:
    record_id = overview_of(people.ada, "prod").record_id
    remove(people.mallory, "prod")  # any member hides any record; who holds it has it back
    assert in_trash(people.mallory) == []
    with pytest.raises(NotPermitted, match="only who holds it"):
        people.mallory.edit(lambda edit: edit.take_out(record_id))
    for vault in (people.mallory, people.bob):
        with pytest.raises(NotPermitted, match="only whoever added"):
            vault.edit(lambda edit: edit.empty(record_id))
    with pytest.raises(NotPermitted, match="only whoever added"):
        people.bob.edit(lambda edit: edit.purge(edit.find("test")))
    take_out(people.bob, "prod")
    assert secret_of(people.ada, "prod") == "EXAMPLE-prod"


def test_case_101_who_links_it_back_by_force_gives_it_to_nobody(people: People) -> None:
    kept = keep_record(people.mallory, "prod")
    remove(people.ada, "prod")
    put_back(people.mallory, kept)
    with pytest.raises(NotPermitted):
        secret_of(people.mallory, "prod")
    assert "EXAMPLE-prod" not in people.store.sealed_to(people.mallory)
    assert secret_of(people.bob, "prod") == "EXAMPLE-prod"


def test_case_101_ones_own_values_come_back_under_another_name_unasked(people: People) -> None:
    remove(people.ada, "prod")
    add(people.ada, "prod", "EXAMPLE-later")
    assert secret_of(people.ada, "prod") == "EXAMPLE-later"
    take_out(people.ada, "prod", "before")
    assert secret_of(people.ada, "before") == "EXAMPLE-prod"


def test_case_101_its_name_is_free_and_then_taken(people: People) -> None:
    remove(people.ada, "prod")
    add(people.ada, "PROD", "EXAMPLE-new")
    with pytest.raises(NameTaken):
        take_out(people.ada, "prod")
    take_out(people.ada, "prod", "prod, as it was")
    assert secret_of(people.ada, "prod, as it was") == "EXAMPLE-prod"
    assert secret_of(people.ada, "prod") == "EXAMPLE-new"


def test_case_101_a_guest_opens_nothing_in_the_trash(people: People) -> None:
    credential = people.gus.find("prod")
    remove(people.ada, "prod")
    assert people.gus.trash() == []
    assert people.gus.names() == []
    for read in (people.gus.details, people.gus.history, people.gus.session):
        with pytest.raises(CredentialNotFound):
            read(credential)
    for record in MemorySnapshot(people.store.tables)._tables.items.values():
        if record[5] == OVERVIEW:
            with pytest.raises(NotPermitted):
                open_as(record, people.gus.identity, None)
