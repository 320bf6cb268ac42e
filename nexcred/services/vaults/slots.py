"""One's own slots: a passphrase, a recovery key. Those of others are left."""

from collections.abc import Iterable

from nexcred.errors import OutcomeUnknown
from nexcred.model.secret import Secret
from nexcred.unlock.recovery import unlock_by_recovery_key
from nexcred.unlock.slots import keep_slots_here, slots_here
from nexcred.vault.identity import Identity
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
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault


def replace_slots(vault: Vault, kind: int, *new: bytes) -> None:
    """Put these in place of one's own of their kind, in one commit: who dies midway leaves the old ones working."""

    def others(slots: Iterable[bytes]) -> tuple[bytes, ...]:
        return tuple(slot for slot in slots if describe_slot(slot).kind != kind or not is_mine(vault, slot))

    here = slots_here(vault.vault_id)
    if not vault.store.keeps_slots:
        keep_slots_here(vault.vault_id, (*new, *others(here)))
        return
    vault.edit(lambda edit: edit.set_slots((*new, *others(edit.slots()))))
    if here:  # of who joined, and had no other place for it then
        keep_slots_here(vault.vault_id, others(here))


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
    replace_slots(vault, PASSPHRASE_KIND, new_passphrase_slot(passphrase, vault.identity, cost))


def new_passphrase_slot(passphrase: Secret, identity: Identity, cost: Cost | None = None) -> bytes:
    """Return a slot by which a passphrase opens for an identity; raise InvalidData for a bad passphrase."""
    text = str(passphrase.reveal())
    encode_passphrase(text)  # a bad one is told before the half second that calibrating takes
    return make_passphrase_slot(text, identity, cost or calibrate())


def set_recovery_key(store: Store, vault: Vault, paper: str) -> None:
    """Make a recovery key open the vault, and prove that it does; an older one opens it no more.

    Raises Locked for a mistyped key, and what writing a vault raises.
    """
    replace_slots(vault, RECOVERY_KIND, make_recovery_slot(read_recovery_key(paper), vault.identity))
    if unlock_by_recovery_key(store, paper).seed != vault.identity.seed:
        raise OutcomeUnknown("the vault took the recovery key, but does not open with it")
