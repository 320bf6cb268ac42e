"""What honest people do about what was forged: whatever they try, and what an owner settles or clears away."""

from collections.abc import Callable
from contextlib import suppress

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from nexcred.errors import CredentialNotFound, Damaged, NexcredError, NotPermitted, UsageError
from nexcred.model.secret import Secret
from nexcred.vault.access_list import WRITE
from nexcred.vault.identity import Identity
from nexcred.vault.plaintext import read_details
from nexcred.vault.record import open_as
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import NOW, describe, set_session, update
from tests.unit.vault.people.looking import PEOPLE
from tests.unit.vault.people.model import Held, Person
from tests.unit.vault.people.trash import TrashMachine

ACTS = ["update", "session", "describe", "complete", "share", "unshare", "trust"]


class RepairMachine(TrashMachine):
    """A record that somebody may have forged is dirty, until it is settled or removed."""

    @precondition(lambda self: any(held.is_dirty for held in self.model.held.values()))
    @rule(data=st.data(), first=PEOPLE, to=PEOPLE, how=st.sampled_from(ACTS), is_bare=st.booleans())
    def act_on_what_was_forged(self, data: st.DataObject, first: str, to: str, how: str, is_bare: bool) -> None:
        """Whatever honest people do to it: it is refused, or reaches those whom the model names, and nobody else."""
        name = data.draw(st.sampled_from([one for one, held in self.model.held.items() if held.is_dirty]))
        person, target, held, secret = self.person(first), self.person(to), self.model.held[name], self.secret()
        if person is None or target is None or (how == "share" and target is self.person("Eve")):
            return
        vault = person.vault
        if is_bare:
            vault = Vault(MemoryStore(self.store.tables), Identity.parse(person.string), now=lambda: NOW)
        acts: dict[str, Callable[[], object]] = {
            "update": lambda: update(vault, name, secret),
            "session": lambda: set_session(vault, name, {"token": secret}),
            "describe": lambda: describe(vault, name, "x"),
            "complete": lambda: vault.edit(lambda edit: edit.complete(edit.find(name), anew=True)),
            "share": lambda: vault.edit(lambda edit: edit.share(edit.find(name), [target.id])),
            "unshare": lambda: vault.edit(lambda edit: edit.unshare(edit.find(name), [target.id])),
            "trust": lambda: vault.trust(vault.find(name)),
        }
        with suppress(NexcredError):
            acts[how]()
            self._note_act(held, how, target, secret)

    def _note_act(self, held: Held, how: str, target: Person, secret: str) -> None:
        if how == "share":
            held.grants[target.name] = WRITE
        holders = {(one, self.model.people[one].keys) for one in self.model.holders(held)}
        if how in ("update", "session"):
            held.after.add(secret)
        for pair in holders:  # whatever of it was shared, was theirs to know by somebody's act
            self.model.known[pair] |= {*held.values.values(), *held.after, held.session or ""}

    @precondition(lambda self: any(held.is_dirty for held in self.model.held.values()))
    @rule(data=st.data())
    def repair(self, data: st.DataObject) -> None:
        """Settle it, as far as anything is proved; else it is removed."""
        name = data.draw(st.sampled_from([one for one, held in self.model.held.items() if held.is_dirty]))
        held = self.model.held[name]
        owner = self.model.owner()
        holders = {one: self.model.people[one] for one in self.model.holders(held)} | {owner.name: owner}
        holders = {one: person for one, person in holders.items() if person is not self.person("Eve")}
        ids = [one.id for one in holders.values()]
        try:
            owner.vault.edit(lambda edit: edit.settle(name, ids))
        except (Damaged, UsageError):
            self._clear(owner, name)
            return
        held.grants = {one.name: WRITE for one in holders.values()}
        held.is_dirty, held.is_probed, held.session, held.session_sealed = False, False, None, {}
        self._see_what_there_is(owner, name, held)
        self.model.moment += 1
        others = (one for one in self.model.people.values() if one.name not in held.grants)
        knowing = [one.name for one in others if held.value in self.model.known[one.name, one.keys]]
        self.model.taken_off += [(self.model.moment, held.record, to) for to in knowing]

    def _clear(self, owner: Person, name: str) -> None:
        try:
            owner.vault.edit(lambda edit: edit.remove(edit.find(name)))
        except Damaged:
            owner.vault.change(lambda copy: copy.discard(name))
            del self.model.held[name]
        except CredentialNotFound:  # it was put aside when somebody left
            del self.model.held[name]
        else:
            self.model.held[name].is_dirty = True
            self.model.throw(name)
        assert not owner.vault.has(name)

    def _see_what_there_is(self, owner: Person, name: str, held: Held) -> None:
        """What was gone on with, and for whom, the file says; that they may know it, is asserted elsewhere."""
        found = owner.vault.look(lambda copy: copy.find(name))
        assert found is not None
        assert found.overview.statement is not None
        record, values = self.store.tables.items[found.overview.details], set[str]()
        held.sealed = {}
        for one in self.model.people.values():
            with suppress(NotPermitted):
                values.add(secret_in(open_as(record, one.vault.identity, None)))
                held.sealed[one.name] = one.keys
        if not values:  # nobody is left who opens it
            self._clear(owner, name)
            return
        (value,) = values
        assert value in {*held.values.values(), *held.after}
        version = found.overview.version
        held.values = {**{one: older for one, older in held.values.items() if one < version}, version: value}
        roster = owner.vault.state.roster
        held.author, held.signer, held.after = roster.name_of(found.overview.statement.by), owner.name, set()
        for person in self.model.people.values():
            person.seen[held.record] = min(person.seen.get(held.record, 0), version)
        self.use(owner, name)


def secret_in(plaintext: bytes) -> str:
    details, _ = read_details(plaintext)
    value = details.fields["api_key"]
    assert isinstance(value, Secret)
    return str(value.reveal())
