"""Somebody who was a guest is a member from then on, and the other way round."""

import pytest

from nexcred.errors import NotPermitted
from nexcred.vault.roster import GUEST, MEMBER, READER
from nexcred.vault.vault import Vault
from tests.support.lying_member import id_of
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import add
from tests.support.shared_vault import adas_vault, join


@pytest.mark.parametrize("role", [MEMBER, READER])
def test_a_guest_who_is_promoted_sees_all_overviews(role: str) -> None:
    ada = adas_vault(store := MemoryStore())
    guest = join(ada, store, "Gil", GUEST)
    assert guest.names() == []
    ada.edit(lambda edit: edit.change_role(id_of(guest), role))
    promoted = Vault(store, guest.identity)
    assert promoted.names() == ["prod", "test"]
    if role == MEMBER:
        add(promoted, "new")
        assert ada.names() == ["new", "prod", "test"]


def test_a_member_who_becomes_a_guest_sees_none_and_writes_nothing() -> None:
    ada = adas_vault(store := MemoryStore())
    bob = join(ada, store, "Bob", MEMBER)
    ada.edit(lambda edit: edit.change_role(id_of(bob), GUEST))
    guest = Vault(store, bob.identity)
    assert guest.names() == []
    with pytest.raises(NotPermitted):
        add(guest, "new")
