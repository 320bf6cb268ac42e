"""Another role: what somebody may do from then on, what stays as he wrote it, and what he sees."""

import pytest

from nexcred.errors import NotPermitted
from nexcred.vault.roster import GUEST, MEMBER, OWNER, READER
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import add, describe, update
from tests.support.shared_vault import join, secret_of, share


def become(ada: Vault, who: Vault, role: str) -> None:
    ada.edit(lambda edit: edit.change_role(who.state.me.id, role))
    who._checkpoint = ada.checkpoint(who.state.me.id) if role == GUEST else None


@pytest.mark.parametrize("role", [READER, MEMBER, OWNER])
def test_a_guest_that_becomes_more_sees_everything(ada: Vault, store: MemoryStore, role: str) -> None:
    job = join(ada, store, "ci", GUEST)
    share(ada, "prod", job)
    become(ada, job, role)
    assert job.names() == ["prod", "test"]
    assert job.role == role
    assert secret_of(job, "prod") == "EXAMPLE-prod"
    if role != READER:
        add(job, "jobs", "EXAMPLE-jobs")
        describe(job, "test", "by what was a guest")
    assert Vault(store, job.identity).names() == job.names()
    assert ada.verify().faults == ()


@pytest.mark.parametrize("role", [READER, MEMBER, OWNER])
def test_who_becomes_a_guest_sees_what_he_holds_and_nothing_else(ada: Vault, store: MemoryStore, role: str) -> None:
    bob = join(ada, store, "Bob", role)
    share(ada, "prod", bob)
    become(ada, bob, GUEST)
    assert bob.names() == ["prod"]
    assert secret_of(bob, "prod") == "EXAMPLE-prod"
    with pytest.raises(NotPermitted):
        bob.find("test")
    with pytest.raises(NotPermitted):
        describe(bob, "prod", "by a guest")
    update(ada, "prod", "EXAMPLE-next")
    assert secret_of(bob, "prod") == "EXAMPLE-next"
    assert ada.verify().faults == ()


def test_what_a_member_added_stays_when_he_becomes_a_reader_and_is_changed_by_owners_alone(
    ada: Vault, store: MemoryStore
) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    add(bob, "bobs", "EXAMPLE-bobs")
    share(bob, "bobs", ada)
    done = ada.edit(lambda edit: edit.change_role(bob.state.me.id, READER))
    assert (done.pinned, done.exposed, done.orphaned, done.disputed) == (("bobs",), (), (), ())
    assert secret_of(bob, "bobs") == secret_of(ada, "bobs") == "EXAMPLE-bobs"
    for attempt in (lambda: update(bob, "bobs", "EXAMPLE-next"), lambda: share(bob, "bobs", ada)):
        with pytest.raises(NotPermitted):
            attempt()
    update(ada, "bobs", "EXAMPLE-next")
    assert secret_of(bob, "bobs") == "EXAMPLE-next"


def test_who_becomes_a_member_again_may_write_again(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    share(ada, "prod", bob)
    for role in (READER, GUEST, MEMBER):
        become(ada, bob, role)
    update(bob, "prod", "EXAMPLE-of-bob")
    assert secret_of(ada, "prod") == "EXAMPLE-of-bob"


def test_what_an_owner_signed_stays_when_he_is_one_no_more(ada: Vault, store: MemoryStore) -> None:
    bob, cyd = join(ada, store, "Bob", OWNER), join(ada, store, "Cyd", MEMBER)
    add(cyd, "cyds", "EXAMPLE-cyds")
    share(bob, "cyds", cyd, ada)
    describe(cyd, "cyds", "so that it is sealed to Ada")
    assert secret_of(ada, "cyds") == "EXAMPLE-cyds"
    become(ada, bob, MEMBER)
    assert secret_of(ada, "cyds") == secret_of(cyd, "cyds") == "EXAMPLE-cyds"
    with pytest.raises(NotPermitted):
        share(bob, "cyds", bob)
    assert ada.verify().faults == ()


def test_only_owners_give_roles_and_one_of_them_stays(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    before = store.tables.copy()
    for by, whom in ((bob, bob), (ada, ada)):
        with pytest.raises(NotPermitted):
            by.edit(lambda edit, whom=whom: edit.change_role(whom.state.me.id, READER))  # type: ignore[misc]
    assert store.tables == before
