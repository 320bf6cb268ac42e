"""Change a credential: fields not named keep their values, and only changed values make a revision."""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nexcred.errors import Rejected, UsageError, WrongDetails
from nexcred.model.credential import Credential, Details
from nexcred.model.name import normalise_new_name
from nexcred.model.probe import ProbeResult
from nexcred.model.shell_word import shell_word
from nexcred.probing.outcome import expiry_of, refusal_of
from nexcred.services.credentials.draft import value_warnings
from nexcred.services.credentials.entered import NOTHING_ENTERED, Entered
from nexcred.services.credentials.labels import check_description, merge_tags
from nexcred.services.credentials.merged_values import NewValues, UpdateInput, merge_values
from nexcred.services.credentials.probe_values import probe_values
from nexcred.services.timeouts import DEFAULT_TIMEOUT_S
from nexcred.services.values.decoded import Decoded, open_details
from nexcred.services.values.used_connector import note_used
from nexcred.vault.changes import Changes, changed_fields
from nexcred.vault.vault import Vault

if TYPE_CHECKING:  # the HTTP client, which `--no-probe` need not wait for
    from nexcred.services.proving.prober import Prober
    from nexcred.vault.edit import Edit


@dataclass(frozen=True, slots=True)
class Prepared:
    """A checked change of one credential. `values` is None when they stay, so that there is nothing to probe."""

    credential: Credential
    description: str | None
    tags: tuple[str, ...] | None
    values: NewValues | None
    entered: Entered = NOTHING_ENTERED
    name: str | None = None

    @property
    def is_empty(self) -> bool:
        is_nothing_said = self.values is None and self.name is None and self.entered == NOTHING_ENTERED
        return self.has_no_labels and is_nothing_said

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
    name = None if wanted.name is None else normalise_new_name(wanted.name)
    if wanted.touches_values:
        vault.require_writer(credential)
    values = None
    if wanted.touches_values:
        decoded = decoded or open_details(vault, credential)
        values = _with_namer(vault, credential, merge_values(decoded, wanted), decoded.details)
    if values is not None and values.changed == ("allowed_hosts",):  # what was granted to them is as good as before
        values = replace(values, session=vault.session(credential))
    return Prepared(
        credential=credential,
        description=None if description == credential.description else description,
        tags=None if tags == credential.tags else tags,
        values=values if values is not None and values.changed else None,
        entered=wanted.entered,
        name=None if name == credential.name else name,
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
        name=prepared.name,
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
    new = NewValues(
        old.connector, old.method, old.details, changed, value_warnings(old.connector, old.method, old.details.fields)
    )
    return Prepared(credential, None, None, _with_namer(vault, credential, new, old.details))


def present_details(vault: Vault, credential: Credential) -> Details:
    """Return the present values, none where they are not as their connector says: other values mend that."""
    with suppress(WrongDetails):
        return open_details(vault, credential).details
    return Details("", "", "", (), {})
