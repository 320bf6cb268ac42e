"""One's own slots: a passphrase, a recovery key. Those of others are left."""

from nexcred.errors import OutcomeUnknown, UsageError
from nexcred.model.secret import Secret
from nexcred.unlock.recovery import unlock_by_recovery_key
from nexcred.vault.edit import Edit
from nexcred.vault.recovery_key import read_recovery_key
from nexcred.vault.roster import GUEST
from nexcred.vault.slot import (
    PASSPHRASE_KIND,
    RECOVERY_KIND,
    Cost,
    calibrate,
    describe_slot,
    encode_passphrase,
    is_own_slot,
    make_passphrase_slot,
    make_recovery_slot,
)
from nexcred.vault.store import Store, shown_place
from nexcred.vault.vault import Vault


def refuse_slots(store: Store) -> None:
    """Raise UsageError where a vault may have neither a passphrase nor a recovery key."""
    if not store.keeps_slots:
        raise UsageError(
            f"the vault at {shown_place(store)} takes no passphrase and no recovery key: whoever can read that place"
            " could guess there",
            hint="it opens by an identity: in a file, by NEXCRED_IDENTITY_FILE, or kept here by: nexcred vault unlock"
            " --keyring",
        )


def replace_slots(vault: Vault, kind: int, *new: bytes) -> None:
    """Put these in place of one's own of their kind, in one commit: who dies midway leaves the old ones working."""

    def exchange(edit: Edit) -> None:
        others = (slot for slot in edit.slots() if describe_slot(slot).kind != kind or not is_mine(vault, slot))
        edit.set_slots((*new, *others))

    vault.edit(exchange)


def is_mine(vault: Vault, slot: bytes) -> bool:
    """True for a slot that this identity made, and for every slot where nobody else can have one."""
    return is_alone(vault) or is_own_slot(slot, vault.identity)


def is_alone(vault: Vault) -> bool:
    """True when nobody else can have a passphrase or a recovery key here: guests open by their own identities."""
    return sum(member.role != GUEST for member in vault.members) == 1


def change_passphrase(vault: Vault, passphrase: Secret, *, cost: Cost | None = None) -> None:
    """Replace the passphrase slots by one for this passphrase; slots of other kinds stay.

    An older copy of the vault still opens by the old one. Raises InvalidData for a bad passphrase.
    """
    refuse_slots(vault.store)
    text = str(passphrase.reveal())
    encode_passphrase(text)
    replace_slots(vault, PASSPHRASE_KIND, make_passphrase_slot(text, vault.identity, cost or calibrate()))


def set_recovery_key(store: Store, vault: Vault, paper: str) -> None:
    """Make a recovery key open the vault, and prove that it does; an older one opens it no more.

    Raises Locked for a mistyped key, and what writing a vault raises.
    """
    refuse_slots(store)
    replace_slots(vault, RECOVERY_KIND, make_recovery_slot(read_recovery_key(paper), vault.identity))
    if unlock_by_recovery_key(store, paper).seed != vault.identity.seed:
        raise OutcomeUnknown("the vault took the recovery key, but does not open with it")
