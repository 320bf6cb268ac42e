"""Opening a vault with the recovery key that somebody typed from paper."""

from nexcred.errors import Locked
from nexcred.unlock.slots import slots_of
from nexcred.vault.identity import Identity
from nexcred.vault.primitives import WrongKey
from nexcred.vault.recovery_key import read_recovery_key
from nexcred.vault.slot import RECOVERY_KIND, open_recovery_slot
from nexcred.vault.store import Store


def unlock_by_recovery_key(store: Store, text: str) -> Identity:
    """Raise Locked for a mistyped key, one that does not open this vault, or a vault that has none."""
    key = read_recovery_key(text)
    slots = slots_of(store, RECOVERY_KIND)
    if not slots:
        where = "" if store.keeps_slots else " on this machine"
        raise Locked(
            f"this vault has no recovery key{where}", hint="make one, while it opens, with: nexcred vault recovery"
        )
    for slot in slots:
        try:
            return open_recovery_slot(slot, key)
        except WrongKey:
            continue
    raise Locked(
        "this recovery key does not open the vault",
        hint="it belongs to another vault, or a newer one has replaced it",
    )
