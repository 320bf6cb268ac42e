"""The vault beside the model: everything that honest people do with records is done to both."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from nexcred.vault.access_list import WRITE
from nexcred.vault.changes import Changes
from nexcred.vault.roster import OWNER
from nexcred.vault.teams import make_team
from tests.support.sample_vault import accepted, add, describe, open_new, remove, set_session, update
from tests.unit.vault.people.looking import NAMED, NAMES, PEOPLE, Looking
from tests.unit.vault.people.model import Held, Person


class PeopleMachine(Looking):
    """Adding, changing, renaming, removing; tokens and probe results."""

    @initialize()
    def found(self) -> None:
        ada = open_new(self.store)
        self.enter("Ada", Person("Ada Example", OWNER, self.machine_of(ada.identity), ada.identity.secret_string))
        self.team_id = self.model.owner().vault.change(lambda copy: make_team(copy, "the team"))
        for first in ("Bob", "Cyd", "Rea", "Job", "Eve"):
            self.join(first)
        self.begin()

    def begin(self) -> None:
        """Let there be something to begin with: a record of Ada's, and one of Bob's."""
        self.put("Ada", "prod")
        self.put("Bob", "test")

    @precondition(lambda self: len(self.model.held) < len(NAMED))
    @rule(first=PEOPLE, name=NAMES)
    def put(self, first: str, name: str) -> None:
        """Add one where the name is free."""
        person, secret = self.person(first), self.secret()
        name = name if name not in self.model.held else next(one for one in NAMED if one not in self.model.held)
        if person is None:
            return
        if self.attempt(may=person.writes, do=lambda: add(person.vault, name, secret)):
            record, own = person.vault.find(name).id, {person.name: WRITE}
            self.model.held[name] = Held(record, person.name, {1: secret}, own, {}, person.name, person.name)
            self.model.seal(self.model.held[name])
            self.use(person, name)

    @rule(first=PEOPLE, name=NAMES)
    def update(self, first: str, name: str) -> None:
        name, person, held = self.there(first, name)
        if person is None or held is None:
            return
        secret = self.secret()
        may = self.model.may_write(person, held) and self.model.is_sealed(person, held)
        if self.attempt(may=may, do=lambda: update(person.vault, name, secret), person=person, name=name):
            held.values[held.version + 1] = secret
            held.written = self.model.moment
            held.author, held.session, held.session_sealed, held.is_probed = person.name, None, {}, False
            self.model.seal(held)
            self.use(person, name)

    @rule(first=PEOPLE, name=NAMES, new=NAMES)
    def rename(self, first: str, name: str, new: str) -> None:
        name, person, held = self.there(first, name)
        if person is None or held is None or new in self.model.held:
            return
        vault = person.vault

        def give_name() -> None:
            vault.edit(lambda edit: edit.update(edit.find(name), Changes(name=new)))

        if self.attempt(may=person.writes, do=give_name, person=person, name=name):
            self.model.complete(person, held)
            self.model.held[new] = self.model.held.pop(name)

    @rule(first=PEOPLE, name=NAMES)
    def describe(self, first: str, name: str) -> None:
        name, person, held = self.there(first, name)
        if person is None or held is None:
            return
        if self.attempt(may=person.writes, do=lambda: describe(person.vault, name, "x"), person=person, name=name):
            self.model.complete(person, held)

    @precondition(lambda self: len(self.model.held) == len(NAMED))
    @rule(first=PEOPLE, name=NAMES)
    def remove(self, first: str, name: str) -> None:
        name, person, held = self.there(first, name)
        if person is None or held is None:
            return
        if self.attempt(may=person.writes, do=lambda: remove(person.vault, name), person=person, name=name):
            self.model.throw(name)

    @rule(first=PEOPLE, name=NAMES, has_token=st.booleans())
    def keep_session(self, first: str, name: str, has_token: bool) -> None:
        name, person, held = self.there(first, name)
        if person is None or held is None:
            return
        token = self.secret() if has_token else None
        session: dict[str, object] | None = None if token is None else {"token": token}
        may = self.model.may_write(person, held)
        if self.attempt(may=may, do=lambda: set_session(person.vault, name, session), person=person, name=name):
            held.session = token
            held.session_sealed = {}
            if token is not None:
                self.model.seal_session(held)
            self.model.complete(person, held)
            self.use(person, name)

    @rule(first=PEOPLE, name=NAMES)
    def probe(self, first: str, name: str) -> None:
        name, person, held = self.there(first, name)
        if person is None or held is None:
            return

        def keep() -> None:
            person.vault.edit(lambda edit: edit.record_probe(edit.find(name), accepted(edit.find(name).version)))

        if self.attempt(may=person.writes, do=keep):
            held.is_probed = True
            self.model.complete(person, held)
