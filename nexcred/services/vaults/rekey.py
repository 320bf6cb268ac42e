"""Replacing one's own keys and the vault key: the old ones read nothing that is written afterwards."""

from collections.abc import Callable, Collection

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import Secret, repr_of
from nexcred.services.vaults.slots import is_mine, new_passphrase_slot
from nexcred.unlock.slots import keep_slots_here, slots_here
from nexcred.vault.edit import Edit
from nexcred.vault.identity import Identity
from nexcred.vault.rekeying import Rekeyed, Signed
from nexcred.vault.slot import Cost, make_recovery_slot
from nexcred.vault.vault import Vault


class NewLocks(NamedTuple):
    """The slots that are to open the vault by the new keys."""

    passphrase: Secret | None = None
    recovery_key: bytes | None = None

    def __repr__(self) -> str:
        return repr_of(self)


def unknown_signatures(vault: Vault) -> list[Signed]:
    """Return what bears one's own signature and was not signed on this machine: a thief may have done it."""
    return vault.signed_elsewhere()


def rekey(
    vault: Vault,
    locks: NewLocks,
    hand_out: Callable[[Identity], None],
    *,
    confirmed: Collection[bytes] = (),
    cost: Cost | None = None,
) -> Rekeyed:
    """Replace the keys in one write: who dies midway leaves the old ones working.

    What this machine signed, and what was `confirmed` by its hash, is signed anew; the rest is disputed from then on.
    `hand_out` gets the new identity before anything is written. Slots of the old identity go; those of others stay.
    Raises NotPermitted, InvalidData for a bad passphrase, and what `hand_out` raises.
    """
    identity = Identity.generate().bind(vault.vault_id, vault.floor)
    slots = _slots(locks, identity, cost)
    is_out = False
    own = vault.memory.signed(vault.vault_id) | frozenset(confirmed)

    here, in_store = slots_here(vault.vault_id), vault.store.keeps_slots
    others_here = tuple(slot for slot in here if not is_mine(vault, slot))

    def apply(edit: Edit) -> Rekeyed:
        nonlocal is_out
        others = tuple(slot for slot in edit.slots() if not is_mine(vault, slot))
        done = edit.rekey(identity, own)
        if in_store:
            edit.set_slots((*slots, *others))
        if not is_out:
            if not in_store:
                keep_slots_here(vault.vault_id, (*here, *slots))  # the old ones go when the new keys are in the vault
            hand_out(identity)
            is_out = True
        return done

    done = vault.edit(apply)
    if here or not in_store:
        keep_slots_here(vault.vault_id, (*(() if in_store else slots), *others_here))
    return done


def _slots(locks: NewLocks, identity: Identity, cost: Cost | None) -> tuple[bytes, ...]:
    slots: tuple[bytes, ...] = ()
    if locks.passphrase is not None:
        slots = (new_passphrase_slot(locks.passphrase, identity, cost),)
    if locks.recovery_key is not None:
        slots = (*slots, make_recovery_slot(locks.recovery_key, identity))
    return slots
