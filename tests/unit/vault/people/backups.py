"""What owners do with backups: what comes back, and to whom."""

from copy import deepcopy

from hypothesis.stateful import precondition, rule

from nexcred.errors import NotPermitted
from nexcred.vault.access_list import READ
from nexcred.vault.belief import Belief
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.open_state import open_state
from nexcred.vault.restoring import restore
from nexcred.vault.roster import OWNER
from tests.support.memory_store import MemoryStore, Tables
from tests.support.sample_vault import NOW
from tests.unit.vault.people.looking import PEOPLE
from tests.unit.vault.people.model import Held, Model, Person
from tests.unit.vault.people.owners import OwnersMachine


class Backup:
    """A copy of the file, and what the model held then, in the trash too."""

    def __init__(self, tables: Tables, model: Model) -> None:
        self.tables, self.moment = tables, model.moment
        self.held, self.thrown = deepcopy(model.held), deepcopy(model.thrown)


class BackupsMachine(OwnersMachine):
    """Copies of the file, brought back over what there is."""

    backup: Backup | None = None

    @rule()
    def back_up(self) -> None:
        self.backup = Backup(self.store.tables.copy(), self.model)

    @precondition(lambda self: self.backup is not None)
    @rule(by=PEOPLE)
    def bring_back(self, by: str) -> None:
        owner, backup = self.person(by), self.backup
        if owner is None or backup is None or owner.role != OWNER:
            return
        vault, saved_store = owner.vault, MemoryStore(backup.tables.copy())
        vault.names()
        try:
            with saved_store.read() as old, self.store.write() as present:
                saved = open_state(old, vault.identity, Belief(ProcessMemory(), accept_rollback=True))
                base = open_state(present, vault.identity, Belief(vault.memory))
                done = restore(
                    self.store,
                    base,
                    present,
                    saved,
                    old,
                    roster=base.roster,
                    seen_generation=vault.generation,
                    now=NOW,
                    note_signed=lambda hashes: vault.memory.note_signed(vault.vault_id, hashes),
                )
        except NotPermitted:  # who came, or got new keys, since then, does not open it
            return
        every = [*backup.held.items(), *backup.thrown.values()]
        doubtful = {name for name, held in every if held.is_dirty or not self._is_vouched_for(held)}
        sure = {name for name, _ in every} - doubtful
        assert not sure & set(done.disputed)
        self.model.held = {name: self._brought_back(owner, held, backup) for name, held in backup.held.items()}
        self.model.thrown = {
            record: (name, self._brought_back(owner, held, backup)) for record, (name, held) in backup.thrown.items()
        }
        for name, held in (*self.model.held.items(), *self.model.thrown.values()):
            held.is_dirty = held.is_dirty or name in done.disputed
        for person in self.model.people.values():
            for held in self.model.held.values():
                version = 0 if held.is_dirty else held.version
                person.seen[held.record] = min(person.seen.get(held.record, 0), version)
        self.backup = None

    def _is_vouched_for(self, saved: Held) -> bool:
        """True where the present vault has it, or who signed its list may still: else a person decides who holds it."""
        signer = self.model.people.get(saved.signer)
        if saved.record in self.model.thrown or any(one.record == saved.record for one in self.model.held.values()):
            return True
        return signer is not None and (signer.role == OWNER or (signer.writes and saved.creator == saved.signer))

    def _brought_back(self, owner: Person, saved: Held, backup: Backup) -> Held:
        held = deepcopy(saved)
        gone = {to for moment, record, to in self.model.taken_off if moment > backup.moment and record == held.record}
        held.grants = {to: may for to, may in self._there(held).items() if to not in gone}
        held.grants = held.grants or {held.creator: READ}
        held.signer = owner.name
        return held
