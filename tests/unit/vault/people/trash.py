"""What lies in the trash: any writer puts it there, who holds it takes it out, its creator and owners end it."""

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from nexcred.vault.roster import GUEST, OWNER
from nexcred.vault.vault import Vault
from tests.unit.vault.people.backups import BackupsMachine
from tests.unit.vault.people.looking import NAMED, PEOPLE
from tests.unit.vault.people.model import Held, Person


class TrashMachine(BackupsMachine):
    """Taking out and ending; what was forged before it was removed stays where it is."""

    @precondition(lambda self: any(self.model.clean_thrown()) and len(self.model.held) < len(NAMED))
    @rule(first=PEOPLE, number=st.integers(0, 7), is_renamed=st.booleans())
    def take_out(self, first: str, number: int, is_renamed: bool) -> None:
        person = self.person(first)
        name, held = self._thrown(number)
        free = [one for one in NAMED if one not in self.model.held]
        wanted = free[0] if is_renamed or name not in free else name
        if person is None or person.role == GUEST:
            return
        may, record_id = person.writes and person.name in self.model.holders(held), bytes.fromhex(held.record)
        new = wanted if wanted != name else None

        def bring_back() -> None:
            looked_at = looked_into(person.vault, record_id, is_renamed=new is not None) if may else None
            person.vault.edit(lambda edit: edit.take_out(record_id, new, looked_at))

        if self.attempt(may=may, do=bring_back):
            del self.model.thrown[held.record]
            self.model.held[wanted] = held
            self.model.complete(person, held)
            if self.model.is_sealed(person, held):
                self.use(person, wanted)

    @precondition(lambda self: any(self.model.clean_thrown()))
    @rule(first=PEOPLE, number=st.integers(0, 7))
    def empty(self, first: str, number: int) -> None:
        person = self.person(first)
        _, held = self._thrown(number)
        if person is None or person.role == GUEST:
            return
        may = person.writes and (person.role == OWNER or person.name == held.creator)
        record_id = bytes.fromhex(held.record)
        if self.attempt(may=may, do=lambda: person.vault.edit(lambda edit: edit.empty(record_id))):
            del self.model.thrown[held.record]

    @invariant()
    def somebody_sees_what_concerns_him(self) -> None:
        people = list(self.model.people.values())
        if people:
            self.look_at_trash(people[self.turn % len(people)])

    def look_at_trash(self, person: Person) -> None:
        shown = {one.credential.id for one in person.vault.trash()}
        for _, held in self.model.clean_thrown():
            may_end = person.role == OWNER or person.name == held.creator
            concerned = person.role != GUEST and (may_end or person.name in self.model.holders(held))
            assert (held.record in shown) == concerned, (person.name, held)

    def teardown(self) -> None:
        super().teardown()
        for person in self.model.people.values():
            self.look_at_trash(person)

    def _thrown(self, number: int) -> tuple[str, Held]:
        """Return one of those in the trash, in the order in which they came there."""
        there = list(self.model.clean_thrown())
        return there[number % len(there)]


def looked_into(vault: Vault, record_id: bytes, *, is_renamed: bool) -> bytes | None:
    """Return what somebody looked at who then says that it is right, where anybody asks."""
    confirm, vault._confirm = vault._confirm, lambda _: True
    try:
        return vault.expect_removed(record_id, is_renamed=is_renamed)
    finally:
        vault._confirm = confirm
