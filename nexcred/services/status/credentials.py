"""Troubles that the overviews tell of: no value is opened, and no provider is asked."""

from collections.abc import Iterator
from datetime import timedelta

from nexcred.errors import Damaged
from nexcred.model.credential import Credential
from nexcred.model.probe import ProbeStatus
from nexcred.model.shell_word import shell_word
from nexcred.services.credentials.exposed import command_to_mend, who_and_why
from nexcred.services.credentials.listing import expires_within, is_due
from nexcred.services.status.row import BoardRow, Look, Trouble
from nexcred.services.values.kept_candidate import find_candidate
from nexcred.vault.candidate import Candidate
from nexcred.vault.vault import Vault

ENDING_WITHIN = timedelta(days=30)


def refused_or_ending(look: Look) -> Iterator[BoardRow]:
    """Yield what its provider refuses, and what has ended, or ends within 30 days."""
    for one in look.credentials:
        mend, probe, ends = f"nexcred update {shell_word(one.name)}", one.probe, one.expires_at
        if ends is not None and ends <= look.now:
            yield BoardRow(Trouble.EXPIRED, one.name, "", mend, ends)
        elif probe is not None and probe.status is ProbeStatus.EXPIRED:
            yield BoardRow(Trouble.EXPIRED, one.name, probe.detail, mend, probe.checked_at)
        elif probe is not None and probe.status.is_refusal:
            yield BoardRow(Trouble.REFUSED, one.name, probe.detail or probe.status.value, mend, probe.checked_at)
        elif expires_within(one, ENDING_WITHIN, look.now):
            yield BoardRow(Trouble.ENDING, one.name, "", f"nexcred rotate {shell_word(one.name)}", ends)


def due(look: Look) -> Iterator[BoardRow]:
    for one in look.credentials:
        if one.terms is not None and is_due(one, look.now):
            detail = f"older than {one.terms.rotate_every_days} days"
            yield BoardRow(Trouble.DUE, one.name, detail, f"nexcred rotate {shell_word(one.name)}", one.terms.due_at)


def exposed(look: Look) -> Iterator[BoardRow]:
    """Yield each that somebody has who should not: new values end that, once the old ones are dead."""
    for one in look.credentials:
        for exposure in one.policy.exposed if one.policy else ():
            detail = f"{who_and_why(exposure)} (revision {exposure.revision})"
            yield BoardRow(Trouble.EXPOSED, one.name, detail, command_to_mend(one, exposure), exposure.at)


def superseded(look: Look) -> Iterator[BoardRow]:
    """Yield each former secret that may still work: revoking ends one that does, asking proves the end of others."""
    for one in look.credentials:
        for former in one.policy.superseded if one.policy else ():
            detail = f"revision {former.revision}: {former.state}"
            verb = "revoke" if former.state == "alive" else "probe"
            command = f"nexcred {verb} {shell_word(one.name)} --revision {former.revision}"
            yield BoardRow(Trouble.SUPERSEDED, one.name, detail, command, former.revoked_at or former.asked_at)


def candidates(look: Look) -> Iterator[BoardRow]:
    """Yield each new value that is kept sealed until it is proved, of those that this identity may open."""
    for one in look.credentials:
        kept = _candidate_of(look.vault, one) if one.has_rotation else None
        if kept is not None:
            found = f" ({kept.probe.status.value})" if kept.probe else ""
            command = f"nexcred update {shell_word(one.name)} --retry"
            yield BoardRow(Trouble.CANDIDATE, one.name, f"a new value, not proved{found}", command, kept.kept_at)


def _candidate_of(vault: Vault, credential: Credential) -> Candidate | None:
    """Return what is kept; a record that does not prove itself is told at the end, and the others are served."""
    try:
        return find_candidate(vault, credential)
    except Damaged as error:
        vault.problems.append(error.message)
        return None
