"""Checking, before a deploy, that every credential a project needs is there, works and lasts."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from nexcred.errors import CredentialNotFound, Expiring, NotPermitted, NotProved, Rejected, UnknownConnector
from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.reference import Reference
from nexcred.model.shell_word import shell_word
from nexcred.model.suggest import suggest
from nexcred.model.text import make_visible
from nexcred.project.spec import Needs
from nexcred.services.credentials.listing import expires_within, is_due
from nexcred.services.values.kept_details import quick_details
from nexcred.vault.vault import Vault


class Readiness(StrEnum):
    """What is known of one credential that is needed."""

    READY = "ready"
    MISSING = "missing"
    NOT_GRANTED = "not_granted"
    REJECTED = "rejected"
    EXPIRED = "expired"
    UNVERIFIED = "unverified"
    EXPIRING = "expiring"
    DUE = "due"


# The worst first: it decides the exit code.
_EXITS: Mapping[Readiness, int] = {
    Readiness.MISSING: CredentialNotFound.exit_code,
    Readiness.NOT_GRANTED: NotPermitted.exit_code,
    Readiness.REJECTED: Rejected.exit_code,
    Readiness.EXPIRED: Rejected.exit_code,
    Readiness.UNVERIFIED: NotProved.exit_code,
    Readiness.EXPIRING: Expiring.exit_code,
    Readiness.DUE: Expiring.exit_code,
    Readiness.READY: 0,
}


class Finding(NamedTuple):
    """One credential that is needed; `hint` is the command that mends what `detail` says."""

    name: str
    readiness: Readiness
    variables: tuple[str, ...] = ()
    detail: str = ""
    hint: str = ""
    credential: Credential | None = None


def check_needs(vault: Vault, needs: Needs, *, now: datetime, within: timedelta) -> list[Finding]:
    """Look for each credential, in the order of need; what expires `within` this time, or is due, is told."""
    wanted: dict[str, list[tuple[str, Reference]]] = {name: [] for name in needs.credentials}
    for variable, reference in needs.variables.items():
        wanted.setdefault(reference.name, []).append((variable, reference))
    return [_find(vault, name, references, now, within) for name, references in wanted.items()]


def exit_code_of(findings: Iterable[Finding]) -> int:
    """Return the code of the worst finding."""
    found = {finding.readiness for finding in findings}
    return next((code for readiness, code in _EXITS.items() if readiness in found), 0)


def _find(
    vault: Vault, name: str, references: list[tuple[str, Reference]], now: datetime, within: timedelta
) -> Finding:
    variables = tuple(variable for variable, _ in references)
    credential = None
    try:
        credential = vault.find(name)
        method, details = quick_details(vault, credential)
    except CredentialNotFound as error:
        return Finding(name, Readiness.MISSING, variables, error.message, f"nexcred add CONNECTOR {shell_word(name)}")
    except NotPermitted as error:
        hint = f"ask its owner for: nexcred share {shell_word(name)} --with {shell_word(vault.me.full_name)}"
        return Finding(name, Readiness.NOT_GRANTED, variables, error.message, hint, credential)
    except UnknownConnector as error:
        return Finding(name, Readiness.MISSING, variables, error.message, "nexcred connectors list", credential)
    for _, reference in references:
        if reference.field not in details.fields:
            return _without_field(credential, reference, variables, details.fields)
    # What a credential names itself is proved by nobody: being there and not over is all that can be known.
    return _judged(credential, variables, now, within, is_proved=not method.free_fields)


def _without_field(
    credential: Credential, reference: Reference, variables: tuple[str, ...], fields: Iterable[str]
) -> Finding:
    known = list(fields)
    meant = suggest(reference.field, known)
    hint = f"did you mean '{meant}'?" if meant else f"it has: {', '.join(known)}"
    detail = f"it has no field '{make_visible(reference.field[:64])}'"
    return Finding(credential.name, Readiness.MISSING, variables, detail, hint, credential)


def _judged(
    credential: Credential, variables: tuple[str, ...], now: datetime, within: timedelta, *, is_proved: bool
) -> Finding:
    name = credential.name

    def finding(readiness: Readiness, detail: str = "", hint: str = "") -> Finding:
        return Finding(name, readiness, variables, detail, hint, credential)

    if credential.expires_at is not None and credential.expires_at <= now:
        return finding(Readiness.EXPIRED, "it has expired", f"nexcred update {shell_word(name)}")
    if is_proved and (doubt := _unproved(credential)) is not None:
        readiness, detail, command = doubt
        return finding(readiness, detail, f"nexcred {command} {shell_word(name)}")
    if expires_within(credential, within, now):
        return finding(Readiness.EXPIRING, "it expires soon", f"nexcred rotate {shell_word(name)}")
    if is_due(credential, now):
        return finding(Readiness.DUE, "its secret is older than it may become", f"nexcred rotate {shell_word(name)}")
    return finding(Readiness.READY)


def _unproved(credential: Credential) -> tuple[Readiness, str, str] | None:
    """Say why it is not known to work, and which command is next; None where it is."""
    probe = credential.probe
    if probe is None:
        return Readiness.UNVERIFIED, "it was never probed", "probe"
    if probe.status is ProbeStatus.EXPIRED:
        return Readiness.EXPIRED, probe.detail, "update"
    if probe.status.is_refusal:
        return Readiness.REJECTED, probe.detail, "update"
    if probe.status is not ProbeStatus.ACCEPTED:
        return Readiness.UNVERIFIED, f"{probe.status.value}: {probe.detail}", "probe"
    return None
