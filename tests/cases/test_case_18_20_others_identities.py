"""Cases 18 and 20: a reader's forged head, another organisation's identity, a guest on what was not granted."""

import pytest

from nexcred.errors import NotPermitted, Replaced, Tampered
from nexcred.vault.head import seal_head
from nexcred.vault.identity import Identity
from nexcred.vault.roster import GUEST, READER
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import NOW, add, open_new


def admitted(ada: Vault, store: MemoryStore, role: str) -> Vault:
    identity = Identity.generate()
    ada.edit(lambda edit: edit.admit(identity.public, "Bob", role))
    return Vault(store, identity, now=lambda: NOW)


@pytest.mark.parametrize("role", [READER, GUEST])
def test_case_18_a_head_that_a_reader_signed_is_refused(role: str) -> None:
    store = MemoryStore()
    ada = open_new(store)
    add(ada, "prod")
    bob = admitted(ada, store, role)
    state = bob._state
    place = state.place._replace(generation=state.place.generation + 1)
    head = state.head.head._replace(size=0, previous_hash=state.head.hash, author=bob.identity.fingerprint)
    for forged in (head, head._replace(author=ada.identity.fingerprint)):
        forged_store = MemoryStore(store.tables.copy())
        forged_store.tables.heads[place.generation] = seal_head(place, forged, bob.identity, state.keys.head)
        with pytest.raises(Tampered, match="signed"):
            Vault(forged_store, ada.identity)


def test_case_20_another_organisations_identity_opens_nothing() -> None:
    store, other_store = MemoryStore(), MemoryStore()
    add(open_new(store), "prod")
    stranger = open_new(other_store, seed=b"another EXAMPLE seed of 32 bytes").identity
    with pytest.raises(Replaced, match="another vault"):
        Vault(store, stranger)
    with pytest.raises(NotPermitted):
        Vault(store, stranger.bind(store_id(store)))


def store_id(store: MemoryStore) -> bytes:
    """Return the id of the vault, as anybody can read it."""
    newest = max(store.tables.heads)
    return store.tables.heads[newest][5:21]


def test_case_20_a_guest_opens_its_grants_alone() -> None:
    store = MemoryStore()
    ada = open_new(store)
    add(ada, "prod", "EXAMPLE-prod")
    add(ada, "test", "EXAMPLE-test")
    job = admitted(ada, store, GUEST)
    ada.edit(lambda edit: edit.share(edit.find("prod"), [job.identity.fingerprint]))
    assert job.names() == ["prod"]
    assert job.details(job.find("prod")).fields == ada.details(ada.find("prod")).fields
    for refused in (lambda: job.find("test"), lambda: job.has("test"), lambda: job.details(ada.find("test"))):
        with pytest.raises(NotPermitted):
            refused()
