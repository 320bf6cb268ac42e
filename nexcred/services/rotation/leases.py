"""Leases for calls to a provider: one machine at a time asks for what changes anything there.

A call stands between two entries of the journal. Whoever wrote the first calls nothing after its own lease has ended,
on a clock that counts sleep; another machine takes over when it has itself seen the same entry for a whole lease. No
two clocks are compared.
"""

from nexcred.errors import Conflict
from nexcred.local.rotation_notes import RotationNotes
from nexcred.model.credential import Credential
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.network.deadline import Deadline
from nexcred.vault.journal import Journal, JournalCall

# How long a call may take, and its lease: in the rest of it the request may still be on its way.
CALL_S = 30
LEASE_S = CALL_S + 60
_LONGEST_WRITING_S = 30


class LeaseOver(Exception):
    """Writing the entry took so long that the call could end after its lease: it is read anew, and nothing was sent."""


class Leases:
    """The leases of one machine in one vault."""

    def __init__(self, notes: RotationNotes, vault_id: bytes) -> None:
        self.notes = notes
        self._vault = vault_id.hex()
        self._machine: str | None = None

    @property
    def machine(self) -> str:
        """Raise StoreFailed."""
        if self._machine is None:
            self._machine = self.notes.machine()
        return self._machine

    def deadline(self, began_at: float) -> Deadline:
        """Return by when the call has to end whose entry was begun to be written then; raise LeaseOver.

        Sleep does not stop it: what is asked after it is refused before it is sent.
        """
        clock = self.notes.clock
        now = clock()
        if now - began_at > _LONGEST_WRITING_S:
            raise LeaseOver
        return Deadline.after(CALL_S, lambda: clock() >= now + CALL_S)

    def take(self, credential: Credential, journal: Journal, *, own_too: bool = False) -> None:
        """Raise Conflict while another machine may be calling the provider; afterwards its call is this one's to mend.

        What this machine wrote itself is of a process that died: one at a time rotates a record here. Its request may
        still be on its way, for which `own_too` waits as well.
        """
        call, key = journal.call, f"{self._vault}:{credential.id}"
        if call is None or (call.machine == self.machine and not own_too):
            self.notes.forget(key)
            return
        seen_s = self.notes.seen_for_s(key, _entry_of(journal, call))
        if seen_s < call.lease_s:
            name = shell_word(credential.name)
            raise Conflict(
                f"the provider is being asked about '{make_visible(credential.name)}' ({call.what}), or who did that"
                " stopped in the middle of it",
                hint=f"in {round(call.lease_s - seen_s) + 1} s, if nothing has moved: nexcred rotate --resume {name}",
            )


def _entry_of(journal: Journal, call: JournalCall) -> str:
    return f"{journal.id}:{journal.number}:{call.machine}"
