"""Give the vault a recovery key, in place of the one that it had."""

from nexcred.errors import OutcomeUnknown
from nexcred.services.vaults.slots import replace_slots
from nexcred.unlock.recovery import unlock_by_recovery_key
from nexcred.vault.recovery_key import read_recovery_key
from nexcred.vault.slot import RECOVERY_KIND, make_recovery_slot
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault


def set_recovery_key(store: Store, vault: Vault, paper: str) -> None:
    """Let what stands on paper open the vault, and prove that it does; an older recovery key opens it no more.

    Raises Locked for a mistyped key, and what writing a vault raises.
    """
    replace_slots(vault, RECOVERY_KIND, make_recovery_slot(read_recovery_key(paper), vault.identity))
    if unlock_by_recovery_key(store, paper).seed != vault.identity.seed:
        raise OutcomeUnknown("the vault took the recovery key, and does not open by it")
