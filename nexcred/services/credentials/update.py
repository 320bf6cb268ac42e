"""Change a credential: fields not named keep their values, and only changed values make a revision."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from nexcred.auth.flow import Session
from nexcred.connectors.free_fields import secrecy_of, with_free_fields
from nexcred.connectors.language.spec import Connector, Method
from nexcred.connectors.load.loader import hosts_to_keep
from nexcred.connectors.values import check_values, choose_method
from nexcred.errors import InvalidData, Problem, Rejected, UsageError, WrongDetails
from nexcred.model.credential import Credential, Details
from nexcred.model.name import normalise_new_name
from nexcred.model.probe import ProbeResult
from nexcred.model.secret import repr_of
from nexcred.model.shell_word import shell_word
from nexcred.model.suggest import suggest
from nexcred.model.text import make_visible
from nexcred.probing.outcome import expiry_of, refusal_of
from nexcred.services.credentials.draft import value_warnings
from nexcred.services.credentials.entered import NOTHING_ENTERED, Entered
from nexcred.services.credentials.labels import check_description, merge_tags
from nexcred.services.credentials.probe_values import probe_values
from nexcred.services.grants.login import needs_login
from nexcred.services.timeouts import DEFAULT_TIMEOUT_S
from nexcred.services.values.decoded import Decoded, open_details
from nexcred.services.values.hosts import check_hosts, parse_allow_hosts
from nexcred.services.values.used_connector import note_used
from nexcred.vault.changes import Changes, changed_fields
from nexcred.vault.vault import Vault

if TYPE_CHECKING:  # the HTTP client, which `--no-probe` need not wait for
    from nexcred.services.proving.prober import Prober
    from nexcred.vault.edit import Edit


@dataclass(frozen=True, slots=True)
class UpdateInput:
    """What was asked for. None and empty keep what is there; `secrecy` is that of fields which the credential names."""

    values: Mapping[str, object]
    unset: tuple[str, ...] = ()
    method: str | None = None
    description: str | None = None
    tags: tuple[str, ...] = ()
    untag: tuple[str, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    secrecy: Mapping[str, bool] = field(default_factory=dict)
    entered: Entered = NOTHING_ENTERED

    @property
    def touches_values(self) -> bool:
        return bool(self.values or self.unset or self.method is not None or self.allow_hosts)

    def __repr__(self) -> str:
        return repr_of(self, "unset", "method")


@dataclass(frozen=True, slots=True)
class NewValues:
    """Changed values, checked; `changed` names them. `session` is what was granted to them already.

    `knows_names` says that this person knows how the fields are called, where the credential names them.
    """

    connector: Connector
    method: Method
    details: Details
    changed: tuple[str, ...]
    warnings: tuple[str, ...]
    session: Session | None = None
    knows_names: bool = False

    @property
    def ends_login(self) -> bool:
        """True when somebody has to log in with them first, in a browser."""
        return self.session is None and needs_login(self.method.auth)

    def __repr__(self) -> str:
        return repr_of(self, "changed")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A checked change of one credential. `values` is None when they stay, so that there is nothing to probe."""

    credential: Credential
    description: str | None
    tags: tuple[str, ...] | None
    values: NewValues | None
    entered: Entered = NOTHING_ENTERED

    @property
    def is_empty(self) -> bool:
        return self.has_no_labels and self.values is None and self.entered == NOTHING_ENTERED

    @property
    def has_no_labels(self) -> bool:
        return self.description is None and self.tags is None


def prepare_update(
    vault: Vault, credential: Credential, wanted: UpdateInput, decoded: Decoded | None = None
) -> Prepared:
    """Check a change against what is there: its values are `decoded`, where they were opened before.

    Raises MissingField and InvalidData with every problem of the values, HostRefused, and NotPermitted and what
    open_details does when values are to change.
    """
    description = None if wanted.description is None else check_description(wanted.description)
    tags = merge_tags(credential.tags, wanted.tags, wanted.untag)
    if wanted.touches_values:
        vault.require_writer(credential)
    values = None
    if wanted.touches_values:
        decoded = decoded or open_details(vault, credential)
        values = _with_namer(vault, credential, _merge_values(decoded, wanted), decoded.details)
    if values is not None and values.changed == ("allowed_hosts",):  # what was granted to them is as good as before
        values = replace(values, session=vault.session(credential))
    return Prepared(
        credential=credential,
        description=None if description == credential.description else description,
        tags=None if tags == credential.tags else tags,
        values=values if values is not None and values.changed else None,
        entered=wanted.entered,
    )


def probe_update(
    prepared: Prepared, prober: "Prober", *, timeout_s: float = DEFAULT_TIMEOUT_S
) -> tuple[Prepared, ProbeResult | None]:
    """Ask the provider about changed values, and return the change with what was granted to them on the way.

    No result when no value changed, or when somebody has to log in with them first. Raises HostRefused.
    """
    new = prepared.values
    if new is None or new.ends_login:
        return prepared, None
    result, session = probe_values(new.method, new.details, new.session, prober, timeout_s=timeout_s)
    return replace(prepared, values=replace(new, session=session)), result


def refusal_of_update(
    prepared: Prepared, result: ProbeResult | None, anyway: str = "--save-unverified"
) -> Rejected | None:
    """Return why not to save the change, but by the flag `anyway`; None when the provider did not refuse it."""
    new = prepared.values
    if new is None:
        return None
    return refusal_of(
        result, new.connector, new.method, f"nexcred update {shell_word(prepared.credential.name)}", anyway
    )


def save_update(
    vault: Vault, prepared: Prepared, result: ProbeResult | None, *, save_unverified: bool = False
) -> Credential:
    """Write the change and return the credential; raise Rejected, ChangedMeanwhile, NotPermitted."""
    new, credential = prepared.values, prepared.credential
    if prepared.is_empty:
        return credential
    if not save_unverified and (refusal := refusal_of_update(prepared, result)) is not None:
        raise refusal
    if new is not None:
        note_used(vault, new.connector)
    changes = _taken_over(vault, prepared, changes_of(prepared, result))
    saved = vault.edit(lambda edit: write_change(edit, prepared, changes))
    if new is not None and new.knows_names:
        vault.keep_field_names([(saved, new.details)])
    return saved


def _taken_over(vault: Vault, prepared: Prepared, changes: Changes) -> Changes:
    """Write the present values anew where a rotator is named for those of somebody else: it acts for who may use it."""
    credential = prepared.credential
    proved = vault.proved(credential) if prepared.entered.rotator and changes.details is None else None
    if proved is None or proved.answerable <= {bytes.fromhex(vault.me.id)}:
        return changes
    session = vault.session(credential)
    return changes._replace(
        details=open_details(vault, credential).details,
        probe=credential.probe,
        expires_at=credential.terms.provided_at if credential.terms else credential.expires_at,
        session=dict(session) if session else None,
    )


def write_change(edit: "Edit", prepared: Prepared, changes: Changes) -> Credential:
    """Write a change with what was entered beside the values, over whatever that says by now."""
    saved = prepared.credential if changes == Changes() else edit.update(prepared.credential, changes)
    return saved if prepared.entered == NOTHING_ENTERED else edit.set_policy(saved, prepared.entered.over)


def changes_of(prepared: Prepared, result: ProbeResult | None) -> Changes:
    """Return what the vault is to write of a change."""
    new = prepared.values
    return Changes(
        description=prepared.description,
        tags=prepared.tags,
        details=new.details if new is not None else None,
        probe=result if new is not None else None,
        expires_at=expiry_of(new.method, new.details, result) if new is not None else None,
        session=dict(new.session) if new is not None and new.session else None,
    )


def _with_namer(vault: Vault, credential: Credential, new: NewValues, before: Details) -> NewValues:
    """Let names that somebody else chose stay his, though this person writes the values that stand under them."""
    if not new.method.free_fields:
        return replace(new, details=new.details._replace(names_by=None))
    knows = vault.chose_field_names(credential, before)
    return replace(new, details=new.details._replace(names_by=None if knows else before.names_by), knows_names=knows)


def _merge_values(decoded: Decoded, wanted: UpdateInput) -> NewValues:
    connector, present = decoded.connector, decoded.details
    method = choose_method(connector, (), wanted.method or present.method)
    method = with_free_fields(method, _secrecy(present, wanted))
    given = _by_own_name(method, wanted.values)
    unset = _unset(connector, method, present, wanted.unset)
    both = unset & set(given)
    if both:
        raise UsageError(f"{', '.join(sorted(both))} cannot be set and unset at once")
    known = {field.name for field in method.fields}
    kept = {name: value for name, value in present.fields.items() if name in known and name not in unset}
    fields = check_values(connector, method, {**kept, **given})
    allowed = tuple(dict.fromkeys((*present.allowed_hosts, *parse_allow_hosts(wanted.allow_hosts))))
    digest, hosts = _hosts_to_keep(connector, method, present)
    details = Details(connector.name, digest, method.name, allowed, fields, hosts)
    check_hosts(method, details)
    changed = tuple(dict.fromkeys((*changed_fields(present, details), *decoded.left_out)))
    return NewValues(connector, method, details, changed, value_warnings(method, fields))


def _secrecy(present: Details, wanted: UpdateInput) -> dict[str, bool]:
    """Say of each field whether it is to be a secret: as it is now, where nothing is said; a new one is."""
    kept = {name: secret for name, secret in secrecy_of(present.fields).items() if name not in wanted.unset}
    return {**dict.fromkeys(wanted.values, True), **kept, **wanted.secrecy}


def _hosts_to_keep(connector: Connector, method: Method, present: Details) -> tuple[str, tuple[str, ...]]:
    """Return the connector's digest and hosts; those of before when it was changed since to go elsewhere too."""
    hosts = hosts_to_keep(connector, method)
    if present.hosts is None or present.digest == connector.digest or set(hosts) <= set(present.hosts):
        return connector.digest, hosts
    return present.digest, present.hosts


def _by_own_name(method: Method, values: Mapping[str, object]) -> dict[str, object]:
    """A value given by an alias replaces the one that is there; a name given twice is left for the check to refuse."""
    given: dict[str, object] = {}
    for name, value in values.items():
        field = method.find(name)
        own = field.name if field is not None else name
        is_second = own in given or (own != name and own in values)
        given[name if is_second else own] = value
    return given


def _unset(connector: Connector, method: Method, present: Details, names: Iterable[str]) -> set[str]:
    """Return the own names of the fields to unset; raise InvalidData for what is no field."""
    found = set()
    for name in names:
        field = method.find(name)
        if field is not None:
            found.add(field.name)
        elif name not in present.fields:
            meant = suggest(name, [field.name for field in method.fields])
            problem = f"is no field of {connector.name}" + (f"; did you mean '{meant}'?" if meant else "")
            shown = make_visible(name[:64])
            raise InvalidData(f"{shown} {problem}", problems=(Problem(shown, problem, "--unset …"),))
    return found


def rename(vault: Vault, old: str, new: str) -> Credential:
    """Return it under its new name; raise InvalidData for what is no name, CredentialNotFound, NameTaken."""
    name = normalise_new_name(new)
    credential = vault.find(old)
    if name == credential.name:
        return credential
    return vault.edit(lambda edit: edit.update(credential, Changes(name=name)))


def prepare_restore(vault: Vault, credential: Credential, version: int) -> Prepared:
    """Return the change back to the values of an earlier revision, to be proved as any other.

    They are decoded as ever: what somebody else wrote is not put under this identity's name unseen. Raises
    RevisionNotFound, UsageError, HostRefused, NotPermitted, and what open_details does.
    """
    old = open_details(vault, credential, version)
    vault.require_writer(credential)
    changed = changed_fields(present_details(vault, credential), old.details)
    if not changed:
        raise UsageError(f"revision {version} of '{credential.name}' holds the values that it has now")
    new = NewValues(old.connector, old.method, old.details, changed, value_warnings(old.method, old.details.fields))
    return Prepared(credential, None, None, _with_namer(vault, credential, new, old.details))


def present_details(vault: Vault, credential: Credential) -> Details:
    """Return the present values, none where they are not as their connector says: other values mend that."""
    with suppress(WrongDetails):
        return open_details(vault, credential).details
    return Details("", "", "", (), {})
