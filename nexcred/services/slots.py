"""Exchange the slots of one kind, and leave the others."""

from nexcred.vault.edit import Edit
from nexcred.vault.slot import describe_slot
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault


def replace_slots(vault: Vault, kind: int, *new: bytes) -> None:
    """Put these in place of those of their kind, in one commit: who dies midway leaves the old ones working."""

    def exchange(edit: Edit) -> None:
        others = (slot for slot in edit.slots() if describe_slot(slot).kind != kind)
        edit.set_slots((*new, *others))

    vault.edit(exchange)


def slots_of(store: Store, kind: int) -> list[bytes]:
    """Return the slots of a kind; raise Tampered for one that is damaged."""
    with store.read() as snapshot:
        return [slot for slot in snapshot.slots() if describe_slot(slot).kind == kind]
