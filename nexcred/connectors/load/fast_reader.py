"""What of a connector's file `get`, `token`, `run` and the helpers need: fields, variables, files, what is at hand.

Also what `add` says before it asks. Read without the spec's types, which take longer to import than all the rest of a
run, and for a built-in file even without the reader of TOML: `make docs` has taken what matters out of each, and a test
holds it to the whole spec.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from nexcred.connectors.language.file_digest import file_digest
from nexcred.connectors.language.kinds import FREE
from nexcred.connectors.load.names import find_connector
from nexcred.model.named_tuple import NamedTuple

# Of these kinds tools want a file: the variable holds its path.
IN_A_FILE = ("file", "json")
# A file for each built-in connector: the digest of the TOML that it was made of, what that extends, what introduces it,
# and its tables by a method's name.
QUICK = Path(__file__).with_name("quick")
_Table = Mapping[str, Any]


class QuickPart(NamedTuple):
    """A value inside another; only a public one is ever shown."""

    name: str
    pick: str = ""
    after: str = ""
    pattern: str = ""
    public: bool = False
    required: bool = True
    kind: str = "text"


class Condition(NamedTuple):
    """Holds when a field has one of these values, or any value when there are none."""

    field: str
    values: tuple[str, ...] = ()

    def holds(self, values: Mapping[str, object]) -> bool:
        """Look at the values, defaults included."""
        value = values.get(self.field)
        return value not in (None, "") and (not self.values or str(value) in self.values)


class QuickField(NamedTuple):
    """A field as `run` hands it over, and as its values are looked at.

    `absent` is what its variable is set to where the field has no value, `env_default` whether it is to the default.
    `free` is one that the credential names itself.
    """

    name: str
    env: str = ""
    env_also: tuple[str, ...] = ()
    kind: str = "text"
    default: str | int | None = None
    default_by: str = ""
    defaults: tuple[tuple[str, str], ...] = ()
    env_default: bool = True
    absent: str = ""
    setting: bool = False
    when: Condition | None = None
    secret: bool = False
    required: bool = True
    choices: tuple[str, ...] = ()
    pattern: str = ""
    expects: str = ""
    min: int | None = None
    max: int | None = None
    aliases: tuple[str, ...] = ()
    json_type: str = ""
    parts: tuple[QuickPart, ...] = ()
    free: bool = False

    def __hash__(self) -> int:
        return hash(self.name)  # a mapping has none

    @property
    def wants_file(self) -> bool:
        return self.kind in IN_A_FILE

    @property
    def hidden(self) -> tuple[str, ...]:
        """The keys of the secrets that a JSON value holds."""
        return tuple(part.pick for part in self.parts if part.pick and not part.public)


class Lines(NamedTuple):
    """Templates of lines, and when they are due."""

    templates: tuple[str, ...]
    when: Condition | None


class QuickOption(NamedTuple):
    """The option by which some programs read one file and no other, unless they are told to by an option like it."""

    name: str
    programs: tuple[str, ...]
    unless: tuple[str, ...] = ()


class MadeFile(NamedTuple):
    """A file made of several values; `env` names it, or the folder that it is in."""

    name: str
    env: str
    in_folder: bool
    parts: tuple[Lines, ...]
    form: str = "text"
    option: QuickOption | None = None


class SignInTemplates(NamedTuple):
    """The credential as a user name and a password, each a template."""

    username: str
    password: str


class QuickMethod(NamedTuple):
    """The fields of a method, its files, how it signs in, if it does, and the hosts that it declares, unfilled.

    `at_hand` is what auth.at_hand grants by without asking anybody; None for what it never does. `clears` are the
    variables by which a command would log in otherwise. With `free_fields` a credential names others beside `fields`.
    `found` are those that a login finds out.
    """

    fields: tuple[QuickField, ...]
    files: tuple[MadeFile, ...]
    sign_in: SignInTemplates | None = None
    hosts: tuple[str, ...] = ()
    at_hand: _Table | None = None
    clears: tuple[str, ...] = ()
    free_fields: bool = False
    found: tuple[str, ...] = ()


class Introduction(NamedTuple):
    """What a person is told of a connector before anything is asked; `file` is where one of the user's own is."""

    name: str
    title: str
    about: str
    description: str
    file: str = ""


def quick_look(connector: str, method: str) -> QuickMethod | None:
    """Read a method of a built-in connector; None for no such method, and where its whole file must be read.

    That is for a connector of the user's own, and where what was made ahead is not of the file as it is.
    """
    files = find_connector(connector)
    if files.own or not files.built_in:
        return None
    return _built_in(files.built_in, method)


def quick_introduction(connector: str, method: str | None) -> Introduction | None:
    """Introduce a built-in connector, the first of whose methods is meant by None; None where `quick_look` has none.

    Nor is there one of a method that may ask for nothing: whoever adds it has to be given its whole file.
    """
    files = find_connector(connector)
    made = None if files.own or not files.built_in else _made_ahead(files.built_in)
    table = made["method"].get(next(iter(made["method"])) if method is None else method) if made else None
    if not made or "title" not in made or not table or not any(map(_is_always_asked, quick_method_of(table).fields)):
        return None
    return Introduction(connector, made["title"], made["about"], made["description"])


def _is_always_asked(field: QuickField) -> bool:
    return field.required and field.default is None and field.when is None


@lru_cache(maxsize=1024)
def _built_in(path: Path, method: str) -> QuickMethod | None:
    """Read it once: a helper may look at the methods of a hundred thousand credentials."""
    made = _made_ahead(path)
    found = made["method"].get(method) if made else None
    return quick_method_of(found) if found else None


def _made_ahead(path: Path) -> _Table | None:
    """Return what was made of this very file; None where there is nothing of the kind."""
    try:
        made: _Table = json.loads((QUICK / f"{path.stem}.json").read_bytes())
        base = path.with_name(f"{made['extends']}.toml").read_bytes() if "extends" in made else b""
        return made if made["digest"] == file_digest(path.read_bytes(), base) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def quick_method_of(table: _Table) -> QuickMethod:
    """Take what matters out of the tables of a method, and of what was found out of the rest of it."""
    sign_in = table["sign_in"]
    return QuickMethod(
        tuple(map(_field, table["field"])),
        tuple(map(_file, table["file"])),
        SignInTemplates(**sign_in) if sign_in else None,
        tuple(table["hosts"]),
        table["at_hand"],
        tuple(table["clears"]),
        table.get("free_fields", False),
        tuple(table.get("found", ())),
    )


def _field(table: _Table) -> QuickField:
    said = {name: _frozen(table[name]) for name in QuickField._fields if name in table} | {"when": _when(table)}
    parts, is_free = tuple(map(_part, table.get("part", ()))), table.get("kind") == FREE
    return QuickField(**said, absent=table.get("env_absent", ""), parts=parts, free=is_free)


def _part(table: _Table) -> QuickPart:
    return QuickPart(**{name: table[name] for name in QuickPart._fields if name in table})


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple(value.items())
    return tuple(value) if isinstance(value, list) else value


def _file(table: _Table) -> MadeFile:
    option = table.get("option")
    return MadeFile(
        table["name"],
        table["env"],
        table.get("in_folder", False),
        tuple(map(_lines, table["part"])),
        table.get("form", "text"),
        QuickOption(**{name: _frozen(value) for name, value in option.items()}) if option else None,
    )


def _lines(table: _Table) -> Lines:
    return Lines(tuple(table["lines"]), _when(table))


def _when(table: _Table) -> Condition | None:
    when = table.get("when")
    return Condition(when["field"], tuple(when.get("values", ()))) if when else None
