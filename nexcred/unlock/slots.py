"""Where the slots that open a vault lie: in its store, unless others read that, and in this machine's data folder."""

from nexcred.local.folders import NoHome, data_folder
from nexcred.local.slot_file import SlotFile
from nexcred.vault.head import read_head_place
from nexcred.vault.store import Store


def slots_at(store: Store) -> tuple[bytes, ...]:
    """Return all of them, unproved; raise VaultNotFound, Tampered, StoreFailed."""
    with store.read() as snapshot:
        sealed, slots = snapshot.head(), snapshot.slots() if store.keeps_slots else ()
    return slots if sealed is None else (*slots, *slots_here(read_head_place(sealed).vault_id))


def slots_of(store: Store, kind: int) -> list[bytes]:
    """Return the slots of a kind; raise Tampered for one that is damaged."""
    from nexcred.vault.slot import describe_slot  # what opens by an identity has no use for slots

    return [slot for slot in slots_at(store) if describe_slot(slot).kind == kind]


def slots_here(vault_id: bytes) -> tuple[bytes, ...]:
    """Return those that this machine keeps for a vault."""
    try:
        folder = data_folder()
    except NoHome:
        return ()
    return SlotFile(folder, vault_id).read()


def keep_slots_here(vault_id: bytes, slots: tuple[bytes, ...]) -> None:
    """Let these open the vault on this machine, and no others; raise NoHome, StoreFailed."""
    SlotFile(data_folder(), vault_id).write(slots)
