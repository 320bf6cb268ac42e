"""Writing a step of a rotation: its journal and candidate, and the switch to new values, as one change.

Each is written only on top of the one that was read: no other step, and no other values, came between.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nexcred.model.credential import Credential, Details
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeResult
from nexcred.model.secret import repr_of
from nexcred.vault.candidate import Candidate, write_kept
from nexcred.vault.changes import Changes
from nexcred.vault.edit import Edit
from nexcred.vault.journal import Journal
from nexcred.vault.new_values import with_new_values, with_probe, writable
from nexcred.vault.overview_shown import to_credential
from nexcred.vault.permission import changed_meanwhile
from nexcred.vault.record import ROTATION
from nexcred.vault.sealed_part import with_sealed_part

if TYPE_CHECKING:
    from nexcred.vault.transaction import Transaction


class JournalEntry(NamedTuple):
    """What is to stand in the vault after a step; None of both ends the rotation.

    `details` are values to switch to, with what was found of them; `probe` alone is of the present ones. `also` are
    other credentials, as they were read, and the values that they get at once.
    """

    journal: Journal | None
    candidate: Candidate | None = None
    details: Changes | None = None
    probe: ProbeResult | None = None
    also: Sequence[tuple[Credential, Details]] = ()

    def __repr__(self) -> str:
        return repr_of(self)


def write_entry(copy: "Transaction", credential: Credential, serial: int, entry: JournalEntry) -> Credential:
    """Write a step; `serial` is the number of the one before, 0 where there never was one.

    Raises ChangedMeanwhile where another step or other values were written since, Disputed, NotPermitted. What else
    changed of the credential, such as its name or a result, is left as it is.
    """
    found = copy.find_record(credential)
    if found is None:
        raise changed_meanwhile(credential)
    proved = writable(copy, found)
    former = proved.parts.get(ROTATION)
    if (0 if former is None else former.serial) != serial or found.overview.version != credential.version:
        raise changed_meanwhile(credential)
    for other, values in entry.also:
        Edit(copy, copy.now).update(other, Changes(details=values))
    new = found.overview._replace(updated_at=copy.now)
    if entry.details is not None and entry.details.details is not None:
        new = with_new_values(copy, new, found, entry.details.details, entry.details, copy.now)
    else:
        copy.expect_name(found.overview, proved, is_shared=False)
        if entry.probe is not None:
            new = with_probe(new, entry.probe._replace(version=new.version))
    is_kept = entry.journal is not None or entry.candidate is not None
    plaintext = write_kept(entry.candidate, entry.journal, copy.me) if is_kept else None
    new = with_sealed_part(copy, new, proved, ROTATION, plaintext)
    copy.put(new, found.revision + 1, instead_of=found)
    return to_credential(new, found.revision + 1, copy.roster, copy.me)
