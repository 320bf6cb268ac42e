"""Values that are not proved, and would replace some that are: kept sealed beside them until they are."""

from datetime import datetime

from nexcred.errors import Conflict, UsageError
from nexcred.model.credential import Credential
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.credentials.draft import value_warnings
from nexcred.services.credentials.merged_values import NewValues
from nexcred.services.credentials.update import Prepared, present_details, write_change
from nexcred.services.values.decoded import decode_candidate
from nexcred.services.values.hosts import check_hosts
from nexcred.services.values.used_connector import note_used
from nexcred.vault.candidate import Candidate
from nexcred.vault.changes import Changes, changed_fields
from nexcred.vault.record import ROTATION
from nexcred.vault.vault import Vault


def is_proved(credential: Credential) -> bool:
    """True where its provider accepted the present values."""
    probe = credential.probe
    return probe is not None and probe.status is ProbeStatus.ACCEPTED and probe.version == credential.version


def would_replace_proof(prepared: Prepared, result: ProbeResult | None) -> bool:
    """True for new values of which nothing is proved, where the present ones are: not even that they are refused."""
    if prepared.values is None or result is None or not is_proved(prepared.credential):
        return False
    return result.status is not ProbeStatus.ACCEPTED and not result.status.is_refusal


def keep_candidate(vault: Vault, prepared: Prepared, result: ProbeResult | None, now: datetime) -> Credential:
    """Keep the new values beside the present ones, in place of what was kept before; what else changes is written.

    Raises ChangedMeanwhile, NotPermitted.
    """
    new, credential = prepared.values, prepared.credential
    assert new is not None
    refuse_while_rotated(vault, credential)
    session = dict(new.session) if new.session else None
    candidate = Candidate(new.details, credential.version, now, result, session)
    changes = Changes(description=prepared.description, tags=prepared.tags, candidate=candidate)
    note_used(vault, new.connector)
    return vault.edit(lambda edit: write_change(edit, prepared, changes))


def drop_candidate(vault: Vault, credential: Credential) -> Credential:
    """Forget what is kept beside the present values; raise ChangedMeanwhile, NotPermitted."""
    return vault.edit(lambda edit: edit.update(credential, Changes(ends_candidate=True)))


def refuse_while_rotated(vault: Vault, credential: Credential) -> None:
    """Raise Conflict where a rotation is on its way, which keeps its own new key beside the values."""
    kept = vault.kept(credential)
    if kept is not None and kept.journal is not None:
        name = shell_word(credential.name)
        raise Conflict(
            f"'{make_visible(credential.name)}' is being rotated, and nothing else is kept beside its values",
            hint=f"go on with: nexcred rotate --resume {name}, or back: nexcred rotate --undo {name}",
        )


def prepare_retry(vault: Vault, credential: Credential) -> Prepared:
    """Return the change to what is kept; raise UsageError where nothing is, Conflict where it is not to be used.

    It is decoded as ever: a writer may keep anything. Raises HostRefused, NotPermitted, and what open_details does.
    """
    vault.require_writer(credential)
    refuse_while_rotated(vault, credential)
    candidate = vault.candidate(credential)
    name = make_visible(credential.name)
    if candidate is None:
        raise UsageError(
            f"no new value of '{name}' is kept that could be tried again",
            hint=f"give it new values with: nexcred update {shell_word(credential.name)}",
        )
    _refuse_departed(vault, credential)
    if candidate.over != credential.version:
        raise Conflict(
            f"the values of '{name}' have changed since the new value was kept",
            hint=f"give the new value again with: nexcred update {shell_word(credential.name)}",
        )
    decoded = decode_candidate(vault, credential, candidate)
    check_hosts(decoded.method, decoded.details)
    changed = changed_fields(present_details(vault, credential), decoded.details)
    warnings = value_warnings(decoded.connector, decoded.method, decoded.details.fields)
    new = NewValues(decoded.connector, decoded.method, decoded.details, changed, warnings, candidate.session)
    return Prepared(credential, None, None, new)


def _refuse_departed(vault: Vault, credential: Credential) -> None:
    """Raise Conflict for what somebody kept who may not change these values by now.

    It was good when it was kept, and still is that; but who left would have a say in where the next secret goes.
    """
    proved = vault.proved(credential)
    kept = None if proved is None else proved.live_part(ROTATION)
    if proved is None or kept is None or proved.list.may_write(kept.by):
        return
    name, who = make_visible(credential.name), make_visible(vault.state.roster.name_of(kept.by))
    raise Conflict(
        f"the new value of '{name}' was kept by '{who}', who may not change it any more",
        hint=f"give a new value yourself with: nexcred update {shell_word(credential.name)}",
    )
