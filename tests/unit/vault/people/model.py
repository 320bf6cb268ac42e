"""Who may know what: a model of a vault, of its people and records, and of the secrets that each pair of keys met."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from nexcred.vault.access_list import READ, WRITE
from nexcred.vault.identity import Identity
from nexcred.vault.roster import OWNER, WRITERS
from nexcred.vault.vault import Vault

TEAM = "the team"


@dataclass
class Person:
    """Somebody who belongs to the vault, and his machine. `keys` counts those that he had; `string` was handed out.

    `seen` is, by record, how many values had been written when his machine last used it; `told` are the records that
    an owner's line names to him, which he goes on having when he is no guest any more.
    """

    name: str
    role: str
    vault: Vault
    string: str
    keys: int = 0
    seen: dict[str, int] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)

    @property
    def id(self) -> bytes:
        return self.vault.state.me.id

    @property
    def writes(self) -> bool:
        return self.role in WRITERS


@dataclass
class Held:
    """A record. `values` are by revision all that somebody wrote who might; `sealed` says whose keys open the present.

    `grants` are those of its list, by the name of a person or TEAM; who left stays on it. `after` are values that were
    written after somebody forged something, and before that was repaired. `written` is the moment of the present one.
    """

    record: str
    creator: str
    values: dict[int, str]
    grants: dict[str, int]
    sealed: dict[str, int]
    author: str
    signer: str
    session: str | None = None
    session_sealed: dict[str, int] = field(default_factory=dict)
    is_probed: bool = False
    is_dirty: bool = False
    after: set[str] = field(default_factory=set)
    written: int = 0

    @property
    def version(self) -> int:
        return max(self.values)

    @property
    def value(self) -> str:
        return self.values[self.version]


class Model:
    """What holds of the vault as far as nobody forged anything; `known` are the secrets that each pair of keys met.

    `wrote` is, by record, who ever might write it; `thrown` are, by record, those in the trash, with their names.
    """

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.held: dict[str, Held] = {}
        self.thrown: dict[str, tuple[str, Held]] = {}
        self.team: set[str] = set()
        self.owners_only: set[str] = set()
        self.taken_off: list[tuple[int, str, str]] = []
        self.moment = 0
        self.wrote: dict[str, set[str]] = {}
        self.pairs: dict[tuple[str, int], Identity] = {}
        self.known: dict[tuple[str, int], set[str]] = {}

    def owner(self) -> Person:
        return next(one for one in self.people.values() if one.role == OWNER)

    def note_keys(self, person: Person, identity: Identity) -> None:
        """Let somebody have new keys, which know what his former ones did."""
        self.pairs[person.name, person.keys] = identity
        self.known[person.name, person.keys] = set(self.known.get((person.name, person.keys - 1), ()))

    def holders(self, held: Held) -> dict[str, int]:
        """Return who holds a record now, and the most that each may do."""
        most: dict[str, int] = {}
        for to, may in held.grants.items():
            for name in self.team if to == TEAM else {to}:
                person = self.people.get(name)
                if person is not None:
                    most[name] = max(most.get(name, 0), may if person.writes else READ)
        return most

    def may_write(self, person: Person, held: Held) -> bool:
        return person.writes and self.holders(held).get(person.name) == WRITE

    def may_share(self, person: Person, held: Held) -> bool:
        if person.role == OWNER:
            return True
        return person.writes and person.name == held.creator and held.record not in self.owners_only

    def is_sealed(self, person: Person, held: Held) -> bool:
        return held.sealed.get(person.name) == person.keys

    def lacks(self, held: Held) -> bool:
        """True when somebody holds it who has no key."""
        return any(self.lacks_keys_of(name, held) for name in self.holders(held))

    def lacks_keys_of(self, name: str, held: Held) -> bool:
        """True when a table of it is not sealed to somebody's present keys."""
        tables = [held.sealed] if held.session is None else [held.sealed, held.session_sealed]
        return any(sealed.get(name) != self.people[name].keys for sealed in tables)

    def seal(self, held: Held) -> None:
        held.sealed = self._to_holders(held)

    def seal_session(self, held: Held) -> None:
        held.session_sealed = self._to_holders(held)

    def wrap(self, person: Person, held: Held) -> None:
        """Let somebody wrap what he has the keys of for those who hold it."""
        if not self.is_sealed(person, held):
            return
        self.seal(held)
        if held.session is not None and held.session_sealed.get(person.name) == person.keys:
            self.seal_session(held)

    def complete(self, person: Person, held: Held) -> None:
        if self.lacks(held):
            self.wrap(person, held)

    def note_all(self) -> None:
        """Note what everybody can have met by now."""
        for _, held in self.clean_everywhere():
            may_write = {name for name, may in self.holders(held).items() if may == WRITE}
            self.wrote.setdefault(held.record, set()).update(may_write)
            for name, keys in held.sealed.items():
                self.known[name, keys].add(held.value)
            for name, keys in held.session_sealed.items() if held.session is not None else ():
                self.known[name, keys].add(held.session or "")

    def is_clean(self) -> bool:
        """True where nothing is forged, in the trash neither: of what is disputed nothing more is named."""
        every = (*self.held.values(), *(held for _, held in self.thrown.values()))
        return not any(held.is_dirty for held in every)

    def clean(self) -> Iterator[tuple[str, Held]]:
        yield from ((name, held) for name, held in self.held.items() if not held.is_dirty)

    def clean_thrown(self) -> Iterator[tuple[str, Held]]:
        yield from ((name, held) for name, held in self.thrown.values() if not held.is_dirty)

    def clean_everywhere(self) -> Iterator[tuple[str, Held]]:
        yield from self.clean()
        yield from self.clean_thrown()

    def throw(self, name: str) -> None:
        """Put a record into the trash."""
        held = self.held.pop(name)
        self.thrown[held.record] = (name, held)

    def clean_names(self) -> set[str]:
        """Return the names under which nothing is that somebody may have forged, in the trash or not."""
        every = [*self.held.items(), *self.thrown.values()]
        return {name for name, _ in every} - {name for name, held in every if held.is_dirty}

    def _to_holders(self, held: Held) -> dict[str, int]:
        return {name: self.people[name].keys for name in self.holders(held)}
