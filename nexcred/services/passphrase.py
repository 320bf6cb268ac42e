"""Give the vault another passphrase, or its first one."""

from nexcred.model.secret import Secret
from nexcred.vault.slot import PASSPHRASE_KIND, Cost, calibrate, describe_slot, encode_passphrase, make_passphrase_slot
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault


def change_passphrase(store: Store, vault: Vault, passphrase: Secret, *, cost: Cost | None = None) -> None:
    """Replace the passphrase slots by one for this passphrase; slots of other kinds stay.

    One commit: who dies midway leaves the old passphrase working. An older copy of the vault still opens by the
    old one. Raises InvalidData for a bad passphrase.
    """
    text = str(passphrase.reveal())
    encode_passphrase(text)
    slot = make_passphrase_slot(text, vault.identity, cost or calibrate())
    with store.read() as snapshot:
        others = tuple(other for other in snapshot.slots() if describe_slot(other).kind != PASSPHRASE_KIND)
    vault.edit(lambda edit: edit.set_slots((slot, *others)))
