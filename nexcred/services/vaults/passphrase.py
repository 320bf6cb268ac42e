"""Give the vault another passphrase, or its first one."""

from nexcred.model.secret import Secret
from nexcred.services.vaults.slots import replace_slots
from nexcred.vault.slot import PASSPHRASE_KIND, Cost, calibrate, encode_passphrase, make_passphrase_slot
from nexcred.vault.vault import Vault


def change_passphrase(vault: Vault, passphrase: Secret, *, cost: Cost | None = None) -> None:
    """Replace the passphrase slots by one for this passphrase; slots of other kinds stay.

    An older copy of the vault still opens by the old one. Raises InvalidData for a bad passphrase.
    """
    text = str(passphrase.reveal())
    encode_passphrase(text)
    replace_slots(vault, PASSPHRASE_KIND, make_passphrase_slot(text, vault.identity, cost or calibrate()))
