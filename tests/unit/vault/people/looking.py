"""Who is who, and what each sees: by the model, with every pair of keys that there ever was."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant

from nexcred.errors import CredentialNotFound, Damaged, NameMoved, NotPermitted
from nexcred.model.secret import Secret
from nexcred.vault.identity import Identity
from nexcred.vault.memory import Doubt
from nexcred.vault.record import DETAILS, SESSION, open_as, read_header
from nexcred.vault.roster import GUEST, MEMBER, OWNER, READER
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import NOW
from tests.unit.vault.people.model import TEAM, Held, Model, Person

ROLES = {"Ada": OWNER, "Bob": MEMBER, "Cyd": MEMBER, "Rea": READER, "Job": GUEST, "Eve": MEMBER}
PEOPLE = st.sampled_from(sorted(ROLES))
NAMED = ["prod", "test", "Café"]
NAMES = st.sampled_from(NAMED)


def confirm(doubt: Doubt) -> bool:
    """Say yes to an owner's backup, and to nothing else."""
    return "backup" in doubt.what


class Looking(RuleBasedStateMachine):
    """Rules are by the first name of somebody; who comes back is another person, with a number behind the name."""

    def __init__(self) -> None:
        super().__init__()
        self.store = MemoryStore()
        self.model = Model()
        self.now: dict[str, str] = {}
        self.count = 0
        self.turn = 0
        self.looked_at: set[bytes] = set()

    def person(self, first: str) -> Person | None:
        return self.model.people.get(self.now.get(first, ""))

    def there(self, first: str, name: str) -> tuple[str, Person | None, Held | None]:
        """Return that person and that record; for a name that is free, another one, so that little is done in vain."""
        names = sorted(self.model.held)
        if name not in self.model.held and names:
            name = names[NAMED.index(name) % len(names)]
        held = self.model.held.get(name)
        return name, self.person(first), None if held is None or held.is_dirty else held

    def machine_of(self, identity: Identity) -> Vault:
        # Another store over the same memory is another process.
        return Vault(MemoryStore(self.store.tables), identity, now=lambda: NOW, confirm=confirm)

    def enter(self, first: str, person: Person) -> None:
        self.now[first] = person.name
        self.model.people[person.name] = person
        self.model.note_keys(person, person.vault.identity)

    def join(self, first: str) -> None:
        owner, identity = self.model.owner().vault, Identity.generate()
        self.count += 1
        name, bound = f"{first} {self.count}", identity.bind(owner.vault_id, owner.floor)
        owner.edit(lambda edit: edit.admit(identity.public, name, ROLES[first]))
        self.enter(first, Person(name, ROLES[first], self.machine_of(bound), bound.secret_string))

    def secret(self) -> str:
        self.count += 1
        return f"EXAMPLE-{self.count}-"

    def attempt(self, *, may: bool, do: Callable[[], object], person: Person | None = None, name: str = "") -> bool:
        """Do it; who may not, is refused, and changes nothing.

        A name that leads elsewhere than this person's machine knew is trusted first, as somebody does who has looked.
        """
        if may:
            try:
                do()
            except NameMoved:
                assert person is not None
                self.trust(person, name)
                do()
            return True
        before = self.store.tables.copy()
        with pytest.raises((NotPermitted, NameMoved)):  # of a name that moved, rights are not looked at
            do()
        assert self.store.tables == before
        return False

    def trust(self, person: Person, name: str) -> None:
        """Say, as somebody who has looked, that a name leads where it should."""
        person.vault.trust(person.vault.find(name))
        known = person.vault.remembered.record_under(name)
        assert known is not None
        assert known.hex() == self.model.held[name].record

    def tell_guest(self, person: Person) -> None:
        """Hand a guest the line that says which names it opens, of an owner who has looked where they lead."""
        if person.role != GUEST:
            return
        owner = self.model.owner()
        for name, held in self.model.clean():
            if person.name in self.model.holders(held):
                self.trust(owner, name)
                person.told.add(held.record)
        person.vault._checkpoint = owner.vault.checkpoint(person.id)

    @invariant()
    def somebody_sees_what_he_may(self) -> None:
        """One after the other: all of them after every step would take ten times as long."""
        self.see_what_teams_were_sealed()
        self.model.note_all()
        self.nobody_opens_what_he_may_not_know()
        people = list(self.model.people.values())
        if people:
            self.turn += 1
            self.look(people[self.turn % len(people)])

    def see_what_teams_were_sealed(self) -> None:
        """What waits for members of a team is sealed by a holder's next write, whatever it is: the file says whether.

        That they may know it, the list says.
        """
        for name, held in self.model.clean():
            late = [one for one in self.model.holders(held) if self.model.lacks_keys_of(one, held)]
            if TEAM not in held.grants or not late:
                continue
            overview = self.model.owner().vault.look(lambda copy, name=name: copy.find(name)).overview  # type: ignore[misc]
            session = overview.record_of(SESSION)
            for one in late:
                person = self.model.people[one]
                if self._opens(overview.details, person):
                    held.sealed[one] = person.keys
                if held.session is not None and session is not None and self._opens(session, person):
                    held.session_sealed[one] = person.keys

    def _opens(self, digest: bytes, person: Person) -> bool:
        with suppress(NotPermitted, Damaged):
            open_as(self.store.tables.items[digest], person.vault.identity, None)
            return True
        return False

    def nobody_opens_what_he_may_not_know(self) -> None:
        """With every pair of keys that there ever was, on each new record, whatever any list says."""
        for digest, record in list(self.store.tables.items.items()):
            if digest in self.looked_at or record[:4] != b"NXR1" or read_header(record).part not in (DETAILS, SESSION):
                continue
            self.looked_at.add(digest)
            for pair, identity in self.model.pairs.items():
                with suppress(NotPermitted, Damaged):
                    plaintext = open_as(record, identity, None).decode()
                    secrets = [word for word in plaintext.split('"') if word.startswith("EXAMPLE-") and word[-1] == "-"]
                    assert set(secrets) <= self.model.known[pair], (pair, secrets)

    def look(self, person: Person) -> None:
        self.tell_guest(person)
        shown = {one.name: one for one in person.vault.credentials()}
        for name, held in self.model.held.items():
            if held.is_dirty:
                self.look_at_dirty(person, name, held)
                continue
            is_held = person.name in self.model.holders(held)
            assert (name in shown) == (is_held or person.role != GUEST), (person.name, name)
            if name not in shown:
                continue
            assert (shown[name].id, shown[name].version) == (held.record, held.version)
            assert (shown[name].probe is not None) == held.is_probed
            self.look_at(person, name, held)
        assert shown.keys() - self.model.held.keys() <= self.astray()

    def astray(self) -> set[str]:
        """Return the names that the model does not keep."""
        return set()

    def look_at(self, person: Person, name: str, held: Held) -> None:
        if self.model.is_sealed(person, held) and person.name in self.model.holders(held):
            assert self.read(person, name, held) == held.value
            session = None if held.session is None else {"token": held.session}
            if held.session is None or held.session_sealed.get(person.name) == person.keys:
                assert person.vault.session(person.vault.find(name)) == session
            self.use(person, name)
        else:
            with pytest.raises(NotPermitted):
                self.read(person, name, held)

    def read(self, person: Person, name: str, held: Held) -> str:
        """Read a value; a name that leads elsewhere than before is trusted where that was done honestly."""
        vault, known = person.vault, person.vault.remembered.record_under(name)
        before = None if known is None else known.hex()
        try:
            details = vault.details(vault.find(name))
        except NameMoved:
            self.trust(person, name)
            details = vault.details(vault.find(name))
        else:
            if before not in (None, held.record) and held.record not in person.told:
                is_own = held.author == held.signer == person.name
                assert is_own or held.author in self.model.wrote.get(before or "", ()), (person.name, name, held)
        value = details.fields["api_key"]
        assert isinstance(value, Secret)
        return str(value.reveal())

    def use(self, person: Person, name: str) -> None:
        held = self.model.held[name]
        person.seen[held.record] = held.version

    def look_at_dirty(self, person: Person, name: str, held: Held) -> None:
        """Whatever was forged: what was written by who might, no older than was seen here, or nothing at all."""
        try:
            shown = person.vault.find(name)
            details = person.vault.details(shown)
        except (Damaged, NotPermitted, CredentialNotFound):
            return
        assert shown.allowed_hosts == details.allowed_hosts
        value = details.fields["api_key"]
        assert isinstance(value, Secret)
        if value.reveal() in held.after:
            return
        known = [version for version, one in held.values.items() if one == value.reveal()]
        assert known, (person.name, name, value.reveal())
        assert known[0] >= person.seen.get(held.record, 0), (person.name, name, known)

    def teardown(self) -> None:
        for person in self.model.people.values():
            self.look(person)
