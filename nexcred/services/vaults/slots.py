"""Exchange one's own slots, and leave those of others."""

from nexcred.vault.edit import Edit
from nexcred.vault.roster import GUEST
from nexcred.vault.slot import describe_slot, is_own_slot
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault


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


def slots_of(store: Store, kind: int) -> list[bytes]:
    """Return the slots of a kind; raise Tampered for one that is damaged."""
    with store.read() as snapshot:
        return [slot for slot in snapshot.slots() if describe_slot(slot).kind == kind]
