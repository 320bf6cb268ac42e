"""New keys for oneself: the old ones open nothing that is written from then on, and nothing is lost."""

import pytest

from nexcred.errors import NotPermitted, Tampered
from nexcred.vault.record import DETAILS, OVERVIEW, SESSION, open_as, open_with, overview_key, read_header
from nexcred.vault.rekeying import Rekeyed
from nexcred.vault.roster import MEMBER
from nexcred.vault.vault import Vault
from tests.memory_store import MemoryStore
from tests.sample_vault import add, details, set_session, update
from tests.shared_vault import adas_vault, join, rekey, secret_of, share


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def ada(store: MemoryStore) -> Vault:
    return adas_vault(store)


def test_new_keys_shut_out_the_old_ones_and_lose_nothing(ada: Vault, store: MemoryStore) -> None:
    old = ada.identity
    update(ada, "prod", "EXAMPLE-2")
    update(ada, "prod", "EXAMPLE-3")
    set_session(ada, "prod", {"token": "EXAMPLE-token"})
    done = rekey(ada)
    assert done == Rekeyed(2, ())
    assert ada.identity.fingerprint != old.fingerprint
    with pytest.raises(NotPermitted):
        Vault(store, old)
    prod = ada.find("prod")
    assert prod.access_roles == ("owner",)
    assert prod.owner.full_name == "Ada Example"
    assert [ada.details_at(prod, version).fields["api_key"] for version in (1, 2, 3)] == [
        details(text).fields["api_key"] for text in ("EXAMPLE-prod", "EXAMPLE-2", "EXAMPLE-3")
    ]
    assert ada.session(prod) == {"token": "EXAMPLE-token"}
    report = ada.verify()
    assert (report.opened, report.past_revisions, report.strays) == (2, 2, 0)
    update(ada, "prod", "EXAMPLE-4")
    ada.edit(lambda edit: edit.share(edit.find("prod"), []))
    assert secret_of(Vault(store, ada.identity), "prod") == "EXAMPLE-4"


def test_new_keys_open_nothing_with_the_old_ones_in_the_new_file(ada: Vault, store: MemoryStore) -> None:
    update(ada, "prod", "EXAMPLE-2")
    set_session(ada, "prod", {"token": "EXAMPLE-token"})
    old = ada.state
    rekey(ada)
    parts = [read_header(record).part for record in store.tables.items.values()]
    assert sorted(parts) == [OVERVIEW, OVERVIEW, OVERVIEW, DETAILS, DETAILS, DETAILS, SESSION]
    for record in store.tables.items.values():
        header = read_header(record)
        with pytest.raises(Tampered):
            open_with(record, overview_key(old.vault_key, header.fixed))
        for hint_key in (None, old.keys.hint, ada.state.keys.hint):
            with pytest.raises(NotPermitted):
                open_as(record, old.identity, hint_key)
        if header.part == OVERVIEW:
            assert header.epoch == 2


def test_a_member_rekeys_himself_and_leaves_to_others_what_is_theirs(ada: Vault, store: MemoryStore) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    add(bob, "bobs", "EXAMPLE-bobs")
    share(ada, "prod", bob)
    done = rekey(bob)
    assert done == Rekeyed(2, ("test",))
    assert secret_of(bob, "prod") == "EXAMPLE-prod"
    assert secret_of(bob, "bobs") == "EXAMPLE-bobs"
    assert secret_of(ada, "test") == "EXAMPLE-test"
    share(bob, "bobs", ada)
    assert secret_of(ada, "bobs") == "EXAMPLE-bobs"
    assert ada.find("bobs").owner.full_name == "Bob"
    ada.verify()
