"""Case 101: what lies in the trash while somebody leaves, or the vault gets new keys."""

import pytest

from nexcred.errors import NotPermitted
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.roster import MEMBER
from tests.support.lying_member import id_of
from tests.support.sample_vault import NOW, remove, update
from tests.support.shared_vault import join, rekey, secret_of
from tests.support.trash import People, at, in_trash, people, take_out

__all__ = ["people"]


def test_case_101_who_left_while_it_lay_there_does_not_get_it_back(people: People) -> None:
    remove(people.ada, "prod")
    departure = people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob)))
    assert departure.exposed == ("prod",)
    take_out(people.ada, "prod")
    again = join(people.ada, people.store, "Bob", MEMBER)
    update(people.ada, "prod", "EXAMPLE-after")
    assert [one.full_name for one in people.ada.holders(people.ada.find("prod"))] == ["Ada Example", "Gus"]
    with pytest.raises(NotPermitted):
        secret_of(again, "prod")
    assert "EXAMPLE-after" not in people.store.sealed_to(people.bob)


def test_case_101_what_somebody_who_left_wrote_stays_good_in_the_trash(people: People) -> None:
    update(people.bob, "prod", "EXAMPLE-of-bob")
    remove(people.bob, "prod")
    assert people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob))).pinned == ("prod",)
    take_out(people.ada, "prod")
    assert secret_of(people.gus, "prod") == secret_of(people.ada, "prod") == "EXAMPLE-of-bob"


def test_case_101_new_keys_take_the_trash_along(people: People) -> None:
    remove(people.ada, "prod")
    rekeyed = rekey(people.ada)
    assert rekeyed.disputed == ()
    assert rekeyed.resealed == 1  # what is in the trash is not counted
    assert in_trash(people.ada) == ["prod"]
    take_out(people.ada, "prod")
    assert secret_of(people.ada, "prod") == secret_of(people.bob, "prod") == "EXAMPLE-prod"
    assert not people.ada.verify().faults


def test_case_101_new_keys_ask_about_what_was_signed_elsewhere_in_the_trash_too(people: People) -> None:
    remove(people.ada, "prod")
    elsewhere = at(people, people.ada, NOW, ProcessMemory())
    assert {one.overview.name for one in elsewhere.signed_elsewhere()} == {"prod", "test"}
