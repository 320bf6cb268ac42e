"""What owners do with backups: what comes back, and to whom."""

from collections.abc import Mapping
from copy import deepcopy

from hypothesis.stateful import precondition, rule

from nexcred.errors import NotPermitted
from nexcred.vault.access_list import READ, TO_MEMBER, AccessList
from nexcred.vault.belief import Belief
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.open_state import open_state
from nexcred.vault.restoring import restore
from nexcred.vault.roster import OWNER
from nexcred.vault.transaction import Transaction
from tests.support.memory_store import MemoryStore, Tables
from tests.support.sample_vault import NOW
from tests.unit.vault.people.looking import PEOPLE
from tests.unit.vault.people.model import TEAM, Held, Model, Person
from tests.unit.vault.people.owners import OwnersMachine


class Backup:
    """A copy of the file, and what the model held then, in the trash too; and how many keys each had had."""

    def __init__(self, tables: Tables, model: Model) -> None:
        self.tables, self.moment = tables, model.moment
        self.held, self.thrown = deepcopy(model.held), deepcopy(model.thrown)
        self.keys = {one.name: one.keys for one in model.people.values()}


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
        self._bring_back(owner, backup, set(done.disputed))
        self.backup = None

    def _bring_back(self, owner: Person, backup: Backup, disputed: set[str]) -> None:
        now = {held.record: held for _, held in (*self.model.held.items(), *self.model.thrown.values())}
        every = [*backup.held.items(), *backup.thrown.values()]
        # Two may have had one name.
        assert disputed <= {name for name, one in every if one.is_dirty or not self._is_sure(one, now, backup)}
        for name, saved in every:
            present = now.get(saved.record)
            if saved.is_dirty or name in disputed:
                saved.is_dirty = True
            elif present is None:
                saved.grants = self._not_taken_off(saved, backup)
            elif not present.is_dirty:
                saved.grants = self._capped(saved, present)
            else:  # what is proved of it by now, the file says
                saved.grants = self._in_file(owner, saved)
                possible = (self._not_taken_off(saved, backup), self._capped(saved, present))
                assert saved.grants in ({**one} or {saved.creator: READ} for one in possible), (name, saved, present)
            saved.grants = saved.grants or {saved.creator: READ}
            saved.signer = owner.name
        self.model.held, self.model.thrown = backup.held, backup.thrown
        for person in self.model.people.values():
            for held in self.model.held.values():
                version = 0 if held.is_dirty else held.version
                person.seen[held.record] = min(person.seen.get(held.record, 0), version)

    def _is_sure(self, saved: Held, now: Mapping[str, Held], backup: Backup) -> bool:
        """True where nobody has to say who holds it: somebody is left, by the present list or by who signed the old."""
        present = now.get(saved.record)
        if present is not None and present.is_dirty:
            return False
        if present is None and not self._is_vouched_for(saved):
            return False
        left = self._capped(saved, present) if present is not None else self._not_taken_off(saved, backup)
        return bool(left) or saved.creator not in self.model.people

    def _is_vouched_for(self, saved: Held) -> bool:
        """True where who signed its list may still."""
        signer = self.model.people.get(saved.signer)
        return signer is not None and (signer.role == OWNER or (signer.writes and saved.creator == saved.signer))

    def _capped(self, saved: Held, present: Held) -> dict[str, int]:
        """Return what was granted then, as far as it is by the present list."""
        holders = {**self.model.holders(present), TEAM: present.grants.get(TEAM, 0)}
        most = {to: min(may, holders.get(to, 0)) for to, may in self._there(saved).items()}
        return {to: may for to, may in most.items() if may}

    def _not_taken_off(self, saved: Held, backup: Backup) -> dict[str, int]:
        """Return what was granted then, but to who was taken off since; by keys that were replaced since, ever."""
        signer = self.model.people.get(saved.signer)
        since = backup.moment if signer is not None and signer.keys == backup.keys[signer.name] else 0
        off = {to for moment, record, to in self.model.taken_off if moment > since and record == saved.record}
        return {to: may for to, may in self._there(saved).items() if to not in off}

    def _in_file(self, owner: Person, saved: Held) -> dict[str, int]:
        names = {one.id: one.name for one in self.model.people.values()}

        def look(copy: Transaction) -> dict[str, int]:
            every = copy.everything()
            each = (one.overview for one in (*every.credentials, *every.trash))
            (access,) = (one.access for one in each if one.record_id.hex() == saved.record)
            assert isinstance(access, AccessList)
            # Who left is named where nobody else is.
            return {names.get(to, saved.creator) if kind == TO_MEMBER else TEAM: may for kind, to, may in access.grants}

        return owner.vault.look(look)
