"""What a program is handed: each credential's values in the variables, and the files, where its tools expect them."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from nexcred.connectors.handed import HandedField, handed_fields
from nexcred.connectors.json_text import json_text
from nexcred.errors import InvalidData, Problem
from nexcred.model.credential import Credential, Details, Value
from nexcred.model.reference import Reference
from nexcred.model.secret import Secret
from nexcred.model.variable_name import derived_name
from nexcred.services.get import get_value
from nexcred.vault.vault import Vault

Known = tuple[tuple[HandedField, ...], Mapping[str, Value]]
BySpec = Callable[[Details], Known]


class LentFile(NamedTuple):
    """A file whose path stands in a variable."""

    name: str
    data: bytes

    def __repr__(self) -> str:
        return f"LentFile({self.name!r})"


class Handover(NamedTuple):
    """Variables with their texts, variables that name a file, the secrets among them, and whose they are."""

    variables: Mapping[str, str]
    files: Mapping[str, LentFile]
    secrets: tuple[bytes, ...]
    used: tuple[tuple[Credential, str], ...]

    def __repr__(self) -> str:
        return f"Handover({', '.join((*self.variables, *self.files))})"


def hand_over(vault: Vault, names: Iterable[str], chosen: Mapping[str, Reference], by_spec: BySpec) -> Handover:
    """Gather credentials by name, and single values for variables that were chosen, which win.

    `by_spec` reads what a quick look at the connector's file does not tell.

    Raises CredentialNotFound, FieldNotFound, NotPermitted, and InvalidData for what no variable can hold, or for a
    variable that two credentials want.
    """
    gathered = _Gathered()
    for name in dict.fromkeys(names):
        credential = vault.find(name)
        for field, value in _fields_of(vault.details(credential), by_spec):
            gathered.take(credential, field, value, frozenset(chosen))
    for variable, reference in chosen.items():
        credential, value = get_value(vault, reference)
        gathered.note(credential, reference.field, value)
        gathered.set(variable, value, credential)
    return Handover(gathered.variables, gathered.files, tuple(gathered.secrets), tuple(gathered.used))


class _Gathered:
    """What was gathered so far."""

    def __init__(self) -> None:
        self.variables: dict[str, str] = {}
        self.files: dict[str, LentFile] = {}
        self.secrets: list[bytes] = []
        self.used: list[tuple[Credential, str]] = []
        self._owners: dict[str, Credential] = {}

    def take(self, credential: Credential, field: HandedField, value: Value, chosen: frozenset[str]) -> None:
        variable = field.env or derived_name(credential.name, field.name)
        if variable in chosen:
            return
        if variable in self._owners:
            raise _wanted_twice(variable, self._owners[variable], credential)
        self._owners[variable] = credential
        self.note(credential, field.name, value)
        if field.wants_file:
            data = _bytes_of(value)
            if field.kind == "json":
                data = json_text(data.decode()).encode()
            self.files[variable] = LentFile(f"{variable}.{field.kind}" if field.kind == "json" else variable, data)
        else:
            self.set(variable, value, credential)

    def note(self, credential: Credential, field: str, value: Value) -> None:
        self.used.append((credential, field))
        if isinstance(value, Secret):
            self.secrets.append(value.reveal_bytes())

    def set(self, variable: str, value: Value, credential: Credential) -> None:
        data = _bytes_of(value)
        if b"\0" in data:
            problem = "holds a NUL, which no variable can"
            raise InvalidData(f"{variable} of '{credential.name}' {problem}", problems=(Problem(variable, problem),))
        # As the system's calls will encode it again: byte for byte, whatever the locale.
        self.variables[variable] = os.fsdecode(data)


def _fields_of(details: Details, by_spec: BySpec) -> Iterator[tuple[HandedField, Value]]:
    """Yield the fields that have a value, a default, or a word for having none."""
    fields, values = _known_fields(details, by_spec)
    for field in fields:
        value = values.get(field.name, field.default)
        if value is not None:
            yield field, value
        elif field.absent:
            yield field._replace(kind="text"), field.absent
    known = {field.name for field in fields}
    for name in values:
        if name not in known:  # of a connector that has changed since
            yield HandedField(name, "", "text", None, ""), values[name]


def _known_fields(details: Details, by_spec: BySpec) -> Known:
    fields = handed_fields(details.connector, details.method)
    lacks = [field for field in fields or () if field.env and field.name not in details.fields]
    if fields is not None and not any(field.has_templated_default for field in lacks):
        plain = (field._replace(default=None) if field.has_templated_default else field for field in fields)
        return tuple(plain), details.fields
    return by_spec(details)


def _bytes_of(value: Value) -> bytes:
    return value.reveal_bytes() if isinstance(value, Secret) else str(value).encode()


def _wanted_twice(variable: str, first: Credential, second: Credential) -> InvalidData:
    return InvalidData(
        f"'{first.name}' and '{second.name}' both set {variable}",
        hint=f"name what you want there: --env {variable}=NAME/FIELD",
    )
