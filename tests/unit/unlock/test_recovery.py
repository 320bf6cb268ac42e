import pytest

from nexcred.errors import Locked
from nexcred.unlock.recovery import unlock_by_recovery_key
from nexcred.unlock.sources import find_source
from nexcred.unlock.unlock import unlock
from nexcred.vault.identity import Identity
from nexcred.vault.recovery_key import new_recovery_key, write_recovery_key
from nexcred.vault.slot import make_recovery_slot
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault
from tests.unit.unlock.conftest import PASSPHRASE

KEY = new_recovery_key()
PAPER = write_recovery_key(KEY)


@pytest.fixture
def on_paper(store: Store, founder: Identity) -> Identity:
    """The founder of a vault that a passphrase and a recovery key open."""
    slot = make_recovery_slot(KEY, founder)
    Vault(store, founder).edit(lambda edit: edit.set_slots((slot, *edit.slots())))
    return founder


def test_the_key_on_paper_opens_the_vault_and_so_does_the_passphrase(store: Store, on_paper: Identity) -> None:
    assert unlock_by_recovery_key(store, PAPER.lower()).secret_string == on_paper.secret_string
    by_passphrase = unlock(store, find_source(None, {"NEXCRED_PASSPHRASE": PASSPHRASE}, print))
    assert by_passphrase.fingerprint == on_paper.fingerprint


def test_another_recovery_key_is_refused(store: Store, on_paper: Identity) -> None:
    other = write_recovery_key(new_recovery_key())
    with pytest.raises(Locked, match="does not open the vault") as caught:
        unlock_by_recovery_key(store, other)
    assert all(group not in caught.value.message + caught.value.hint for group in other.split("-"))


def test_a_vault_without_a_recovery_key_says_so(store: Store, founder: Identity) -> None:
    with pytest.raises(Locked, match="has no recovery key"):
        unlock_by_recovery_key(store, PAPER)


def test_a_vault_that_only_paper_and_an_identity_open_points_at_the_paper(store: Store, on_paper: Identity) -> None:
    Vault(store, on_paper).edit(lambda edit: edit.set_slots((make_recovery_slot(KEY, on_paper),)))
    for ask in (None, lambda *_: PASSPHRASE):
        with pytest.raises(Locked) as caught:
            unlock(store, None, ask=ask)
        assert "vault recovery --use" in caught.value.hint
