"""List the candidates for a place on the command line, as far as they are known without asking anybody."""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from nexcred.cli.completion.place import CompletionKind, LinePosition
from nexcred.connectors.load.index import known_systems
from nexcred.errors import NexcredError
from nexcred.model.credential import Credential
from nexcred.model.name import fold_name
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.text import make_visible
from nexcred.vault.vault import Vault

SHELLS = ("bash", "zsh", "fish")
# Beyond, opening all the names takes longer than one waits for Tab.
_MOST_CREDENTIALS = 10_000
_NAME_A_CONNECTOR = ("add", "connectors check")

OpenVault = Callable[[], Vault | None]


class CompletionCandidate(NamedTuple):
    """A value, and a few words about it."""

    value: str
    about: str = ""


def find_candidates(place: LinePosition, open_vault: OpenVault) -> list[CompletionCandidate]:
    """Return all that may stand there; the vault is opened only for what it holds.

    A name or field that a shell's line cannot show is left out: any member may have written it.
    """
    find = _FINDERS.get(place.kind)
    found = find(place, open_vault) if find else ()
    return [one._replace(about=make_visible(one.about)) for one in found if make_visible(one.value) == one.value]


def _commands(place: LinePosition, _: OpenVault) -> Iterable[CompletionCandidate]:
    return [CompletionCandidate(word, entry.help) for word, entry in place.command.entries.items()]


def _options(place: LinePosition, _: OpenVault) -> Iterable[CompletionCandidate]:
    for param in place.command.params:
        if param.param_type_name == "option":
            yield CompletionCandidate(_long_name(param), param.help or "")
    yield CompletionCandidate("--help", "Show help.")


def _long_name(param: Any) -> str:
    return str(max(param.opts, key=len))


def _credentials(place: LinePosition, open_vault: OpenVault) -> Iterable[CompletionCandidate]:
    given = {fold_name(name) for name in place.arguments}
    for one in _all(open_vault):
        if fold_name(one.name) not in given:
            yield CompletionCandidate(one.name, one.connector)


def _removed(place: LinePosition, open_vault: OpenVault) -> Iterable[CompletionCandidate]:
    vault = open_vault()
    given = {fold_name(name) for name in place.arguments}
    for one in vault.trash() if vault is not None and vault.size <= _MOST_CREDENTIALS else ():
        if fold_name(one.credential.name) not in given:
            yield CompletionCandidate(one.credential.name, one.credential.connector)


def _references(_: LinePosition, open_vault: OpenVault) -> Iterable[CompletionCandidate]:
    for one in _all(open_vault):
        if len(one.secret_fields) == 1:
            yield CompletionCandidate(one.name, one.connector)
        for field in (*one.secret_fields, *one.public):
            yield CompletionCandidate(f"{one.name}/{field}", one.connector)


def _connectors(_: LinePosition, __: OpenVault) -> Iterable[CompletionCandidate]:
    return [CompletionCandidate(one.name, one.title) for one in known_systems()]


def _categories(_: LinePosition, __: OpenVault) -> Iterable[CompletionCandidate]:
    return [CompletionCandidate(name) for name in sorted({one.category for one in known_systems()} - {""})]


def _methods(place: LinePosition, open_vault: OpenVault) -> Iterable[CompletionCandidate]:
    connector = _connector_of(place, open_vault)
    return [CompletionCandidate(method.name, method.label) for method in connector.methods] if connector else []


def _settings(place: LinePosition, open_vault: OpenVault) -> Iterable[CompletionCandidate]:
    return [CompletionCandidate(f"{field}=", label) for field, label in _fields_of(place, open_vault).items()]


def _fields(place: LinePosition, open_vault: OpenVault) -> Iterable[CompletionCandidate]:
    return [CompletionCandidate(field, label) for field, label in _fields_of(place, open_vault).items()]


def _fields_of(place: LinePosition, open_vault: OpenVault) -> dict[str, str]:
    """Return the names and labels of the method that was said, or of all."""
    connector = _connector_of(place, open_vault)
    if connector is None:
        return {}
    wanted = place.said.get("--method", [""])[-1]
    methods = [one for one in connector.methods if one.name == wanted] or connector.methods
    declared = {field.name: field.label for method in methods for field in method.fields}
    if not any(method.free_fields for method in methods):
        return declared
    name = fold_name(place.arguments[0]) if place.arguments else ""
    free = [
        field for one in _all(open_vault) if fold_name(one.name) == name for field in (*one.public, *one.secret_fields)
    ]
    return declared | dict.fromkeys(free, "")


def _connector_of(place: LinePosition, open_vault: OpenVault) -> Any:
    """Return the connector that the line names, or that of the credential which an `update` changes."""
    from nexcred.connectors.load.loader import load_connector  # msgspec: 25 ms

    name = place.arguments[0] if place.arguments else ""
    if place.words not in _NAME_A_CONNECTOR:
        name = next((one.connector for one in _all(open_vault) if fold_name(one.name) == fold_name(name)), "")
    try:
        return load_connector(name)
    except NexcredError:
        return None


def _tags(_: LinePosition, open_vault: OpenVault) -> Iterable[CompletionCandidate]:
    return [CompletionCandidate(tag) for tag in sorted({tag for one in _all(open_vault) for tag in one.tags})]


def _statuses(_: LinePosition, __: OpenVault) -> Iterable[CompletionCandidate]:
    from nexcred.services.credentials.listing import STATUSES

    return [CompletionCandidate(status) for status in STATUSES]


def _members(_: LinePosition, open_vault: OpenVault) -> Iterable[CompletionCandidate]:
    vault = open_vault()
    return [CompletionCandidate(member.full_name, member.role) for member in vault.members] if vault else []


def _teams(_: LinePosition, open_vault: OpenVault) -> Iterable[CompletionCandidate]:
    vault = open_vault()
    return [CompletionCandidate(team.name, "team") for team in vault.teams] if vault else []


def _recipients(place: LinePosition, open_vault: OpenVault) -> Iterable[CompletionCandidate]:
    return [*_members(place, open_vault), *_teams(place, open_vault)]


def _roles(_: LinePosition, __: OpenVault) -> Iterable[CompletionCandidate]:
    from nexcred.vault.roster import ROLES

    return [CompletionCandidate(role) for role in ROLES]


def _shells(_: LinePosition, __: OpenVault) -> Iterable[CompletionCandidate]:
    return [CompletionCandidate(shell) for shell in SHELLS]


def _sources(_: LinePosition, __: OpenVault) -> Iterable[CompletionCandidate]:
    from nexcred.services.importing.sources import SOURCES

    return [CompletionCandidate(name, source.about) for name, source in SOURCES.items()]


def _formats(_: LinePosition, __: OpenVault) -> Iterable[CompletionCandidate]:
    from nexcred.services.exporting.formats import FORMATS

    return [CompletionCandidate(name, form.about) for name, form in FORMATS.items()]


def _profiles(_: LinePosition, __: OpenVault) -> Iterable[CompletionCandidate]:
    from nexcred.cli.input.project import find_here

    try:
        project = find_here(None)
    except (NexcredError, OSError):
        return []
    return [CompletionCandidate(name) for name in project.profiles] if project else []


def _vaults(_: LinePosition, __: OpenVault) -> Iterable[CompletionCandidate]:
    from nexcred.local.settings_file import read_settings
    from nexcred.local.vault_names import names_of

    try:
        vaults = read_settings().vaults
    except NexcredError:
        return []
    return [CompletionCandidate(name, vaults[name].url if name in vaults else "") for name in names_of(vaults)]


def _programs(_: LinePosition, __: OpenVault) -> Iterable[CompletionCandidate]:
    """Find what a shell finds without a path."""
    names = set[str]()
    for folder in filter(None, os.get_exec_path()):
        with suppress(OSError):
            names.update(entry.name for entry in os.scandir(folder) if os.access(entry, os.X_OK) and entry.is_file())
    return [CompletionCandidate(name) for name in sorted(names)]


def _outputs(_: LinePosition, __: OpenVault) -> Iterable[CompletionCandidate]:
    from nexcred.wire.schemas import SCHEMAS

    return [CompletionCandidate(name) for name in SCHEMAS]


def _keys(_: LinePosition, __: OpenVault) -> Iterable[CompletionCandidate]:
    from nexcred.local.settings import KNOWN_SETTINGS

    return [CompletionCandidate(key, setting.about) for key, setting in KNOWN_SETTINGS.items()]


def _all(open_vault: OpenVault) -> list[Credential]:
    vault = open_vault()
    return vault.credentials() if vault is not None and vault.size <= _MOST_CREDENTIALS else []


_FINDERS: dict[CompletionKind, Callable[[LinePosition, OpenVault], Iterable[CompletionCandidate]]] = {
    CompletionKind.PROFILE: _profiles,
    CompletionKind.VAULT: _vaults,
    CompletionKind.PROGRAM: _programs,
    CompletionKind.COMMAND: _commands,
    CompletionKind.OPTION: _options,
    CompletionKind.CREDENTIAL: _credentials,
    CompletionKind.REMOVED: _removed,
    CompletionKind.REFERENCE: _references,
    CompletionKind.CONNECTOR: _connectors,
    CompletionKind.CATEGORY: _categories,
    CompletionKind.METHOD: _methods,
    CompletionKind.FIELD: _fields,
    CompletionKind.SETTING: _settings,
    CompletionKind.TAG: _tags,
    CompletionKind.STATUS: _statuses,
    CompletionKind.MEMBER: _members,
    CompletionKind.TEAM: _teams,
    CompletionKind.RECIPIENT: _recipients,
    CompletionKind.ROLE: _roles,
    CompletionKind.SHELL: _shells,
    CompletionKind.OUTPUT: _outputs,
    CompletionKind.KEY: _keys,
    CompletionKind.SOURCE: _sources,
    CompletionKind.FORMAT: _formats,
}
