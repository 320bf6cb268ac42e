"""A vault of several people does what a plain dict does: who holds what, who left, who writes, what a crash undoes."""

from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from nexcred.errors import ChangedMeanwhile, Damaged, NotPermitted, RolledBack, UsageError
from nexcred.model.secret import Secret
from nexcred.vault.changes import Changes
from nexcred.vault.edit import Edit
from nexcred.vault.identity import Identity
from nexcred.vault.roster import GUEST, MEMBER, READER
from nexcred.vault.vault import Vault
from tests.memory_store import MemoryStore, Tables
from tests.remembering import seen
from tests.sample_vault import NOW, accepted, add, details, draft, open_new, remove, set_session, update

FOUNDER, RIVAL = "Ada Example", "Bob"
ROLES = {RIVAL: MEMBER, "Cyd": READER, "job": GUEST}
PEOPLE = st.sampled_from([FOUNDER, *ROLES])
OTHERS = st.sampled_from(sorted(ROLES))
NAMES = st.sampled_from(["prod", "test", "Café", "n:1"])
SECRETS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


class Held(NamedTuple):
    """What the dict keeps of a credential. `creator` is None when he left: who comes back is another one."""

    value: str
    holders: frozenset[str]
    creator: str | None
    session: str | None = None
    is_probed: bool = False


class Crash(Exception):
    """The process ended in the middle of a change."""


class PeopleAgainstDict(RuleBasedStateMachine):
    """Every rule is done to both; after each of them everybody sees what the dict says that he may."""

    def __init__(self) -> None:
        super().__init__()
        self.store = MemoryStore()
        self.people: dict[str, Vault] = {}
        self.held: dict[str, Held] = {}
        self.older: Tables | None = None

    @initialize()
    def found(self) -> None:
        self.people[FOUNDER] = open_new(self.store)
        for who in ROLES:
            self.join(who)

    @rule(who=OTHERS)
    def come_back(self, who: str) -> None:
        self.join(who)

    @rule(who=OTHERS)
    def dismiss(self, who: str) -> None:
        if who not in self.people:
            return
        left = self.people.pop(who)
        gone = self.people[FOUNDER].edit(lambda edit: edit.dismiss(left.identity.fingerprint))
        assert gone.exposed == tuple(sorted(name for name, one in self.held.items() if who in one.holders))
        assert gone.orphaned == tuple(sorted(name for name, one in self.held.items() if one.holders == {who}))
        with pytest.raises(NotPermitted):
            Vault(self.store, left.identity)
        for name, one in self.held.items():
            creator = None if one.creator == who else one.creator
            self.held[name] = one._replace(holders=one.holders - {who}, creator=creator)

    @rule(who=PEOPLE, name=NAMES, secret=SECRETS)
    def put(self, who: str, name: str, secret: str) -> None:
        """Add, or give new values where that name is taken."""
        if who not in self.people:
            return
        one = self.held.get(name)
        if one is None and self.attempt(may=self.writes(who), do=lambda: add(self.people[who], name, secret)):
            self.held[name] = Held(secret, frozenset({who}), who)
        elif one is not None:
            may = self.writes(who) and who in one.holders
            if self.attempt(may=may, do=lambda: update(self.people[who], name, secret)):
                self.held[name] = one._replace(value=secret, session=None, is_probed=False)

    @rule(who=PEOPLE, name=NAMES, new=NAMES)
    def rename(self, who: str, name: str, new: str) -> None:
        if who in self.people and name in self.held and new not in self.held and self.writes(who):
            vault = self.people[who]
            vault.edit(lambda edit: edit.update(edit.find(name), Changes(name=new)))
            self.held[new] = self.held.pop(name)

    @rule(who=PEOPLE, name=NAMES)
    def remove(self, who: str, name: str) -> None:
        if who in self.people and name in self.held and self.writes(who):
            remove(self.people[who], name)
            del self.held[name]

    @rule(who=PEOPLE, name=NAMES, token=st.one_of(st.none(), st.text(max_size=5)))
    def keep_session_and_probe(self, who: str, name: str, token: str | None) -> None:
        one = self.held.get(name)
        if one is None or who not in self.people or who not in one.holders or not self.writes(who):
            return
        vault = self.people[who]
        set_session(vault, name, None if token is None else {"token": token})
        vault.edit(lambda edit: edit.record_probe(edit.find(name), accepted(edit.find(name).version)))
        self.held[name] = one._replace(session=token, is_probed=True)

    @rule(who=PEOPLE, name=NAMES, other=PEOPLE, gives=st.booleans())
    def share_or_unshare(self, who: str, name: str, other: str, gives: bool) -> None:
        one = self.held.get(name)
        if one is None or who not in self.people or other not in self.people:
            return
        vault, fingerprint = self.people[who], self.people[other].identity.fingerprint
        holders = one.holders | {other} if gives else one.holders - {other}

        def change(edit: Edit) -> None:
            (edit.share if gives else edit.unshare)(edit.find(name), [fingerprint])

        may = self.writes(who) and who in (FOUNDER, one.creator)
        if may and not holders:
            with pytest.raises(UsageError):
                vault.edit(change)
        elif self.attempt(may=may and who in one.holders, do=lambda: vault.edit(change)):
            self.held[name] = one._replace(holders=holders)

    @rule(who=PEOPLE)
    def rekey(self, who: str) -> None:
        if who not in self.people:
            return
        vault, old = self.people[who], self.people[who].identity
        new = Identity.generate()
        if self.attempt(may=self.writes(who), do=lambda: vault.edit(lambda edit: edit.rekey(new))):
            with pytest.raises(NotPermitted):
                Vault(self.store, old)

    @rule(name=NAMES, secret=SECRETS)
    def a_second_writer_is_quicker(self, name: str, secret: str) -> None:
        """A change begun on a record that moved is refused; one that it does not touch is made on the newer state."""
        if RIVAL not in self.people or name in self.held:
            return
        ada, rival = self.people[FOUNDER], self.people[RIVAL]
        runs: list[None] = []

        def apply(edit: Edit) -> None:
            edit.add(draft(name, secret))
            if not runs:
                runs.append(None)
                add(rival, "quicker")

        ada.edit(apply)
        read = rival.find("quicker")
        ada.edit(lambda edit: edit.update(edit.find("quicker"), Changes(description="moved")))
        with pytest.raises(ChangedMeanwhile):
            rival.edit(lambda edit: edit.update(read, Changes(details=details("lost"))))
        remove(rival, "quicker")
        self.held[name] = Held(secret, frozenset({FOUNDER}), FOUNDER)

    @rule(who=PEOPLE, name=NAMES, rekeys=st.booleans())
    def crash(self, who: str, name: str, rekeys: bool) -> None:
        if who not in self.people or not self.writes(who):
            return
        before = self.store.tables.copy()

        def apply(edit: Edit) -> None:
            if rekeys:
                edit.rekey(Identity.generate())
            elif edit.has(name):
                edit.remove(edit.find(name))
            raise Crash

        with pytest.raises(Crash):
            self.people[who].edit(apply)
        assert self.store.tables == before

    @rule(data=st.data())
    def tamper(self, data: st.DataObject) -> None:
        tables, flip = self.store.tables.copy(), data.draw(st.integers(0, 2**32))
        changes: list[Callable[[], None]] = [
            *(lambda key=key: tables.items.update({key: flipped(tables.items[key], flip)}) for key in tables.items),
            *(lambda key=key: tables.leaves.update({key: flipped(tables.leaves[key], flip)}) for key in tables.leaves),
            lambda: tables.heads.update({max(tables.heads): flipped(tables.heads[max(tables.heads)], flip)}),
            lambda: setattr(tables, "tree", flipped(tables.tree, flip)),
            lambda: setattr(tables, "access", (flipped(tables.access[0], flip), *tables.access[1:])),
            lambda: setattr(tables, "roster", (*tables.roster[:-1], flipped(tables.roster[-1], flip))),
        ]
        changes[data.draw(st.integers(0, len(changes) - 1))]()
        ada = self.people[FOUNDER]
        with pytest.raises((Damaged, NotPermitted)):
            Vault(MemoryStore(tables), ada.identity, memory=seen(ada.anchor)).verify()

    @rule()
    def copy_the_file(self) -> None:
        self.older = self.store.tables.copy()

    @precondition(lambda self: self.older is not None)
    @rule(who=PEOPLE)
    def roll_back(self, who: str) -> None:
        if who not in self.people or self.older is None or max(self.older.heads) == max(self.store.tables.heads):
            return
        vault = self.people[who]
        vault.names()  # and so it has seen the newest
        with pytest.raises((RolledBack, NotPermitted)) as refused:
            Vault(MemoryStore(self.older.copy()), vault.identity, memory=seen(vault.anchor))
        assert who != FOUNDER or vault.epoch > 1 or refused.type is RolledBack

    @invariant()
    def everybody_sees_what_he_may(self) -> None:
        for who, vault in self.people.items():
            visible = {name for name, one in self.held.items() if who in one.holders or ROLES.get(who) != GUEST}
            seen = {one.name: one for one in vault.credentials()}
            assert seen.keys() == visible
            for name in visible:
                one = self.held[name]
                assert (seen[name].probe is not None) == one.is_probed
                if who in one.holders:
                    assert vault.details(seen[name]).fields["api_key"] == Secret(one.value)
                    assert vault.session(seen[name]) == (None if one.session is None else {"token": one.session})
                else:
                    with pytest.raises(NotPermitted):
                        vault.details(seen[name])

    def teardown(self) -> None:
        for who, vault in self.people.items():
            report = vault.verify()
            opened = sum(who in one.holders for one in self.held.values())
            assert (report.credentials, report.opened) == (len(self.held), opened)
            assert who != FOUNDER or report.strays == 0

    def join(self, who: str) -> None:
        if who not in self.people:
            identity = Identity.generate()
            self.people[FOUNDER].edit(lambda edit: edit.admit(identity.public, who, ROLES[who]))
            # Another store over the same memory is another process.
            self.people[who] = Vault(MemoryStore(self.store.tables), identity, now=lambda: NOW)

    def writes(self, who: str) -> bool:
        return ROLES.get(who, MEMBER) == MEMBER

    def attempt(self, *, may: bool, do: Callable[[], object]) -> bool:
        """Do it; who may not, is refused, and changes nothing."""
        if may:
            do()
            return True
        before = self.store.tables.copy()
        with pytest.raises(NotPermitted):
            do()
        assert self.store.tables == before
        return False


def flipped(data: bytes, where: int) -> bytes:
    """Return the bytes with one bit flipped."""
    bit = where % (8 * len(data))
    return data[: bit // 8] + bytes([data[bit // 8] ^ 1 << bit % 8]) + data[bit // 8 + 1 :]


def test_a_vault_of_several_people_holds_what_a_dict_would() -> None:
    run_machine(PeopleAgainstDict, settings=settings(max_examples=40, stateful_step_count=30, deadline=None))
