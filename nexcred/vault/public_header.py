"""The facts that anybody can read of a vault without opening it; unproved."""

from nexcred.errors import VaultNotFound
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.head import read_head_place
from nexcred.vault.slot import SlotInfo, describe_slot
from nexcred.vault.store import Snapshot


class PublicHeader(NamedTuple):
    """Sizes and costs. `members` counts access rows."""

    vault_id: bytes
    epoch: int
    generation: int
    members: int
    slots: tuple[SlotInfo, ...]


def read_public_header(snapshot: Snapshot) -> PublicHeader:
    """Raise VaultNotFound, Tampered, MadeByNewer."""
    sealed = snapshot.head()
    if sealed is None:
        raise VaultNotFound("there is no vault here yet", hint="make one with: nexcred vault init")
    vault_id, epoch, generation = read_head_place(sealed)
    slots = tuple(describe_slot(slot) for slot in snapshot.slots())
    return PublicHeader(vault_id, epoch, generation, len(snapshot.access()), slots)
