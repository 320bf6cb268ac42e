"""What a program is handed: each credential's values in the variables, and the files, where its tools expect them."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from nexcred.connectors.language.json_text import json_text
from nexcred.connectors.load.fast_reader import QuickField, QuickMethod, QuickOption
from nexcred.errors import InvalidData, Problem
from nexcred.model import strict_json
from nexcred.model.credential import Credential, Value
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.reference import Reference
from nexcred.model.secret import Secret
from nexcred.services.provisioning.made_file import compose
from nexcred.services.provisioning.own_variables import sets_own, with_own_variables
from nexcred.services.provisioning.variable_for import refuse_run, variable_for
from nexcred.services.provisioning.variables import values_to_set
from nexcred.services.values.get import get_value
from nexcred.services.values.handed_urls import check_handed
from nexcred.services.values.kept_details import quick_details
from nexcred.vault.vault import Vault


class TemporaryFile(NamedTuple):
    """A file whose path, or whose folder's, stands in a variable. `write` makes its bytes, given the folder.

    Some programs are told of it by an option, before all others.
    """

    name: str
    write: Callable[[Path], bytes]
    in_folder: bool = False
    option: QuickOption | None = None

    def __repr__(self) -> str:
        return f"TemporaryFile({self.name!r})"


class Environment(NamedTuple):
    """Variables with their texts, variables that name a file, the secrets among them, and whose they are.

    `cleared` are those by which the command would log in otherwise, each with the credential that wants it gone;
    `owners` has the credential of each variable that is set.
    """

    variables: Mapping[str, str]
    files: Mapping[str, TemporaryFile]
    secrets: tuple[bytes, ...]
    used: tuple[tuple[Credential, str], ...]
    cleared: Mapping[str, Credential]
    owners: Mapping[str, Credential]

    def __repr__(self) -> str:
        return f"Environment({', '.join((*self.variables, *self.files))})"

    def on_top_of(self, inherited: Mapping[str, str]) -> dict[str, str]:
        """Return all variables of a command that would have had those, but for the ones that name files."""
        kept = {name: value for name, value in inherited.items() if name not in self.cleared}
        return kept | dict(self.variables)


def provision(
    vault: Vault, names: Iterable[str], chosen: Mapping[str, Reference], kept: Iterable[str] = ()
) -> Environment:
    """Gather credentials by name, and single values for variables that were chosen, which win.

    What is `kept` stays as the command has it, whatever a credential wants. Raises CredentialNotFound, FieldNotFound,
    NotPermitted, what the connector's file is refused for, WrongDetails, HostRefused, and InvalidData for what no
    variable can hold, or for a variable that two credentials want.
    """
    gathered = _Gathered(frozenset({*chosen, *kept}))
    for name in dict.fromkeys(names):
        with vault.snapshot():
            credential = vault.find(name)
            method, details = quick_details(vault, credential)
            check_handed(vault, credential, details, details.fields)
            method = with_own_variables(method) if sets_own(vault, credential, method, details) else method
        gathered.take(credential, method, dict(values_to_set(method, details.fields)))
    for variable, reference in chosen.items():
        credential, value = get_value(vault, reference)
        gathered.note(credential, reference.field, value)
        gathered.set(variable, value, credential)
    return gathered.environment()


class _Gathered:
    """What was gathered so far; what was `decided` by a person no credential sets or clears."""

    def __init__(self, decided: frozenset[str]) -> None:
        self.variables: dict[str, str] = {}
        self.files: dict[str, TemporaryFile] = {}
        self.secrets: list[bytes] = []
        self.used: list[tuple[Credential, str]] = []
        self._decided = decided
        self._owners: dict[str, Credential] = {}
        self._cleared: dict[str, Credential] = {}

    def environment(self) -> Environment:
        """Return all of it; what one credential sets, no other clears."""
        set_here = {*self.variables, *self.files, *self._decided}
        cleared = {name: credential for name, credential in self._cleared.items() if name not in set_here}
        return Environment(
            self.variables, self.files, tuple(self.secrets), tuple(self.used), cleared, dict(self._owners)
        )

    def take(self, credential: Credential, method: QuickMethod, values: Mapping[QuickField, Value]) -> None:
        paths: dict[str, str] = {}
        self._cleared |= dict.fromkeys(method.clears, credential)
        for field, value in values.items():
            self.note(credential, field.name, value)
            self.secrets += _secrets_inside(field, value)
            for declared in (field.env, *field.env_also):
                variable = variable_for(credential, field, declared)
                if field.wants_file and self._owns(variable, credential):
                    self.files[variable] = _file_of(variable, field, value)
                    paths[field.name] = self.files[variable].name
                elif not field.wants_file and self._owns(variable, credential):
                    self.set(variable, value, credential)
        texts = {field.name: _text_of(field, value, credential) for field, value in values.items() if method.files}
        for made in method.files:
            refuse_run(credential, made.env)
            if self._owns(made.env, credential):
                self.files[made.env] = TemporaryFile(
                    f"{made.env}/{made.name}" if made.in_folder else made.name,
                    lambda folder, made=made: compose(made, texts | _placed(paths, folder), credential),  # type: ignore[misc]
                    made.in_folder,
                    made.option,
                )

    def note(self, credential: Credential, field: str, value: Value) -> None:
        self.used.append((credential, field))
        if isinstance(value, Secret):
            self.secrets += dict.fromkeys((value.reveal_bytes(), *_opened(value)))

    def set(self, variable: str, value: Value, credential: Credential) -> None:
        data = _bytes_of(value)
        if b"\0" in data:
            problem = "holds a NUL, which no variable can"
            raise InvalidData(f"{variable} of '{credential.name}' {problem}", problems=(Problem(variable, problem),))
        # As the system's calls will encode it again: byte for byte, whatever the locale.
        self.variables[variable] = os.fsdecode(data)
        self._owners[variable] = credential

    def _owns(self, variable: str, credential: Credential) -> bool:
        """Say whether this credential sets the variable; raise InvalidData when another one does."""
        if variable in self._decided:
            return False
        if variable in self._owners:
            raise _wanted_twice(variable, self._owners[variable], credential)
        self._owners[variable] = credential
        return True


def _file_of(variable: str, field: QuickField, value: Value) -> TemporaryFile:
    data = _bytes_of(value)
    if field.kind == "json":
        data = json_text(data.decode()).encode()
    return TemporaryFile(f"{variable}.json" if field.kind == "json" else variable, lambda _: data)


def _opened(value: Secret) -> Iterator[bytes]:
    """Yield what a secret in base64 is a writing of, if that is JSON: as such it is handed over."""
    plain = value.reveal()
    if isinstance(plain, str):
        yield json_text(plain).encode()


def _secrets_inside(field: QuickField, value: Value) -> Iterator[bytes]:
    """Yield the secrets in a JSON value, which programs read and print one by one."""
    if not field.hidden or not isinstance(value, Secret):
        return
    try:
        document = strict_json.loads(json_text(value.reveal_bytes().decode()))
    except ValueError:
        return
    for key in field.hidden:
        found = document.get(key) if isinstance(document, dict) else None
        if isinstance(found, str) and found:
            yield found.encode()


def _placed(paths: Mapping[str, str], folder: Path) -> dict[str, str]:
    return {name: str(folder / path) for name, path in paths.items()}


def _text_of(field: QuickField, value: Value, credential: Credential) -> str:
    try:
        return _bytes_of(value).decode()
    except UnicodeDecodeError:
        raise InvalidData(f"{field.name} of '{credential.name}' is binary, but text is needed here") from None


def _bytes_of(value: Value) -> bytes:
    return value.reveal_bytes() if isinstance(value, Secret) else str(value).encode()


def _wanted_twice(variable: str, first: Credential, second: Credential) -> InvalidData:
    return InvalidData(
        f"'{first.name}' and '{second.name}' both set {variable}",
        hint=f"name what you want there: --env {variable}=NAME/FIELD",
    )
