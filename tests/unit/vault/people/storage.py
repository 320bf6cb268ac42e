"""What happens to the file: crashes, flipped bits, older copies put back, a second writer who is quicker."""

from collections.abc import Callable

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from nexcred.errors import ChangedMeanwhile, Damaged, NotPermitted, RolledBack
from nexcred.vault.changes import Changes
from nexcred.vault.edit import Edit
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore, Tables
from tests.support.remembering import seen
from tests.support.sample_vault import NOW, add, describe, details, draft, remove
from tests.unit.vault.people.looking import NAMES, PEOPLE
from tests.unit.vault.people.thief import ThiefMachine


class Crash(Exception):
    """The process ended in the middle of a change."""


class StorageMachine(ThiefMachine):
    """The whole: people, a thief among them, and a store that is not to be trusted."""

    def __init__(self) -> None:
        super().__init__()
        self.older: Tables | None = None

    @rule(first=PEOPLE, name=NAMES, rekeys=st.booleans())
    def crash(self, first: str, name: str, rekeys: bool) -> None:
        name, person, held = self.there(first, name)
        if person is None or held is None or not person.writes:
            return
        before = self.store.tables.copy()

        def apply(edit: Edit) -> None:
            if rekeys:
                edit.rekey(Identity.generate().bind(person.vault.vault_id, person.vault.floor), ())
            else:
                edit.remove(edit.find(name))
            raise Crash

        with pytest.raises(Crash):
            person.vault.edit(apply)
        assert self.store.tables == before

    @rule(first=PEOPLE, other=PEOPLE, name=NAMES)
    def somebody_else_is_quicker(self, first: str, other: str, name: str) -> None:
        """A change begun on a record that moved is refused; one that it does not touch is made on the newer state."""
        person, rival = self.person(first), self.person(other)
        name, _, held = self.there(first, name)
        if person is None or rival is None or held is None or person is rival or not (person.writes and rival.writes):
            return
        runs: list[None] = []

        def apply(edit: Edit) -> None:
            edit.add(draft("mine"))
            if not runs:
                runs.append(None)
                add(rival.vault, "quicker")

        person.vault.edit(apply)
        read = rival.vault.find("quicker")
        describe(person.vault, "quicker", "moved")
        with pytest.raises(ChangedMeanwhile):
            rival.vault.edit(lambda edit: edit.update(read, Changes(details=details("lost"))))
        remove(rival.vault, "quicker")
        remove(person.vault, "mine")

    @precondition(lambda self: not self.past or self.model.is_clean())
    @rule(data=st.data(), flip=st.integers(0, 2**32))
    def tamper(self, data: st.DataObject, flip: int) -> None:
        """One flipped bit is refused by who has seen the vault, or named."""
        person, tables = self.model.owner(), self.store.tables.copy()
        reached = person.vault.verify()
        changes: list[Callable[[], None]] = [
            *(lambda key=key: tables.leaves.update({key: flipped(tables.leaves[key], flip)}) for key in tables.leaves),
            lambda: tables.heads.update({max(tables.heads): flipped(tables.heads[max(tables.heads)], flip)}),
            lambda: setattr(tables, "tree", flipped(tables.tree, flip)),
            lambda: setattr(tables, "access", (flipped(tables.access[0], flip), *tables.access[1:])),
            lambda: setattr(tables, "roster", (*tables.roster[:-1], flipped(tables.roster[-1], flip))),
        ]
        if not reached.strays:
            changes += [
                lambda key=key: tables.items.update({key: flipped(tables.items[key], flip)})  # type: ignore[misc]
                for key in tables.items
            ]
        # How many leaves there are depends on ids made by chance.
        changes[data.draw(st.integers(0, 1023)) % len(changes)]()
        try:
            found = Vault(MemoryStore(tables), person.vault.identity, memory=seen(person.vault.anchor)).verify()
        except (Damaged, NotPermitted):
            return
        assert found.faults != reached.faults

    @rule()
    def copy_the_file(self) -> None:
        self.older = self.store.tables.copy()

    @precondition(lambda self: self.older is not None)
    @rule(first=PEOPLE)
    def roll_back(self, first: str) -> None:
        """An older file is refused where a newer one was seen, and by no key tells what its owner did not know."""
        person, older = self.person(first), self.older
        if person is None or older is None or max(older.heads) == max(self.store.tables.heads):
            return
        person.vault.names()  # and so it has seen the newest
        for memory in (seen(person.vault.anchor), None):
            try:
                vault = Vault(MemoryStore(older.copy()), person.vault.identity, memory=memory, now=lambda: NOW)
            except (RolledBack, NotPermitted):
                continue
            assert memory is None
            for credential in vault.credentials():
                try:
                    value = vault.details(credential).fields["api_key"]
                except (Damaged, NotPermitted):
                    continue
                known = self.model.known[person.name, person.keys]
                assert not hasattr(value, "reveal") or value.reveal() in known


def flipped(data: bytes, where: int) -> bytes:
    """Return the bytes with one bit flipped."""
    bit = where % (8 * len(data))
    return data[: bit // 8] + bytes([data[bit // 8] ^ 1 << bit % 8]) + data[bit // 8 + 1 :]
