"""What an import would do, found out before anything is written: added, there already, in conflict, or refused."""

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from enum import StrEnum

from nexcred.connectors.filled_values import with_defaults
from nexcred.connectors.free_fields import secrecy_of
from nexcred.connectors.language.spec import Connector
from nexcred.connectors.load.loader import load_connector
from nexcred.errors import (
    HostRefused,
    NexcredError,
    NotPermitted,
    Problem,
    SpecError,
    UnknownConnector,
    WrongDetails,
)
from nexcred.model.credential import Credential, Details, Value
from nexcred.model.name import fold_name, nameable
from nexcred.model.secret import Secret
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.credentials.draft import NewCredential, prepare_new
from nexcred.services.credentials.free_name import free_name
from nexcred.services.credentials.merged_values import UpdateInput
from nexcred.services.credentials.update import Prepared, prepare_update
from nexcred.services.importing.found import ImportCandidate, Unreadable
from nexcred.services.values.decoded import open_details
from nexcred.services.values.hosts import parse_allow_hosts
from nexcred.services.values.kept_details import MethodGone
from nexcred.vault.vault import Vault

_OTHER_VALUES = "there is one of this name, with other values"


class Outcome(StrEnum):
    """What becomes of one credential of the source: refused by nexcred, or rejected by its provider."""

    ADDED = "added"
    UPDATED = "updated"
    IDENTICAL = "identical"
    CONFLICT = "conflict"
    REFUSED = "refused"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Item:
    """One credential of the source. `new` is there when it is to be saved, `why` and `problems` when it is not.

    `update` is the change of the one that is there, also where that is in conflict and may be updated if it is asked
    for. `path` is what its own tool calls it. `same_as` names the fields elsewhere that hold one of its secrets too.
    `variables` are those that hold one value each, and its fields.
    """

    place: str
    name: str
    connector: str
    fate: Outcome
    new: NewCredential | None = None
    update: Prepared | None = None
    why: str = ""
    hint: str = ""
    problems: tuple[Problem, ...] = ()
    left_out: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    concerns_all: bool = False
    path: str = field(default="", repr=False)
    same_as: tuple[str, ...] = field(default=(), repr=False)
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def is_hindrance(self) -> bool:
        return self.fate in (Outcome.CONFLICT, Outcome.REFUSED, Outcome.REJECTED)


def plan_import(
    vault: Vault | None,
    read: Iterable[ImportCandidate | Unreadable],
    allow_hosts: Iterable[str],
    *,
    may_update: bool = False,
    replaces: bool = False,
) -> list[Item]:
    """Say of each what would become of it; nothing is sent or written. `vault` is None where there is none yet.

    With `may_update`, what is there with other values is updated, else it is in conflict. What has nothing but a secret
    to be known by is added beside the only one of its kind, unless `replaces`.
    """
    with vault.snapshot() if vault is not None else nullcontext():
        planner = _Planner(vault, parse_allow_hosts(allow_hosts), may_update=may_update or replaces, replaces=replaces)
        return [planner.item_of(one) for one in read]


class _Planner:
    def __init__(self, vault: Vault | None, allowed: tuple[str, ...], *, may_update: bool, replaces: bool) -> None:
        self._vault = vault
        self._may_update = may_update
        self._replaces = replaces
        self._allowed = allowed
        self._planned: dict[str, Item] = {}
        self._details: dict[str, Details] = {}
        self._connectors: dict[str, Connector] = {}
        self._present = {fold_name(one.name): one for one in vault.credentials()} if vault else {}

    def item_of(self, one: ImportCandidate | Unreadable) -> Item:
        if isinstance(one, Unreadable):
            return Item(
                one.place, one.name, one.connector, Outcome.REFUSED, why=one.problem, concerns_all=one.concerns_all
            )
        try:
            new = self._prepare(one)
        except NexcredError as error:
            return _refused(one, error)
        item = self._beside_the_vault(one, new)
        if item.fate is not Outcome.CONFLICT:
            self._planned.setdefault(fold_name(item.name), replace(item, new=new))
        return replace(
            item,
            left_out=one.left_out,
            assumed=one.assumed,
            notes=(*one.notes, *item.notes),
            path=one.path,
            variables=one.variables,
        )

    def _prepare(self, one: ImportCandidate) -> NewCredential:
        """Check it as `add` does; a host is allowed to the credentials that go there, not to all."""
        allowed: tuple[str, ...] = ()
        while True:
            try:
                return prepare_new(
                    self._connector(one.connector),
                    one.values,
                    is_taken=_never,
                    method_name=one.method,
                    name=None if one.name is None else nameable(one.name),
                    description=one.description,
                    tags=one.tags,
                    allow_hosts=allowed,
                    public=one.public,
                    keep_defaults=False,
                )
            except HostRefused as error:
                if error.authority not in self._allowed or error.authority in allowed:
                    raise
                allowed = (*allowed, error.authority)

    def _connector(self, name: str) -> Connector:
        """Load each once, though thousands may be of it."""
        if name not in self._connectors:
            self._connectors[name] = load_connector(name)
        return self._connectors[name]

    def _beside_the_vault(self, one: ImportCandidate, new: NewCredential) -> Item:
        if one.name is None:
            return self._unnamed(one, new)
        name = fold_name(new.name)
        if name in self._planned:
            return self._twice(one, new, self._planned[name])
        credential = self._present.get(name)
        if credential is None:
            alone = self._present.get(fold_name(one.plain_name)) if one.plain_name else None
            if alone is not None and not self._difference(alone, new):
                return replace(_item(one, new, Outcome.IDENTICAL), name=alone.name)
            return _item(one, new, Outcome.ADDED)
        why = self._difference(credential, new)
        return self._changed(one, new, credential, why) if why else _item(one, new, Outcome.IDENTICAL)

    def _unnamed(self, one: ImportCandidate, new: NewCredential) -> Item:
        """One without a name is the one that has its values, or the only one that they may be newer values of.

        Else it gets a free name of its connector's.
        """
        alike: list[Credential] = []
        for credential in self._present.values():
            if credential.connector != new.connector.name:
                continue
            if not self._difference(credential, new):
                return replace(_item(one, new, Outcome.IDENTICAL), name=credential.name)
            if self._is_of_the_same(credential, new) and fold_name(credential.name) not in self._planned:
                alike.append(credential)
        is_told = bool(_public(new.details.fields))
        if len(alike) == 1 and (is_told or self._replaces):
            return self._changed(one, new, alike[0], _OTHER_VALUES)
        added = _item(one, replace(new, name=free_name(new.name, self._is_taken)), Outcome.ADDED)
        if len(alike) != 1:
            return added
        note = f"'{added.name}' may be the new key of '{alike[0].name}': --replace updates that"
        return replace(added, notes=(note,))

    def _is_of_the_same(self, credential: Credential, new: NewCredential) -> bool:
        """True when only secrets differ."""
        wanted = _public(with_defaults(new.method, new.details.fields))
        is_one_method = credential.method == new.method.name
        return is_one_method and wanted == _public(with_defaults(new.method, credential.public))

    def _changed(self, one: ImportCandidate, new: NewCredential, credential: Credential, why: str) -> Item:
        """Say of one that is there with other values how it would change, where it may be."""
        item = replace(_item(one, new, Outcome.CONFLICT), name=credential.name, why=why)
        if why != _OTHER_VALUES or credential.method != new.method.name:
            hint = f"rename the one that is there: nexcred rename {shell_word(credential.name)} NEW"
            return replace(item, hint=hint)
        assert self._vault is not None
        secrecy = secrecy_of(new.details.fields) if new.method.free_fields else {}
        wanted = UpdateInput(new.details.fields, allow_hosts=new.details.allowed_hosts, secrecy=secrecy)
        try:
            prepared = prepare_update(self._vault, credential, wanted)
        except NexcredError as error:
            return replace(item, why=f"{why}, and cannot be updated: {error.message}")
        if prepared.values is None:
            return replace(_item(one, new, Outcome.IDENTICAL), name=credential.name)
        item = replace(item, update=prepared, hint="update what is there with --replace")
        if not self._may_update:
            return item
        merged = replace(new, name=credential.name, details=prepared.values.details)
        return replace(item, fate=Outcome.UPDATED, new=merged, why="", hint="")

    def _twice(self, one: ImportCandidate, new: NewCredential, first: Item) -> Item:
        if first.new is not None and _same(first.new.details, new):
            return replace(_item(one, new, Outcome.IDENTICAL), why=f"as {first.place}")
        return replace(_item(one, new, Outcome.CONFLICT), why=f"{first.place} has this name too, and other values")

    def _difference(self, credential: Credential, new: NewCredential) -> str:
        """Say how the one that is there differs; "" when its values are the same."""
        if credential.connector != new.details.connector:
            return f"there is one of this name, of {credential.connector}"
        try:
            present = self._details_of(credential)
        except NotPermitted:
            return "there is one of this name, and its values are not shared with you"
        except (UnknownConnector, SpecError, MethodGone, WrongDetails):
            return "there is one of this name, and its values are not as its connector takes them"
        return "" if _same(present, new) else _OTHER_VALUES

    def _details_of(self, credential: Credential) -> Details:
        """Open each once, though many may be compared with it."""
        assert self._vault is not None
        if credential.id not in self._details:
            self._details[credential.id] = open_details(self._vault, credential).details
        return self._details[credential.id]

    def _is_taken(self, name: str) -> bool:
        return fold_name(name) in self._present or fold_name(name) in self._planned


def _same(present: Details, wanted: NewCredential) -> bool:
    """True when both amount to the same; one may hold a default that the other leaves to its connector."""
    if (present.connector, present.method) != (wanted.details.connector, wanted.details.method):
        return False
    return with_defaults(wanted.method, present.fields) == with_defaults(wanted.method, wanted.details.fields)


def _public(fields: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in fields.items() if not isinstance(value, Secret)}


def _item(one: ImportCandidate, new: NewCredential, fate: Outcome) -> Item:
    return Item(one.place, new.name, new.connector.name, fate, new=new if fate is Outcome.ADDED else None)


def _refused(one: ImportCandidate, error: NexcredError) -> Item:
    """Keep what is wrong with it; a single problem is its message."""
    several = error.problems if len(error.problems) > 1 else ()
    why = "; ".join(f"{found.field} {found.problem}" for found in several) if several else error.message
    hint = error.hint if isinstance(error, HostRefused) else ""
    name = make_visible((one.name or "")[:255])
    return Item(
        one.place,
        name,
        make_visible(one.connector),
        Outcome.REFUSED,
        why=why,
        hint=hint,
        problems=error.problems,
        path=one.path,
    )


def _never(_name: str) -> bool:
    return False
