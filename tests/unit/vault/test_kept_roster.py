"""The roster last proved, as a machine keeps it for when the vault is lost."""

import pytest

from nexcred.vault.identity import Identity
from nexcred.vault.kept_roster import open_kept_roster, seal_kept_roster, whose_roster
from nexcred.vault.roster import MEMBER, Roster
from nexcred.vault.roster_changes import without_member
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.roster_entries import ADA, BOB, two
from tests.support.shared_vault import adas_vault, join


@pytest.fixture
def roster() -> Roster:
    return without_member(two(MEMBER), ADA, BOB.fingerprint)


def test_it_is_opened_by_who_sealed_it_and_proved_anew(roster: Roster) -> None:
    sealed = seal_kept_roster(roster, ADA)
    kept = open_kept_roster(sealed, ADA, roster.vault_id)
    assert kept is not None
    assert kept.hashes == roster.hashes
    assert kept.members.keys() == {ADA.fingerprint}
    assert seal_kept_roster(roster, ADA) != sealed
    assert b"Bob" not in sealed


def test_what_is_missing_changed_or_anothers_is_as_good_as_none(roster: Roster) -> None:
    sealed = seal_kept_roster(roster, ADA)
    assert open_kept_roster(None, ADA, roster.vault_id) is None
    assert open_kept_roster(sealed, BOB, roster.vault_id) is None
    assert open_kept_roster(sealed, ADA, bytes(16)) is None
    for wrong in (b"", sealed[:11], sealed[:-1], sealed + b"\0", sealed[:-1] + bytes([sealed[-1] ^ 1])):
        assert open_kept_roster(wrong, ADA, roster.vault_id) is None


def test_a_roster_that_somebody_forged_in_the_state_folder_is_not_believed(roster: Roster) -> None:
    changed = roster.entries[-1][:-1] + bytes([roster.entries[-1][-1] ^ 1])
    spoilt = Roster(roster._replay, (*roster.entries[:-1], changed), roster.hashes)
    assert open_kept_roster(seal_kept_roster(spoilt, ADA), ADA, roster.vault_id) is None


def test_a_machine_keeps_the_newest_that_it_proved() -> None:
    store = MemoryStore()
    ada = adas_vault(store)
    for name in ("Bob", "Cyd"):
        join(ada, store, name, MEMBER)
        kept = open_kept_roster(ada.memory.roster(ada.vault_id, whose_roster(ada.identity)), ada.identity, ada.vault_id)
        assert kept is not None
        assert kept.seen == ada.state.roster.seen
    sealed = ada.memory.roster(ada.vault_id, whose_roster(ada.identity))
    assert open_kept_roster(sealed, Identity.generate(), ada.vault_id) is None


def test_two_who_use_a_vault_on_one_machine_keep_it_each() -> None:
    store = MemoryStore()
    ada = adas_vault(store)
    bob = Vault(store, join(ada, store, "Bob", MEMBER).identity, memory=ada.memory)
    for vault in (bob, ada):
        sealed = ada.memory.roster(vault.vault_id, whose_roster(vault.identity))
        kept = open_kept_roster(sealed, vault.identity, vault.vault_id)
        assert kept is not None
        assert kept.length == 2
