"""Several people may keep passphrases in one vault: each exchanges his own."""

from pathlib import Path

from nexcred.model.secret import Secret
from nexcred.services.vaults.slots import change_passphrase
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.unlock.slots import slots_of
from nexcred.vault.identity import Identity
from nexcred.vault.primitives import WrongKey
from nexcred.vault.roster import MEMBER
from nexcred.vault.slot import FLOOR, PASSPHRASE_KIND, is_own_slot, open_passphrase_slot
from nexcred.vault.vault import Vault
from tests.support.sample_vault import open_new


def opens(store: SqliteStore, passphrase: str) -> set[bytes]:
    """Return the fingerprints of those whom a passphrase lets in."""
    found = set()
    for slot in slots_of(store, PASSPHRASE_KIND):
        try:
            found.add(open_passphrase_slot(slot, passphrase).fingerprint)
        except WrongKey:
            continue
    return found


def test_a_member_who_sets_a_passphrase_locks_nobody_out(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "vault.db")
    ada = open_new(store)
    bob = Identity.generate().bind(ada.vault_id, ada.floor)
    ada.edit(lambda edit: edit.admit(bob.public, "Bob", MEMBER))
    change_passphrase(ada, Secret("adas EXAMPLE"), cost=FLOOR)
    bobs = Vault(store, bob)
    for passphrase in ("bobs EXAMPLE", "bobs second EXAMPLE"):
        change_passphrase(bobs, Secret(passphrase), cost=FLOOR)
    assert opens(store, "adas EXAMPLE") == {ada.identity.fingerprint}
    assert opens(store, "bobs second EXAMPLE") == {bob.fingerprint}
    assert not opens(store, "bobs EXAMPLE")


def test_only_its_maker_can_tell_whose_a_slot_is(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "vault.db")
    ada = open_new(store)
    change_passphrase(ada, Secret("adas EXAMPLE"), cost=FLOOR)
    (slot,) = slots_of(store, PASSPHRASE_KIND)
    assert is_own_slot(slot, ada.identity)
    assert not is_own_slot(slot, Identity.generate())
