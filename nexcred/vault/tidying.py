"""Tidying the place of a vault: all that its present state leads to is proved, and the rest may go.

An owner does it. Who keeps the bytes is never asked what is needed: it could let live records be deleted.
"""

from collections.abc import Callable

from nexcred.errors import NotPermitted, Tampered
from nexcred.vault.roster import OWNER
from nexcred.vault.store import Tidied, tidying_of
from nexcred.vault.transaction import Transaction
from nexcred.vault.vault import Vault
from nexcred.vault.verify import names_to_verify, verify_part

NOTHING = Tidied(0, 0, 0)
Progress = Callable[[int, int], None]


def tidy(vault: Vault, progress: Progress | None = None) -> Tidied | None:
    """Delete what nothing needs; None where writes leave nothing behind. A head of one's own is written first.

    Raises NotPermitted but to owners, Tampered where not all is right: what a record leads to that does not open,
    nobody can say.
    """
    if vault.role != OWNER:
        raise NotPermitted("only an owner tidies a vault", hint="see who is: nexcred member list")
    if not vault.look(lambda copy: tidying_of(copy.snapshot) is not None):
        return None
    vault.change(Transaction.write_head)
    return vault.look(lambda copy: _tidy(copy, progress))


def _tidy(copy: Transaction, progress: Progress | None) -> Tidied:
    state, snapshot = copy.state, copy.snapshot
    proved = verify_part(state, snapshot, names_to_verify(state, snapshot), progress)
    if proved.faults:
        raise Tampered(
            f"nothing is tidied while not all is right: {proved.faults[0]}", hint="see all with: nexcred vault verify"
        )
    delete = tidying_of(snapshot)
    return NOTHING if delete is None else delete(proved.reached)
