"""What every connector is called and known by, without reading their files: for lists, the picker, Tab and imports.

`make docs` writes the index of the built-in ones, and a test holds it to them. What it does not have is read: the
connectors of the user's own, and a built-in file that is newer than the index.
"""

import json
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

from nexcred.connectors.load.names import CATALOGUE, Folders, connector_names, known_folders
from nexcred.errors import SpecError
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of

INDEX = CATALOGUE / "index.json"
# What a list says of a connector of the user's own.
OWN = "your own"


class KeyForm(NamedTuple):
    """A form that keys for this field of a method have, and no others; `beginning` is what all of them begin with."""

    method: str
    field: str
    pattern: str
    beginning: str

    def __repr__(self) -> str:
        return repr_of(self, "method", "field")


class IndexEntry(NamedTuple):
    """A connector at a glance. `domains` are those of where its keys go, `json_types` what its JSON keys name.

    `level` says how it is known, "" for one of the user's own, whose `file` that is. One that `notifies` can tell
    people something.
    """

    name: str
    title: str
    about: str = ""
    category: str = ""
    level: str = ""
    also: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    key_forms: tuple[KeyForm, ...] = ()
    json_types: tuple[str, ...] = ()
    nexla_types: tuple[str, ...] = ()
    notifies: bool = False
    file: str = ""

    def __repr__(self) -> str:
        return repr_of(self, "name")

    @property
    def words(self) -> str:
        """All that it is found by, in lower case."""
        return " ".join((self.name, self.title, *self.also, self.about, self.category, *self.nexla_types)).casefold()


_KINDS = [type(value) for value in IndexEntry("", "")]
# Of what has to be there the default is none of its kind.
_FIELDS = list(zip(IndexEntry._fields, (None, None, *IndexEntry("", "")[2:]), strict=True))


def known_systems(
    folders: Folders | None = None, on_refused: Callable[[SpecError], None] = lambda _: None
) -> tuple[IndexEntry, ...]:
    """Return every connector, sorted by name. One whose file is refused is told and left out."""
    folders = folders or known_folders()
    made = _made_ahead(INDEX) if folders.built_in == CATALOGUE else {}
    own = connector_names(Folders(folders.own)) if folders.own else ()
    found = []
    for name in connector_names(folders):
        entry = made.get(name) if name not in own else None
        try:
            found.append(entry or _read(name, folders))
        except SpecError as error:
            on_refused(error)
    return tuple(found)


def built_in_first(systems: Iterable[IndexEntry]) -> list[IndexEntry]:
    """Return them in the order in which one is guessed: the user's own never come before."""
    return sorted(systems, key=lambda one: bool(one.file))


def matching_systems(systems: Iterable[IndexEntry], words: Iterable[str], category: str = "") -> list[IndexEntry]:
    """Return those that have every word somewhere, and are of the category, if one is given."""
    wanted = [word.casefold() for word in words]
    return [
        one
        for one in systems
        if (not category or one.category == category) and all(word in one.words for word in wanted)
    ]


def _read(name: str, folders: Folders) -> IndexEntry:
    from nexcred.connectors.load.index_by_spec import entry_of  # the spec's types take longer than the whole list
    from nexcred.connectors.load.loader import load_connector

    return entry_of(load_connector(name, folders))


@lru_cache(maxsize=1)
def _made_ahead(path: Path) -> dict[str, IndexEntry]:
    """Return what the file says; nothing of one that cannot be read, or is of another version."""
    try:
        return {table["name"]: _entry(table) for table in json.loads(path.read_bytes())}
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}


def _entry(table: dict[str, object]) -> IndexEntry:
    """Return an entry; raise TypeError or another error of Python's own for what this version has otherwise."""
    said = {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
    said["key_forms"] = tuple(KeyForm(*one) for one in table.get("key_forms", ()))  # type: ignore[attr-defined]
    entry = IndexEntry(*(said.pop(field, default) for field, default in _FIELDS))  # type: ignore[arg-type]
    if said:
        raise TypeError
    if [type(value) for value in entry] != _KINDS:
        raise TypeError
    lists = (entry.also, entry.methods, entry.variables, entry.domains, entry.json_types, entry.nexla_types)
    for texts in (*lists, *entry.key_forms):
        "".join(texts)  # which wants nothing but texts
    return entry
