from contextlib import AbstractContextManager

import pytest

from nexcred.errors import (
    ChangedMeanwhile,
    CredentialNotFound,
    MadeByNewer,
    NotPermitted,
    OutcomeUnknown,
    Replaced,
    Tampered,
    VaultBusy,
    VaultExists,
    VaultNotFound,
)
from nexcred.vault.changes import Changes
from nexcred.vault.head import FORMAT_2_FEATURE, seal_head
from nexcred.vault.identity import NO_VAULT, Identity
from nexcred.vault.open_state import open_state
from nexcred.vault.public_header import read_public_header
from nexcred.vault.retries import Retries
from nexcred.vault.store import Change, Snapshot
from nexcred.vault.vault import Vault
from nexcred.vault.verify import VerifyReport
from tests.support.memory_store import MemorySnapshot, MemoryStore, Tables
from tests.support.next_epoch import move_to_next_epoch
from tests.support.remembering import seen
from tests.support.sample_vault import (
    SEED,
    add,
    describe,
    details,
    everything,
    fill,
    found,
    open_new,
    remove,
    update,
)


@pytest.fixture
def vault(store: MemoryStore) -> Vault:
    return open_new(store)


def set_features(store: MemoryStore, identity: Identity, features: int) -> None:
    """Write a head as a newer nexcred would."""
    with store.write() as snapshot:
        state = open_state(snapshot, identity, None)
        place = state.place._replace(generation=state.place.generation + 1)
        head = state.head.head._replace(features=features, previous_hash=state.head.hash)
        sealed = seal_head(place, head, identity, state.keys.head)
        assert store.commit(Change(head=sealed, generation=place.generation), state.sealed_head)


def test_a_founded_vault_is_empty_and_its_founder_the_owner(store: MemoryStore) -> None:
    vault = open_new(store)
    assert (vault.size, vault.generation, vault.epoch, vault.credentials()) == (0, 1, 1, [])
    assert (vault.organisation.name, vault.me.full_name, vault.role) == ("Example Ltd", "Ada Example", "owner")
    assert vault.identity.vault_id == vault.vault_id == bytes.fromhex(vault.organisation.id)
    assert vault.verify() == VerifyReport(0, 0, 0, 0)


def test_a_vault_is_founded_once(store: MemoryStore, vault: Vault) -> None:
    add(vault, "kept")
    with pytest.raises(VaultExists):
        found(store)
    assert vault.names() == ["kept"]


def test_an_unbound_identity_opens_its_vault_and_learns_its_id(store: MemoryStore, vault: Vault) -> None:
    assert Vault(store, Identity(SEED, NO_VAULT)).identity.vault_id == vault.vault_id


def test_who_is_no_member_opens_nothing(store: MemoryStore, vault: Vault) -> None:
    with pytest.raises(NotPermitted):
        Vault(store, Identity.generate())
    with pytest.raises(Replaced):
        Vault(store, Identity.generate().bind(b"x" * 16))


def test_no_vault_is_said_to_be_none(store: MemoryStore) -> None:
    with pytest.raises(VaultNotFound):
        Vault(store, Identity.generate())


def test_what_was_added_is_read_by_another_process(store: MemoryStore, vault: Vault) -> None:
    fill(vault)
    other = Vault(store, vault.identity)
    assert everything(other) == everything(vault)
    assert other.names() == ["binary", "Prod Events", "Ünïcode 日本"]
    assert other.details(other.find("prod EVENTS")) == details()


def test_what_is_read_at_one_moment_is_read_of_one_snapshot(
    store: MemoryStore, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    credential, snapshots, read = add(vault, "one"), 0, store.read

    def count() -> AbstractContextManager[Snapshot]:
        nonlocal snapshots
        snapshots += 1
        return read()

    monkeypatch.setattr(store, "read", count)
    with vault.snapshot():
        assert vault.details(credential) == details()
        with vault.snapshot():
            assert vault.has("one")
        assert vault.names() == ["one"]
    assert snapshots == 1
    assert vault.names() == ["one"]
    assert snapshots == 2


def test_who_is_sought_in_vain_hears_what_was_perhaps_meant(vault: Vault) -> None:
    add(vault, "Prod Events")
    with pytest.raises(CredentialNotFound) as failure:
        vault.find("Prod Event")
    assert "Prod Events" in failure.value.hint
    for name in ("", "\ud800", "x" * 10_000, "\0", "../x"):
        assert not vault.has(name)
        with pytest.raises(CredentialNotFound):
            vault.find(name)


class Racing(MemoryStore):
    """A store where somebody else is quicker, so and so many times."""

    def __init__(self, honest: MemoryStore, other: Vault, times: int) -> None:
        super().__init__(honest.tables)
        self.other = other
        self.left = times

    def commit(self, change: Change, expected_head: bytes | None) -> bool:
        if self.left:
            self.left -= 1
            describe(self.other, "prod", f"{self.left} to go")
        return super().commit(change, expected_head)


def test_a_change_is_made_again_on_what_others_wrote_meanwhile(store: MemoryStore, vault: Vault) -> None:
    add(vault, "prod")
    racing = Vault(Racing(store, vault, 9), vault.identity)
    add(racing, "mine")
    assert vault.names() == ["mine", "prod"]
    assert (vault.find("prod").description, vault.generation) == ("0 to go", 12)


def test_who_is_never_quick_enough_is_told_so(store: MemoryStore, vault: Vault) -> None:
    add(vault, "prod")
    racing = Vault(Racing(store, vault, 1_000), vault.identity)
    slept: list[float] = []
    racing.retries = Retries(clock=lambda: sum(slept), sleep=slept.append)
    with pytest.raises(VaultBusy):
        add(racing, "mine")
    assert vault.names() == ["prod"]
    assert 30 <= sum(slept) <= 32


def test_a_change_that_meets_another_on_the_same_credential_is_given_up(store: MemoryStore, vault: Vault) -> None:
    stale = add(vault, "prod")
    racing = Vault(Racing(store, vault, 1), vault.identity)
    with pytest.raises(ChangedMeanwhile):
        racing.edit(lambda edit: edit.update(stale, Changes(description="mine")))
    assert vault.find("prod").description == "0 to go"


class Forgetful(MemoryStore):
    """A store that says it wrote."""

    def commit(self, change: Change, expected_head: bytes | None) -> bool:
        return True


def test_a_store_that_only_says_it_wrote_is_found_out(store: MemoryStore, vault: Vault) -> None:
    forgetful = Vault(Forgetful(store.tables), vault.identity)
    with pytest.raises(OutcomeUnknown):
        add(forgetful, "prod")


def test_a_newer_vault_that_may_be_read_is_read_and_not_written(store: MemoryStore, vault: Vault) -> None:
    add(vault, "prod")
    set_features(store, vault.identity, FORMAT_2_FEATURE | 1)
    assert vault.details(vault.find("prod")) == details()
    with pytest.raises(MadeByNewer):
        remove(vault, "prod")
    with pytest.raises(MadeByNewer):
        vault.edit(lambda edit: edit.set_slots(()))
    assert vault.verify().credentials == 1


def test_a_newer_vault_that_may_not_be_read_is_not(store: MemoryStore, vault: Vault) -> None:
    set_features(store, vault.identity, FORMAT_2_FEATURE | 1 << 17)
    with pytest.raises(MadeByNewer):
        vault.names()


def test_records_of_an_older_epoch_are_read_written_and_verified(store: MemoryStore, vault: Vault) -> None:
    fill(vault)
    before = everything(vault)
    anchored = Vault(store, vault.identity, memory=seen(vault.anchor))
    move_to_next_epoch(store, vault.identity)
    move_to_next_epoch(store, vault.identity)
    assert anchored.epoch == 1
    assert everything(anchored) == before
    assert anchored.epoch == 3
    update(anchored, "Ünïcode 日本", "EXAMPLE-new")
    describe(anchored, "binary", "new")
    assert [one.version for one in anchored.history(anchored.find("Ünïcode 日本"))] == [5, 4, 3, 2, 1]
    assert anchored.verify() == VerifyReport(3, 3, 4, 0)
    assert everything(Vault(store, vault.identity)) == everything(anchored)


def test_verify_tells_its_progress_and_counts_strays(store: MemoryStore, vault: Vault) -> None:
    fill(vault)
    store.tables.items[bytes(32)] = b"planted"
    heard: list[tuple[int, int]] = []
    report = vault.verify(lambda done, count: heard.append((done, count)))
    assert report == VerifyReport(credentials=3, opened=3, past_revisions=3, strays=1)
    assert heard == [(3, 3)]


def test_anybody_may_read_the_outline(store: MemoryStore, vault: Vault) -> None:
    add(vault, "prod")
    with store.read() as snapshot:
        assert read_public_header(snapshot) == (vault.vault_id, 1, 2, 1, ())
    with pytest.raises(VaultNotFound):
        read_public_header(MemorySnapshot(Tables()))


def test_slots_are_replaced_and_sealed_in(store: MemoryStore, vault: Vault) -> None:
    vault.edit(lambda edit: edit.set_slots((b"one", b"two")))
    assert store.tables.slots == (b"one", b"two")
    vault.edit(lambda edit: edit.set_slots(()))
    assert Vault(store, vault.identity).generation == 3
    store.tables.slots = (b"one",)
    with pytest.raises(Tampered):
        Vault(store, vault.identity)
