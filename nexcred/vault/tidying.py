"""Tidying the place of a vault: all that its present state leads to is proved, and the rest may go.

An owner does it. Who keeps the bytes is never asked what is needed: it could let live records be deleted.
"""

from collections.abc import Callable

from nexcred.errors import NotPermitted, Tampered
from nexcred.vault.identity import Identity
from nexcred.vault.open_state import open_state
from nexcred.vault.roster import OWNER
from nexcred.vault.store import Tidied, tidied
from nexcred.vault.transaction import Transaction
from nexcred.vault.vault import Vault
from nexcred.vault.verify import names_to_verify, verify_part

NOTHING = Tidied(0, 0, 0)
Progress = Callable[[int, int], None]


def tidy(
    vault: Vault, progress: Progress | None = None, *, warn: Callable[[str], None] = lambda _: None
) -> Tidied | None:
    """Delete what nothing needs; None where writes leave nothing behind. A head of one's own is written first.

    Raises NotPermitted but to owners, Tampered where something is missing or does not open: what that leads to, nobody
    can say. `warn` hears of all else that is not right, such as what a member signed who may not: what that leads to
    stays.
    """
    if vault.role != OWNER:
        raise NotPermitted("only an owner tidies a vault", hint="see who is: nexcred member list")
    if not vault.look(lambda copy: tidied(copy.snapshot) is not None):
        return None
    vault.change(Transaction.write_head)
    return vault.look(lambda copy: _tidy(copy, vault.identity, progress, warn))


def _tidy(copy: Transaction, identity: Identity, progress: Progress | None, warn: Callable[[str], None]) -> Tidied:
    """Prove the state as it lies there: what a copy here knows under other names may be gone there."""
    there = tidied(copy.snapshot)
    assert there is not None
    state = open_state(there, identity)
    if state.sealed_head != copy.state.sealed_head:
        raise Tampered("the place of the vault shows two states at once: nothing was deleted")
    proved = verify_part(state, copy.snapshot, names_to_verify(state, there), progress)
    if proved.unsafe:
        raise Tampered(
            f"nothing is tidied while not all is there: {proved.unsafe[0]}", hint="see all with: nexcred vault verify"
        )
    for fault in proved.faults:
        warn(fault)
    return there.tidy(proved.reached)
