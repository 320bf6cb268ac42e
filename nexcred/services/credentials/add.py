"""Keep a new credential, when what the provider said of it allows that."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from nexcred.connectors.evidence import level_of
from nexcred.connectors.language.spec import Connector
from nexcred.errors import Rejected
from nexcred.model.credential import Credential
from nexcred.model.lifecycle import NO_POLICY
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.probing.outcome import expiry_of, refusal_of
from nexcred.services.credentials.draft import NewCredential
from nexcred.services.credentials.entered import NOTHING_ENTERED, Entered
from nexcred.services.credentials.probe_values import probe_values
from nexcred.services.grants.login import needs_login
from nexcred.services.timeouts import DEFAULT_TIMEOUT_S
from nexcred.services.values.used_connector import note_used
from nexcred.vault.changes import NOBODY, NewRecord, SharedWith
from nexcred.vault.vault import Vault

if TYPE_CHECKING:  # the HTTP client, which `--no-probe` need not wait for
    from nexcred.services.proving.prober import Prober


def probe_new(
    new: NewCredential, prober: "Prober", *, timeout_s: float = DEFAULT_TIMEOUT_S
) -> tuple[NewCredential, ProbeResult]:
    """Ask the provider, and return the credential with what was granted to it on the way. Raises HostRefused."""
    result, session = probe_values(new.method, new.details, new.session, prober, timeout_s=timeout_s)
    return replace(new, session=session), result


def is_ready(new: NewCredential) -> bool:
    """True unless somebody has to log in before there is anything to prove."""
    return new.session is not None or not needs_login(new.method.auth)


def is_in_doubt(connector: Connector, result: ProbeResult | None) -> bool:
    """True of what was accepted, where a single source says how it is asked."""
    return level_of(connector) == "single" and result is not None and result.status is ProbeStatus.ACCEPTED


def refusal_of_new(new: NewCredential, result: ProbeResult | None) -> Rejected | None:
    """Return why not to save it; None when the provider did not refuse it."""
    return refusal_of(result, new.connector, new.method, "run nexcred add again")


def refuse_new(new: NewCredential, result: ProbeResult | None) -> None:
    """Raise Rejected when the provider refused it."""
    if (refusal := refusal_of_new(new, result)) is not None:
        raise refusal


def save_new(
    vault: Vault,
    new: NewCredential,
    result: ProbeResult | None,
    *,
    save_unverified: bool = False,
    is_private: bool = False,
    shared_with: SharedWith = NOBODY,
    entered: Entered = NOTHING_ENTERED,
) -> Credential:
    """Add it to the vault and return it; raise Rejected, NameTaken, NotPermitted."""
    if not save_unverified:
        refuse_new(new, result)
    draft = draft_of(new, result, is_private=is_private, shared_with=shared_with)
    if entered != NOTHING_ENTERED:
        draft = draft._replace(policy=entered.over(NO_POLICY))
    note_used(vault, new.connector)
    saved = vault.edit(lambda edit: edit.add(draft))
    keep_names(vault, [(saved, new)])
    return saved


def keep_names(vault: Vault, saved: Iterable[tuple[Credential, NewCredential]]) -> None:
    """Remember how their fields are called, where this person named them: nobody else's names are believed for his."""
    vault.keep_field_names([(credential, new.details) for credential, new in saved if new.method.free_fields])


def draft_of(
    new: NewCredential, result: ProbeResult | None, *, is_private: bool = False, shared_with: SharedWith = NOBODY
) -> NewRecord:
    """Return what the vault is to keep of it."""
    return NewRecord(
        name=new.name,
        description=new.description,
        tags=new.tags,
        details=new.details,
        probe=result,
        expires_at=expiry_of(new.method, new.details, result),
        session=dict(new.session) if new.session else None,
        is_private=is_private,
        shared_with=shared_with,
    )
