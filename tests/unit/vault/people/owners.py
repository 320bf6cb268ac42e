"""What owners do, and what everybody does with his own keys and with what he added."""

from functools import partial

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from nexcred.errors import NameMoved, NotPermitted, UsageError
from nexcred.vault.access_list import READ, WRITE
from nexcred.vault.edit import Edit
from nexcred.vault.identity import Identity
from nexcred.vault.roster import GUEST, MEMBER, OWNER, READER, WRITERS
from nexcred.vault.teams import join_teams, leave_team
from nexcred.vault.transaction import Transaction
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import NOW
from tests.unit.vault.people.looking import NAMES, PEOPLE, ROLES
from tests.unit.vault.people.machine import PeopleMachine
from tests.unit.vault.people.model import TEAM, Held, Person

TO = st.one_of(PEOPLE, st.just(TEAM))


class OwnersMachine(PeopleMachine):
    """Sharing, coming and leaving, roles, teams, new keys."""

    def begin(self) -> None:
        super().begin()
        for first in ("Bob", "Rea", "Job"):
            self.share("Ada", "prod", first, WRITE)

    @rule(first=PEOPLE, name=NAMES, to=TO, may=st.sampled_from([READ, WRITE]))
    def share(self, first: str, name: str, to: str, may: int) -> None:
        name, person, held = self.there(first, name)
        target = TEAM if to == TEAM else self.now.get(to, "")
        if person is None or held is None or (to != TEAM and target not in self.model.people):
            return
        may = READ if to == "Eve" else may  # or there would be nothing that she may not
        is_lower = may < held.grants.get(target, 0)

        def change(edit: Edit) -> None:
            if target == TEAM:
                edit.share(edit.find(name), [], teams=[self.team_id], may=may)
            else:
                edit.share(edit.find(name), [self.model.people[target].id], may=may)

        is_allowed = person.writes and self.model.may_share(person, held)
        if self.attempt(may=is_allowed, do=lambda: person.vault.edit(change), person=person, name=name):
            self._listed(person, name, held, {**self._there(held), target: may}, {target} if is_lower else set())

    @rule(first=PEOPLE, name=NAMES, other=PEOPLE)
    def unshare(self, first: str, name: str, other: str) -> None:
        name, person, held = self.there(first, name)
        target = self.person(other)
        if person is None or held is None or target is None:
            return
        there = self._there(held)
        after = {to: may for to, may in there.items() if to != target.name}
        is_allowed = person.writes and self.model.may_share(person, held)

        def change(edit: Edit) -> None:
            edit.unshare(edit.find(name), [target.id])

        if is_allowed and not after:
            with pytest.raises((UsageError, NameMoved)):
                person.vault.edit(change)
        elif self.attempt(may=is_allowed, do=lambda: person.vault.edit(change), person=person, name=name):
            self._listed(person, name, held, after, there.keys() - after.keys())

    @rule(first=PEOPLE, name=NAMES)
    def complete(self, first: str, name: str) -> None:
        name, person, held = self.there(first, name)
        if person is None or held is None or not person.writes:
            return
        self.attempt(
            may=True,
            do=lambda: person.vault.edit(lambda edit: edit.complete(edit.find(name), anew=True)),
            person=person,
            name=name,
        )
        if self.model.is_sealed(person, held):
            self.model.wrap(person, held)
            self.use(person, name)

    def _there(self, held: Held) -> dict[str, int]:
        return {to: may for to, may in held.grants.items() if to == TEAM or to in self.model.people}

    def _listed(self, person: Person, name: str, held: Held, grants: dict[str, int], lowered: set[str]) -> None:
        limits = {to: WRITE if to == TEAM or self.model.people[to].writes else READ for to in grants}
        held.grants, held.signer = {to: min(may, limits[to]) for to, may in grants.items()}, person.name
        self.model.moment += 1
        self.model.taken_off += [(self.model.moment, held.record, to) for to in lowered]
        if held.creator in lowered and person.role == OWNER and person.name != held.creator:
            self.model.owners_only.add(held.record)
        self.model.wrap(person, held)
        self.use(person, name)

    # Who belongs

    @precondition(lambda self: len(self.now) < len(ROLES))
    @rule(first=PEOPLE)
    def come_back(self, first: str) -> None:
        self.join(first if self.person(first) is None else next(one for one in ROLES if self.person(one) is None))

    @rule(by=PEOPLE, first=PEOPLE)
    def dismiss(self, by: str, first: str) -> None:
        owner, gone = self.person(by), self.person(first)
        if owner is None or gone is None or owner is gone:
            return
        clean, every = self.model.clean_names(), list(self.model.clean_everywhere())
        exposed = sorted(name for name, held in every if name in clean and self._knows(gone, held))
        alone = (name for name, held in every if set(self.model.holders(held)) == {gone.name})
        orphaned = sorted(name for name in alone if name in clean)
        done = None

        def do() -> None:
            nonlocal done
            done = owner.vault.edit(lambda edit: edit.dismiss(gone.id))

        if not self.attempt(may=owner.role == OWNER, do=do):
            return
        assert done is not None
        assert [name for name in done.exposed if name in clean] == exposed
        assert [name for name in done.orphaned if name in clean] == orphaned
        assert not clean & set(done.disputed)
        self._pinned(owner, done.pinned)
        del self.model.people[gone.name], self.now[first]
        self.model.team.discard(gone.name)
        with pytest.raises(NotPermitted):
            gone.vault.names()

    def _knows(self, person: Person, held: Held) -> bool:
        """True for a holder, and for who was taken off the values that stand there still."""
        off = (
            record == held.record and moment > held.written
            for moment, record, to in self.model.taken_off
            if to == person.name
        )
        return person.name in self.model.holders(held) or any(off)

    @rule(by=PEOPLE, first=PEOPLE, role=st.sampled_from([OWNER, MEMBER, READER, GUEST]))
    def change_role(self, by: str, first: str, role: str) -> None:
        owner, changed = self.person(by), self.person(first)
        if owner is None or changed is None:
            return
        owners = [one for one in self.model.people.values() if one.role == OWNER]
        is_last = owners == [changed] and role != OWNER
        may = owner.role == OWNER and not is_last
        done = None

        def do() -> None:
            nonlocal done
            done = owner.vault.edit(lambda edit: edit.change_role(changed.id, role))

        if owner is changed:  # who steps down himself signs nothing more: another owner does it
            return
        if first == "Eve" and role == OWNER:  # who may do everything forges nothing
            return
        if self.attempt(may=may, do=do):
            assert done is not None
            self._pinned(owner, done.pinned)
            changed.role = role

    def _pinned(self, owner: Person, names: tuple[str, ...]) -> None:
        """Of what was pinned, which of two of one name it was, the file says."""
        for name, held in self.model.clean_everywhere():
            if name in names:
                signer = owner.vault.look(partial(_signer_of, name, bytes.fromhex(held.record)))
                held.signer = owner.vault.state.roster.name_of(signer)

    @rule(by=PEOPLE, first=PEOPLE, comes=st.booleans())
    def change_team(self, by: str, first: str, comes: bool) -> None:
        owner, person = self.person(by), self.person(first)
        if owner is None or person is None or owner.role != OWNER or first == "Eve":
            return
        if comes:
            owner.vault.change(lambda copy: join_teams(copy, [self.team_id], [person.id]))
            self.model.team.add(person.name)
            for _, held in self.model.clean():
                if TEAM in held.grants:
                    self.model.complete(owner, held)
        else:
            done = owner.vault.change(lambda copy: leave_team(copy, self.team_id, person.id))
            self._pinned(owner, done.pinned)
            self.model.team.discard(person.name)

    # Keys

    @rule(first=PEOPLE)
    def rekey(self, first: str) -> None:
        person = self.person(first)
        if person is None:
            return
        vault, old = person.vault, person.vault.identity
        new = Identity.generate().bind(vault.vault_id, vault.floor)
        done = None

        def do() -> None:
            nonlocal done
            done = vault.edit(lambda edit: edit.rekey(new, vault.memory.signed(vault.vault_id)))

        if not self.attempt(may=person.writes, do=do):
            return
        assert done is not None
        assert not self.model.clean_names() & set(done.disputed)
        person.keys, person.string = person.keys + 1, new.secret_string
        self.model.note_keys(person, new)
        for held in (*self.model.held.values(), *(one for _, one in self.model.thrown.values())):
            for sealed in (held.sealed, held.session_sealed):
                if sealed.get(person.name) == person.keys - 1:
                    sealed[person.name] = person.keys
        with pytest.raises(NotPermitted):
            Vault(self.store, old)

    @rule(first=PEOPLE, name=NAMES)
    def read_on_a_machine_that_remembers_nothing(self, first: str, name: str) -> None:
        person, held = self.person(first), self.model.held.get(name)
        if person is None or held is None:
            return
        fresh = Vault(MemoryStore(self.store.tables), Identity.parse(person.string), now=lambda: NOW)
        bare = Person(person.name, person.role, fresh, person.string, person.keys)
        self.tell_guest(bare)
        if held.is_dirty:
            self.look_at_dirty(bare, name, held)
        elif person.role != GUEST or person.name in self.model.holders(held):
            self.look_at(bare, name, held)


def _signer_of(name: str, record_id: bytes, copy: Transaction) -> bytes:
    found = copy.find_removed(record_id) or copy.find(name)
    assert found is not None
    return found.overview.access.signer


assert {OWNER, MEMBER} == WRITERS
